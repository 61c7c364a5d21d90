"""Named lists behind figures; each with a bounded number of queries."""
