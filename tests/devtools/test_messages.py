"""The catalogue tool: finds what people read, keeps what people wrote, names every fault."""

from pathlib import Path

import pytest

from devtools import messages

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
hello = _("Hello %(name)s")
seats = ngettext("%(n)d seat left", "%(n)d seats left", 3)
may = pgettext("month", "May")
"""
TEMPLATE = """{% load i18n %}<p class="it's (odd">{% translate "Plain" %} don't "quote
      {% blocktranslate trimmed count n=n %}
         One {{ n }}
      {% plural %}
         Many {{ n }}
      {% endblocktranslate %}
<c-button label="{% translate 'In a component' %}"> {{ _("In a variable") }} 100% # )]} '''
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name, text in {
        "community/members/words.py": PYTHON,
        "templates/members/page.html": TEMPLATE,
        "templates/404.html": '{% load i18n %}{% translate "Not here" %}',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    messages.extract(tmp_path)
    return tmp_path


def rewrite(clone: Path, old: str, new: str, app: str = "members") -> None:
    path = messages.catalogue_path(app, "zh_Hans", clone)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def translate(clone: Path, message: str, translation: str, app: str = "members") -> None:
    rewrite(clone, f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{translation}"', app)


def faults_about(clone: Path, message: str) -> list[str]:
    return [fault for fault in messages.check(clone) if message in fault]


def test_extract_finds_code_templates_attributes_plurals_and_contexts(clone):
    found = messages.collect(clone)

    assert set(found["members"]) == {
        (None, "Hello %(name)s"),
        (None, "%(n)d seat left"),
        ("month", "May"),
        (None, "Plain"),
        (None, "One %(n)s"),
        (None, "In a component"),
        (None, "In a variable"),
    }
    assert set(found["kernel"]) == {(None, "Not here")}


def test_extract_twice_changes_nothing_and_keeps_translations(clone):
    translate(clone, "Plain", "简单")
    assert messages.extract(clone) == []
    assert not faults_about(clone, "Plain")


def test_extract_keeps_what_is_ahead_of_the_code_until_pruned(clone):
    path = messages.catalogue_path("members", "zh_Hans", clone)
    path.write_text(path.read_text() + '\nmsgid "Ahead"\nmsgstr "提前"\n')
    messages.extract(clone)
    assert "no longer used" in faults_about(clone, "Ahead")[0]
    messages.extract(clone, prune=True)
    assert not faults_about(clone, "Ahead")


def test_english_plurals_fill_themselves_and_plain_english_needs_nothing(clone):
    assert not [fault for fault in messages.check(clone) if "/en/" in fault]


@pytest.mark.parametrize(
    ("message", "translation", "fault"),
    [
        ("Plain", "", "not translated"),
        ("Hello %(name)s", "你好", "placeholders differ"),
        ("Hello %(name)s", "你好，%(nam)s", "placeholders differ"),
        ("Plain", "简单,的", "half-width"),
        ("Plain", "您好", "您"),
        ("Plain", "<b>简单</b>", "HTML tags"),
    ],
)
def test_check_names_the_fault(clone, message, translation, fault):
    translate(clone, message, translation)
    assert fault in faults_about(clone, message)[0]


def test_check_names_fuzzy_missing_and_contradicting_entries(clone):
    translate(clone, "Plain", "简单")
    rewrite(clone, 'msgid "Plain"', '#, fuzzy\nmsgid "Plain"')
    assert "fuzzy" in faults_about(clone, "Plain")[0]

    (clone / "templates/404.html").write_text('{% load i18n %}{% translate "Plain" %}')
    assert "missing" in " ".join(faults_about(clone, "Plain"))
    messages.extract(clone)
    translate(clone, "Plain", "平常", app="kernel")
    assert "use a context" in " ".join(faults_about(clone, "Plain"))


def test_another_packages_sentence_in_our_words_is_no_fault(clone):
    path = messages.catalogue_path("kernel", "zh_Hans", clone)
    path.write_text(path.read_text() + '\n# overrides allauth\nmsgid "Sign In"\nmsgstr "登录"\n')
    messages.extract(clone, prune=True)
    assert "登录" in path.read_text()
    assert not faults_about(clone, "Sign In")


def test_compile_writes_only_what_is_older(clone):
    assert len(messages.compile_all(clone)) == len(messages.APPS) * len(messages.LANGUAGES)
    assert messages.compile_all(clone) == []
