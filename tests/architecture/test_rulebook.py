"""The rulebook in the README: every rule of the club has a line, every place and every test it names exists."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.architecture import house

NUMBERS = [*range(1, 37), 40, *range(50, 54)]
CELL = re.compile(r"`([^`]+)`")
ROW = re.compile(r"^\| R(\d+) \|(.+)\|$", re.M)
BESIDE = re.compile(r"^\| the [^|]+\|[^|]+\|([^|]+)\|([^|]+)\|$", re.M)


def _rows() -> dict[int, list[str]]:
    text = (house.ROOT / "README.md").read_text(encoding="utf-8")
    return {int(number): [cell.strip() for cell in cells.split("|")] for number, cells in ROW.findall(text)}


ROWS = _rows()
BUILT = {number: cells for number, cells in ROWS.items() if cells[1] != "planned"}


def _named(place: str) -> object:
    """`members/rules.py:clock_end` → the function."""
    path, _, name = place.partition(":")
    module = import_module("community." + path.removesuffix(".py").replace("/", "."))
    return getattr(module, name)


def _tests_of(path: Path) -> set[str]:
    tree = house.tree(path)
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for group in tree.body:
        if isinstance(group, ast.ClassDef):
            found |= {f"{group.name}::{node.name}" for node in group.body if isinstance(node, ast.FunctionDef)}
    return {name for name in found if name.rpartition("::")[2].startswith("test_")}


def test_every_rule_has_one_line():
    assert list(ROWS) == NUMBERS
    assert all(len(cells) == 4 for cells in ROWS.values()), "title | place | test | planned"


def _exist(place: str, test: str) -> None:
    places, tests = CELL.findall(place), CELL.findall(test)
    assert places and tests, "a rule without a test is a wish: write planned"
    for place in places:
        assert (house.ROOT / "community" / place.partition(":")[0]).exists(), place
        assert _named(place) is not None
    for name in tests:
        path, _, wanted = name.partition("::")
        assert wanted in _tests_of(house.ROOT / path), f"{name} does not exist"


@pytest.mark.parametrize("number", BUILT, ids=lambda number: f"R{number}")
def test_a_built_rule_has_its_places_and_its_tests(number):
    _title, place, test, _rest = BUILT[number]
    _exist(place, test)


def test_what_is_kept_beside_the_rules_has_its_places_and_its_tests():
    found = BESIDE.findall(house.text(house.ROOT / "README.md"))
    assert len(found) == 2
    for place, test in found:
        _exist(place, test)


@pytest.mark.parametrize("number", sorted(set(ROWS) - set(BUILT)), ids=lambda number: f"R{number}")
def test_a_planned_rule_says_so_in_every_cell(number):
    _title, place, test, rest = ROWS[number]
    assert (place, test) == ("planned", "planned") and rest, "a place without a test, or the other way round"


def test_rules_named_in_the_code_are_in_the_book():
    """A docstring or comment that says R77 sends the reader nowhere."""
    known = {f"R{number}" for number in NUMBERS}
    lost = [
        f"{house.name(path)}: {name}"
        for path in house.product_code()
        for name in re.findall(r"\bR\d{1,2}\b", house.text(path))
        if name not in known
    ]
    assert not lost, house.listed(lost)


def test_the_readme_names_every_setting():
    settings = house.text(house.ROOT / "community" / "settings.py")
    read = set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z_]+)\"", settings)) - {"TESTING", "DEBUG"}
    table = set(re.findall(r"`([A-Z_]{4,})`", (house.ROOT / "README.md").read_text(encoding="utf-8")))
    assert not read - table, f"not in the README's configuration:{house.listed(sorted(read - table))}"


def test_the_readme_names_files_that_exist():
    text = (house.ROOT / "README.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:docs|tests|templates|devtools|community)/[\w./-]*)`", text)
    assert paths
    gone = [path for path in paths if not (house.ROOT / path).exists()]
    assert not gone, house.listed(gone)


def test_documents_named_in_the_code_exist():
    shelf = {path.name for top in (house.ROOT, house.ROOT / "docs") for path in top.glob("*.md")}
    lost = {
        f"{house.name(path)}: {name}"
        for path in house.all_code()
        for name in re.findall(r"\b[a-z]+\.md\b", house.text(path))
        if name not in shelf and not (path.parent / name).exists()
    }
    assert not lost, house.listed(sorted(lost))


def test_the_rulebook_and_the_readme_count_the_same_rules():
    rules = house.text(house.ROOT / "docs" / "product.md")
    assert [int(number) for number in re.findall(r"^- \*\*R(\d+)\b", rules, re.M)] == NUMBERS
