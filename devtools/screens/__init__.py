"""`make screens`: every page in its interesting states, 390 and 1280 px, Chinese and English, by day and by night, into
screens/ with one contact sheet. A new page joins with one line of SCREENS; `python -m devtools.screens desk fees` takes
only the pages whose name has one of these words.

It runs a demo club of its own (servers, worker, stand-in for Stripe) in a throw-away folder.
"""
