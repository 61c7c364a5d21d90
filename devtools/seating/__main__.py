"""`make bench-seating`, or `python -m devtools.seating [--quick]`: years at the table, simulated, against the bars.

Ends with an error when a bar is not reached. `--quick` leaves out the year of six hundred members.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator

from devtools.seating import Bar, scarce, tables

MEASURES: list[Callable[[bool], Iterator[Bar]]] = [tables.measure, scarce.measure]


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m devtools.seating", description=__doc__)
    options.add_argument("--quick", action="store_true")
    quick = options.parse_args().quick
    began, broken = time.monotonic(), 0
    for measure in MEASURES:
        for bar in measure(quick):
            broken += not bar.kept
            print(f"{'ok  ' if bar.kept else 'NOT '} {bar.says:<64} {bar.measured}", flush=True)
    print(f"{time.monotonic() - began:.0f} s, {broken} bars not reached")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
