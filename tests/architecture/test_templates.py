"""What pages may contain: nothing inline, nothing from elsewhere, every form with its token, words in catalogues."""

import re
from zipfile import ZipFile

import lucide

from tests.architecture import house

MAIL = re.compile(r"/mail/|/email/|layouts/_?letter")  # mail programs know no stylesheets
COMMENT = re.compile(r"{#.*?#}|{% comment.*?endcomment %}|<!--.*?-->", re.S)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.S)
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S | re.I)
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "a style sheet in the page": re.compile(r"<style\b", re.I),
    "an address that is a script": re.compile(r"javascript:", re.I),
    "something loaded from elsewhere": re.compile(
        r"<(?:script|img|link|iframe)[^>]*(?:src|href)=\"(?:https?:)?//", re.I
    ),
}

# Chinese stands in the catalogues; where else, and why.
CHINESE_ALLOWED = {
    "community/kernel/formats.py": "dates as Chinese writes them",
    "community/kernel/templatetags/club.py": "the same, shown in docstrings",
    "community/kernel/gallery.py": "samples for the page of parts",
    "community/matching/rules.py": "Chinese grammar: what texts have in common without meaning anything",
    "community/members/models/people.py": "the languages' own names",
    "community/posts/rules.py": "the digits and words in which contact data hides",
    "community/moving/rules/columns.py": "the format's headings and notes, in both languages side by side",
    "community/moving/rules/cells.py": "dates, amounts and yes as people type them",
    "community/billing/statements.py": "the columns' names in banks' files",
    "community/settings.py": "the club's own name, in an authenticator",
    "community/pages/demo": "the invented club",
    "templates/components/gallery.html": "samples for the page of parts",
    "templates/layouts/_language.html": "the languages' own names",
    "templates/400.html": "said in both languages, because nothing else may work",
    "templates/500.html": "said in both languages, because nothing else may work",
}


def _pages() -> list:
    return [path for path in house.templates() if path.suffix == ".html" and not MAIL.search(path.as_posix())]


def _seen(path) -> str:
    """The source without comments, line numbers kept."""
    return COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), house.text(path))


def _plain(path) -> str:
    """As the browser would see it, roughly: template tags may contain `>`."""
    return TAG.sub(lambda found: re.sub(r"[^\n]", "x", found.group()), _seen(path))


def test_nothing_stands_inline_and_nothing_comes_from_elsewhere():
    found = [
        f"{house.name(path)}:{house.line_of(_plain(path), hit.start())}: {what}"
        for path in _pages()
        for what, pattern in INLINE.items()
        for hit in pattern.finditer(_plain(path))
    ]
    assert not found, house.listed(found)


def test_every_form_that_posts_carries_its_token():
    bare = []
    for path in _pages():
        source = _seen(path)
        for form in FORM.finditer(source):
            opening = form.group().partition(">")[0]
            posts = re.search(r"method=\"(post|{{)", opening, re.I)
            if (
                posts
                and "csrf_token" not in form.group()
                and house.name(path) != "templates/allauth/elements/form.html"
            ):
                bare.append(f"{house.name(path)}:{house.line_of(source, form.start())}")
    assert not bare, house.listed(bare)


def test_no_part_is_given_an_expression():
    """`:checked="a == b"` is always false: a part's attribute knows variables and tags, not expressions."""
    expression = re.compile(r'\s:[a-z_]+="(?!{)[^"]*(?:[=<>]=| and | or | not | in )[^"]*"')
    found = [
        f"{house.name(path)}:{house.line_of(_seen(path), hit.start())}: {hit.group().strip()}"
        for path in _pages()
        for hit in expression.finditer(_seen(path))
    ]
    assert not found, house.listed(found)


def test_no_form_sends_what_it_changes_in_the_address():
    """A form says its method; what has a token is never sent with GET, where it would end in logs."""
    wrong = []
    for path in _pages():
        for form in FORM.finditer(_seen(path)):
            method = re.search(r"method=\"([^\"]+)", form.group().partition(">")[0], re.I)
            if method is None or (method.group(1).lower() == "get" and "csrf_token" in form.group()):
                wrong.append(f"{house.name(path)}: {form.group()[:80]}")
    assert not wrong, house.listed(wrong)


def test_a_new_window_knows_nothing_of_its_opener():
    found = [
        f"{house.name(path)}: {hit.group()[:100]}"
        for path in house.templates()
        for hit in re.finditer(r"<[^>]*target=[\"']?_blank[^>]*>", _seen(path))
        if "noopener" not in hit.group()
    ]
    assert not found, house.listed(found)


def test_every_icon_exists():
    with ZipFile(f"{lucide.__path__[0]}/lucide.zip") as shelf:
        known = {name.removesuffix(".svg") for name in shelf.namelist()}
    missing = [
        f"{house.name(path)}: {name}"
        for path in house.templates()
        for name in re.findall(r"(?:{% icon |\bicon=)\"([a-z0-9-]+)\"", _seen(path))
        if name not in known
    ]
    assert not missing, house.listed(missing)


def test_words_stand_in_the_catalogues():
    wild = [
        f"{house.name(path)}:{number}: {line.strip()[:80]}"
        for path in [*house.product_code(), *house.templates()]
        if not any(house.name(path).startswith(place) for place in CHINESE_ALLOWED)
        for number, line in enumerate((_seen(path) if path.suffix != ".py" else house.text(path)).splitlines(), 1)
        if CHINESE.search(line)
    ]
    assert not wild, house.listed(wild)


def test_every_exception_is_still_one():
    idle = [
        place
        for place in CHINESE_ALLOWED
        if not any(
            CHINESE.search(house.text(path))
            for path in [*house.product_code(), *house.templates()]
            if house.name(path).startswith(place)
        )
    ]
    assert not idle, house.listed(idle)
