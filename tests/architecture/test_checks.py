"""Linters, types, floors, migrations, messages, deploy settings, stylesheet: each is one test (see devtools.checks)."""

import pytest

from devtools import checks


@pytest.mark.parametrize("name", checks.CHECKS)
def test_check(name):
    code, said = checks.run(name)
    assert code == 0, f"{name}:\n{said}"
