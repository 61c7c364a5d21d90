"""The deliberate bugs still fit the code, and the tests' README tells of each, and of every case of paying."""

import re

from devtools.mutants import MUTANTS, ROOT

TOLD = ROOT / "tests/README.md"


def test_each_fits_the_code_once_and_names_a_test():
    assert len(MUTANTS) >= 25
    for mutant in MUTANTS:
        assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1, mutant.bug
        path, _, name = mutant.test.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert all(f"def {word}(" in text or f"class {word}" in text for word in name.split("::") if word), mutant.test


def test_the_readme_lists_them():
    told = TOLD.read_text(encoding="utf-8")
    missing = [mutant.bug for mutant in MUTANTS if f"| {mutant.bug} | `{mutant.test}` |" not in told]
    assert not missing


def test_every_case_of_paying_names_a_test():
    rows = re.findall(r"^\| [^|]+ \| [^|]+ \| `(tests/[^`]+)` \|$", TOLD.read_text(encoding="utf-8"), re.M)
    assert len(rows) >= 70
    for path, _, name in (row.partition("::") for row in rows):
        text = (ROOT / path).read_text(encoding="utf-8")
        assert all(f"def {word}(" in text or f"class {word}" in text for word in name.split("::")), (path, name)
