"""Every letter can be written, in both languages, with nothing missing; every template has a function and back."""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from django.apps import apps
from django.template import engines
from django.utils import translation

from community.kernel.kinds import AUDIENCES, CHANNELS, DESK, EMAIL, GROUPS, INBOX, ROBOT, STAFF, all_kinds
from community.kernel.models import Message
from community.kernel.outbox import email_of
from community.kernel.outbox.writing import drafted_now, email_of_the_day
from tests.architecture import house, letters
from tests.architecture.exceptions import ALWAYS_SO
from tests.properties.still import STORIES

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


def test_every_kind_is_declared_once_where_its_letter_is_and_nothing_else_is(samples):
    """A kind that is posted, a template, an entry of `kinds.py`: each is nothing without the others."""
    declared = [
        (kind.name, config.label)
        for config in apps.get_app_configs()
        if find_spec(f"{config.name}.kinds") and config.label != "kernel"
        for kind in import_module(f"{config.name}.kinds").KINDS
    ]
    names = [name for name, _ in declared]
    assert len(names) == len(set(names)), "a kind is declared twice"
    assert not [name for name, app in declared if name.partition("/")[0] != app]
    posted, sources = {message.kind for _, message in samples}, set(_templates())
    assert set(names) == posted == sources, house.listed(sorted(set(names) ^ posted | set(names) ^ sources))
    assert set(all_kinds()) == set(names)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_says_what_it_is_in_both_languages(language):
    with translation.override(language):
        said = [(kind.name, str(kind.title)) for kind in all_kinds().values()]
        said += [(group.name, f"{group.title} {group.about}") for group in GROUPS.values()]
    wrong = [f"{name}: {title}" for name, title in said if not title.strip() or not _speaks(language, title)]
    assert not wrong, house.listed(wrong)


def test_what_a_kind_says_of_itself_fits_together(samples):
    for kind in all_kinds().values():
        assert kind.group in GROUPS and kind.audience in AUDIENCES, kind
        assert set(kind.channels) <= set(CHANNELS) and {INBOX, EMAIL} <= set(kind.channels), kind
        assert (kind.group == DESK) == (kind.audience == STAFF), f"{kind.name}: the staff's work is the staff's"
        assert ROBOT not in kind.channels or kind.audience == STAFF, f"{kind.name}: a group reads no one's letters"
        assert not (kind.in_digest and kind.transactional), f"{kind.name}: what can't wait waits for no morning"
    assert not [m.kind for _, m in samples if m.transactional != all_kinds()[m.kind].transactional]


def test_every_reminder_says_what_it_needs_to_stand_or_why_it_always_does():
    asked = {kind.name for kind in all_kinds().values() if kind.stands}
    silent = {kind.name for kind in all_kinds().values() if not kind.transactional} - asked
    assert silent == set(ALWAYS_SO), house.listed(sorted(silent ^ set(ALWAYS_SO)))
    assert asked == set(STORIES), f"each has its story: {house.listed(sorted(asked ^ set(STORIES)))}"


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


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_letter_of_the_day_is_whole_with_everything_that_can_wait_in_it(written, language, monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", MISSING)
    waiting = [message for _, message in written if not message.transactional]
    for message in waiting:
        message.person = waiting[0].person
    waiting[0].person.language = language
    email = email_of_the_day(waiting)
    html = email.alternatives[0].content
    assert "«missing" not in email.subject + email.body + html
    assert not re.search(r"{[{%]|[%}]}|\bNone\b", email.subject + email.body)
    assert email.body.count(waiting[0].person.name) >= 1 and "\n\n\n" not in email.body
    for message in waiting:
        subject, text = drafted_now(message, language)
        assert subject in email.body and f"{_last_line(text)}\n" in email.body
        assert f'href="{_last_line(text)}"' in html
    assert _speaks(language, _words(email.subject, waiting[0]).partition("，")[0])
    assert email.extra_headers["List-Unsubscribe"]


@pytest.mark.parametrize("kind", sorted(name for name, kind in all_kinds().items() if not kind.transactional))
def test_what_can_wait_says_how_to_stop_it(written, kind):
    email = next(email_of(message) for _, message in written if message.kind == kind)
    address = email.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in email.body and address in email.alternatives[0].content


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
