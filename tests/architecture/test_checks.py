"""Linters, types, floors, migrations, messages, deploy settings, stylesheet: each is one test (see devtools.checks)."""

import pytest

from devtools import checks

SLOW = {"mypy"}


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in checks.CHECKS])
def test_check(name):
    code, said = checks.run(name)
    assert code == 0, f"{name}:\n{said}"
