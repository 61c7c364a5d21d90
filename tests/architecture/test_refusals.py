"""Every no has a sentence: codes that are raised exist, codes that exist are raised, placeholders fit."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

from community.kernel.errors import all_refusals
from community.kernel.states import Machine
from tests.architecture import house

CODE = re.compile(r"^[a-z_]+\.[a-z_]+$")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def _machines() -> dict[str, str]:
    """The code of a stale move, for each state machine of the house."""
    codes = {}
    for app in ("members", "events", "billing", "programmes", "posts", "moving"):
        for thing in vars(import_module(f"community.{app}.states")).values():
            if isinstance(thing, Machine):
                codes[f"{thing.name}.stale"] = f"community/{app}/states.py"
    return codes


def _raised() -> Iterator[tuple[str, str, set[str] | None]]:
    """(code, where, names of its parameters or None when they are not written out)."""
    for code, where in _machines().items():
        yield code, where, set()
    for path in house.product_code():
        for call in house.calls(path):
            where = f"{house.name(path)}:{call.lineno}"
            name = house.dotted(call.func).rpartition(".")[2]
            if name in ("RuleBroken", "no") and call.args and isinstance(call.args[0], ast.Constant):
                names = {word.arg for word in call.keywords if word.arg}
                yield call.args[0].value, where, None if any(w.arg is None for w in call.keywords) else names
            if name == "settled" and call.args and isinstance(call.args[0], ast.Dict):
                for value in call.args[0].values:
                    if isinstance(value, ast.Constant):
                        yield value.value, where, set()


def _spoken() -> set[str]:
    """Every string of the product's code that looks like a code: some travel as values before they are raised."""
    strings = {
        node.value
        for path in house.product_code()
        if path.name != "refusals.py"
        for node in ast.walk(house.tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in strings if CODE.match(text)} | set(_machines())


def test_every_refusal_that_is_raised_has_its_sentence():
    known = all_refusals()
    missing = [f"{where}: {code}" for code, where, _ in _raised() if code not in known]
    assert not missing, house.listed(missing)


def test_rules_answer_with_codes_that_have_a_sentence():
    """Rules know no sentences: the codes they answer with are their only dotted words."""
    known = all_refusals()
    missing = [
        f"{house.name(path)}:{node.lineno}: {node.value}"
        for path in house.product_code()
        if path.name == "rules.py"
        for node in ast.walk(house.tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.match(node.value)
        if node.value not in known
    ]
    assert not missing, house.listed(missing)


def test_no_sentence_is_left_that_nobody_says():
    unused = set(all_refusals()) - _spoken() - {code for code, _, _ in _raised()}
    assert not unused, house.listed(sorted(unused))


def test_what_a_sentence_names_is_handed_to_it():
    known = all_refusals()
    wrong = [
        f"{where}: {code} gets {sorted(names)}, its sentence asks for {sorted(wanted)}"
        for code, where, names in _raised()
        if code in known and names is not None
        if names - {"at"} != (wanted := set(PLACEHOLDER.findall(str(known[code]))))  # `at` says how days are read
    ]
    assert not wrong, house.listed(wrong)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_sentence_can_be_said(language):
    from django.utils import translation

    with translation.override(language):
        for code, sentence in all_refusals().items():
            said = str(sentence) % dict.fromkeys(PLACEHOLDER.findall(str(sentence)), 7)
            assert said.strip() and said[-1] in ".!?。！？", f"{code}: {said!r} is no sentence"


def test_no_two_apps_share_a_code():
    seen: dict[str, str] = {}
    for app in house.APPS:
        if (house.ROOT / "community" / app / "refusals.py").exists():
            for code in import_module(f"community.{app}.refusals").REFUSALS:
                assert code not in seen, f"{code} stands in {seen[code]} and in {app}"
                seen[code] = app
