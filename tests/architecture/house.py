"""What the tests of the house look at: its files, parsed once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from devtools.messages import APPS as APPS

ROOT = Path(__file__).resolve().parents[2]
# One column each in the table of access.
PEOPLE = (
    "anonymous", "visitor", "applicant", "approved", "member", "expired",
    "organizer", "reviewer", "treasurer", "administrator",
)  # fmt: skip


def _files(top: str, *patterns: str) -> list[Path]:
    found = (path for pattern in patterns for path in (ROOT / top).rglob(pattern))
    return sorted(path for path in found if "__pycache__" not in path.parts)


@cache
def product_code() -> list[Path]:
    """Python of the product itself, migrations left out: they are written once and kept as they were."""
    return [path for path in _files("community", "*.py") if "migrations" not in path.parts]


@cache
def all_code() -> list[Path]:
    return [*product_code(), *_files("devtools", "*.py"), *_files("tests", "*.py")]


@cache
def templates() -> list[Path]:
    return _files("templates", "*.html", "*.txt")


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), str(path))


def name(path: Path) -> str:
    """As people say it: community/members/rules.py."""
    return path.relative_to(ROOT).as_posix()


def dotted(node: ast.AST) -> str:
    """`timezone.now` for the node of timezone.now; "" for what is no plain name."""
    if isinstance(node, ast.Attribute):
        front = dotted(node.value)
        return f"{front}.{node.attr}" if front else ""
    return node.id if isinstance(node, ast.Name) else ""


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def line_of(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1


def listed(found: object) -> str:
    """What a failing test shows: one finding a line."""
    lines = [f"{key}: {value}" for key, value in found.items()] if isinstance(found, dict) else map(str, found)
    return "\n" + "\n".join(lines)
