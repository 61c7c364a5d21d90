"""The deliberate bugs still fit the code, and the tests' README tells of each."""

from devtools.mutants import MUTANTS, ROOT


def test_each_fits_the_code_once_and_names_a_test():
    assert len(MUTANTS) >= 25
    for mutant in MUTANTS:
        assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1, mutant.bug
        path, _, name = mutant.test.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert all(f"def {word}(" in text or f"class {word}" in text for word in name.split("::") if word), mutant.test


def test_the_readme_lists_them():
    told = (ROOT / "tests/README.md").read_text(encoding="utf-8")
    missing = [mutant.bug for mutant in MUTANTS if f"| {mutant.bug} | `{mutant.test}` |" not in told]
    assert not missing
