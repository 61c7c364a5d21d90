"""On the path of the web servers in a bench: what only developers install is not there, as in production."""

import os
import sys

ABSENT = frozenset(os.environ.get("BENCH_ABSENT", "").split())


class Absent:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r} in production", name=name)
        return


sys.meta_path.insert(0, Absent)
