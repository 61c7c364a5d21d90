"""Every letter can be written, in both languages, with nothing missing; every template has a function and back."""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.template import engines

from community.kernel.models import Message
from community.kernel.outbox import email_of
from tests.architecture import house, letters

pytestmark = pytest.mark.xdist_group("letters")  # written once for all of them

MISSING = "«missing: %s»"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CONDITION = re.compile(r"{%\s*(?:el)?if\s+(.*?)%}|{%\s*for\s+\w+\s+in\s+(.*?)%}")
GIVEN = {"person", "base_url", "message"}  # what every letter knows, by itself
WORDS = {"and", "or", "not", "in", "is", "True", "False", "None"}


def _templates() -> dict[str, str]:
    """kind → source, in every app's folder of letters."""
    found = (house.ROOT / "templates").glob("*/mail/[!_]*.txt")
    return {f"{path.parts[-3]}/{path.stem}": path.read_text() for path in found}


@pytest.fixture
def samples(db) -> list[tuple[str, Message]]:
    return _samples()


@cache
def _samples() -> list[tuple[str, Message]]:
    """Written once; a letter needs nothing of the database that it does not carry."""
    return letters.written()


@pytest.fixture
def written(samples) -> list[tuple[str, Message]]:
    """Those that have a template; the first test names the others."""
    return [(function, message) for function, message in samples if message.kind in _templates()]


def test_every_template_has_its_function_and_every_function_its_template(samples):
    kinds, sources = {message.kind for _, message in samples}, set(_templates())
    assert not kinds - sources, f"letters without a template:{house.listed(sorted(kinds - sources))}"
    assert not sources - kinds, f"templates without a sample in letters.py:{house.listed(sorted(sources - kinds))}"
    functions = {
        f"{module.__name__}.{name}"
        for module in letters.MODULES
        for name, thing in inspect.getmembers(module, inspect.isfunction)
        if thing.__module__ == module.__name__
        and inspect.signature(thing).return_annotation in (bool, "bool", int, "int")
    }
    assert functions == {function for function, _ in samples}, "every message has one function, and a sample"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_letter_is_whole_in_both_languages(written, language, monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", MISSING)
    wrong: dict[str, str] = {}
    for function, message in written:
        message.person.language = language
        email = email_of(message)
        html = email.alternatives[0].content
        subject, body = email.subject, email.body
        checks = {
            "a fact is missing": "«missing" not in subject + body + html,
            "a tag was left": not re.search(r"{[{%]|[%}]}|\bNone\b", subject + body),
            "no subject": 4 <= len(subject) <= 200 and "\n" not in subject,
            "not in this language": _speaks(language, _words(subject, message))
            and _speaks(language, _words(body, message)),
            "greets nobody": message.person.name in body,
            "leads nowhere": (link := _last_line(body)).startswith("http://testserver/") and f'href="{link}"' in html,
            "holes between its paragraphs": "\n\n\n" not in body,
        }
        wrong |= {f"{what}: {function}": f"{subject}\n{body}" for what, fine in checks.items() if not fine}
    assert not wrong, house.listed(wrong)


def _words(text: str, message: Message) -> str:
    """The club's own words: what people typed stays in the language they typed it in."""
    for typed in sorted([message.person.name, *_strings(message.context)], key=len, reverse=True):
        text = text.replace(typed, "")
    return text


def _strings(facts: Any) -> Iterator[str]:
    if isinstance(facts, dict | list):
        for value in facts.values() if isinstance(facts, dict) else facts:
            yield from _strings(value)
    elif isinstance(facts, str) and facts:
        yield facts


def _speaks(language: str, words: str) -> bool:
    return bool(CHINESE.search(words)) == (language == "zh-hans")


def _last_line(body: str) -> str:
    """Of the letter itself, which becomes the button."""
    return body.partition("\n--\n")[0].strip().rpartition("\n")[2]


def test_what_a_letter_asks_about_is_always_said(written):
    """`{% if refunded %}` of a fact that nobody hands over would be a silent no."""
    wrong = []
    sources = _templates()
    for function, message in written:
        said = set(message.context) | GIVEN
        for found in CONDITION.finditer(sources[message.kind]):
            asked = re.sub(r"\"[^\"]*\"|'[^']*'", "", found.group(1) or found.group(2))
            names = set(re.findall(r"(?<![\w.|:])[A-Za-z_]\w*", asked)) - WORDS
            local = set(re.findall(r"{%\s*for\s+(\w+)\s+in", sources[message.kind]))
            wrong += [f"{function}: {name} in {found.group()}" for name in names - said - local]
    assert not wrong, house.listed(sorted(set(wrong)))
