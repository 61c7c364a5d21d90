"""`make clean`: forget the demo club's data and what was built. `.venv` stays."""

import shutil
import sys
from pathlib import Path

from devtools.binaries import side_path
from devtools.services import held_lock

ROOT = Path(__file__).resolve().parent.parent
BUILT = ("var", "screens", "test-results", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".import_linter_cache")


def main() -> None:
    (ROOT / "var").mkdir(exist_ok=True)
    try:
        with held_lock(ROOT / "var" / "lock"):
            folders = [ROOT / name for name in BUILT] + [side_path(ROOT)]
            for folder in folders:
                if folder.exists():
                    shutil.rmtree(folder)
                    print(f"removed {folder}")
    except BlockingIOError:
        sys.exit("The club is running: stop it first (Ctrl-C where it runs).")
    for compiled in (ROOT / "locale").glob("*/*/LC_MESSAGES/django.mo"):
        compiled.unlink()


if __name__ == "__main__":
    main()
