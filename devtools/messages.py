"""Message catalogues without the gettext programs: `python -m devtools.messages extract [--prune] | compile | check`.

One catalogue per app and language: `locale/<app>/<language>/LC_MESSAGES/django.po`. English is the source: its plain
messages stay empty, its plural forms are filled in by `extract`. Chinese is written by people and must be complete.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as babel_extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "kernel",
    "members",
    "events",
    "ties",
    "billing",
    "matching",
    "programmes",
    "posts",
    "complaints",
    "moving",
    "figures",
    "pages",
)
LANGUAGES = {"zh_Hans": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
TAG = re.compile(r"</?\w+")
# A half-width mark right after a Chinese character, or the polite 您 where the house says 你.
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\.(?!\w)")


@dataclass
class Found:
    """One message of one app, and the files it stands in."""

    id: str | tuple[str, str]
    context: str | None
    files: set[str] = field(default_factory=set)
    comments: set[str] = field(default_factory=set)


def _key(message_id: str | tuple[str, ...], context: str | None) -> tuple[str | None, str]:
    """gettext looks a message up by context and singular."""
    return context or None, message_id if isinstance(message_id, str) else message_id[0]


def app_of(path: Path) -> str:
    """The app whose catalogue a file's messages belong to (relative path)."""
    room = path.parts[1] if len(path.parts) > 2 else ""
    return room if room in APPS else "kernel"


def _sources(root: Path) -> Iterator[Path]:
    for top, pattern in (("community", "*.py"), ("templates", "*.html"), ("templates", "*.txt")):
        for path in sorted((root / top).rglob(pattern)):
            if "migrations" not in path.parts:
                yield path


def _readable(path: Path) -> io.BytesIO:
    if path.suffix == ".py":
        return io.BytesIO(path.read_bytes())
    from django.utils.translation.template import templatize

    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    # What is left of the page is X's; without indentation the tokenizer takes them for plain lines of names.
    return io.BytesIO("\n".join(line.strip() for line in text.splitlines()).encode())


def extract_from(path: Path) -> Iterator[tuple[str | tuple[str, str], str | None, list[str]]]:
    """(message or (singular, plural), context, translators' comments) for every message of one file."""
    options = {"encoding": "utf-8"}
    for _line, message, comments, context in babel_extract(
        "python", _readable(path), KEYWORDS, ("Translators:",), options, strip_comment_tags=True
    ):
        if message and message != "":
            yield (tuple(message) if isinstance(message, list | tuple) else message), context, comments


def collect(root: Path = ROOT) -> dict[str, dict[tuple[str | None, str], Found]]:
    """Every message of every app, by app and key. A message used alone and with a plural is one entry, the plural."""
    apps: dict[str, dict[tuple[str | None, str], Found]] = {app: {} for app in APPS}
    for path in _sources(root):
        relative = path.relative_to(root)
        for message_id, context, comments in extract_from(path):
            messages = apps[app_of(relative)]
            found = messages.setdefault(_key(message_id, context), Found(message_id, context))
            if not isinstance(message_id, str):
                found.id = message_id
            found.files.add(relative.as_posix())
            found.comments.update(comments)
    return apps


def catalogue_path(app: str, language: str, root: Path = ROOT) -> Path:
    return root / "locale" / app / language / "LC_MESSAGES" / "django.po"


def read(path: Path) -> Catalog:
    """Raises PoFileError for a broken file."""
    if not path.exists():
        return Catalog(charset="utf-8")
    return read_po(io.BytesIO(path.read_bytes()), charset="utf-8", abort_invalid=True)


def entries(catalog: Catalog) -> dict[tuple[str | None, str], Message]:
    return {_key(message.id, message.context): message for message in catalog if message.id}


def _render(language: str, catalog: Catalog) -> bytes:
    body = io.BytesIO()
    write_po(body, catalog, width=None, omit_header=True, sort_output=True, include_lineno=False, ignore_obsolete=True)
    header = (
        'msgid ""\nmsgstr ""\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Language: {language}\\n"\n"Plural-Forms: {LANGUAGES[language]}\\n"\n\n'
    )
    return header.encode() + body.getvalue().strip() + b"\n"


def _overrides(message: Message) -> bool:
    """A line `# overrides allauth` above an entry says: another package's sentence, said in our words."""
    return any(note.startswith("overrides ") for note in message.user_comments)


def _merged(language: str, found: dict[tuple[str | None, str], Found], old: Catalog, prune: bool) -> Catalog:
    """Known translations stay; what the code no longer says stays too unless `prune` (somebody may be ahead)."""
    known = entries(old)
    new = Catalog(locale=language, charset="utf-8")
    for key, message in known.items():
        if key not in found and (_overrides(message) or not prune):
            new.add(message.id, message.string, (), message.flags, (), message.user_comments, context=key[0])
    for key, item in found.items():
        string = known[key].string if key in known else ""
        plural = not isinstance(item.id, str)
        if plural and language == "en":
            string = item.id
        elif plural and isinstance(string, str):
            string = (string,) + ("",) * (_plural_forms(language) - 1)
        elif not plural and not isinstance(string, str):
            string = string[0]
        flags = {"fuzzy"} & known[key].flags if key in known else ()
        notes = known[key].user_comments if key in known else ()
        places = [(name, 1) for name in sorted(item.files)]
        new.add(item.id, string, places, flags, sorted(item.comments), notes, context=item.context)
    return new


def extract(root: Path = ROOT, *, prune: bool = False) -> list[Path]:
    """Bring every catalogue up to date; returns those that changed."""
    changed = []
    for app, found in collect(root).items():
        for language in LANGUAGES:
            path = catalogue_path(app, language, root)
            path.parent.mkdir(parents=True, exist_ok=True)
            while True:
                before = path.read_bytes() if path.exists() else b""
                after = _render(language, _merged(language, found, read(path), prune))
                if after == before:
                    break
                fresh = path.with_name(f".django.{os.getpid()}.po")
                fresh.write_bytes(after)
                # Somebody may have saved meanwhile: their work counts, so read again.
                if (path.read_bytes() if path.exists() else b"") == before:
                    fresh.replace(path)
                    changed.append(path)
                    break
                fresh.unlink()
    return changed


def compile_all(root: Path = ROOT) -> list[Path]:
    """Write the .mo files that are missing or older than their catalogue."""
    written = []
    for path in sorted((root / "locale").glob("*/*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        compiled = io.BytesIO()
        write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=path.parts[-3], charset="utf-8"))
        fresh = target.with_name(f".django.{os.getpid()}.mo")
        fresh.write_bytes(compiled.getvalue())
        fresh.replace(target)
        written.append(target)
    return written


def _plural_forms(language: str) -> int:
    return int(LANGUAGES[language].split("=")[1].split(";")[0])


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _names(text: str) -> set[str]:
    return {first or "{" + second + "}" for first, second in PLACEHOLDER.findall(text)}


def _faults_of(language: str, key: tuple[str | None, str], item: Found, message: Message) -> Iterator[str]:
    plural = not isinstance(item.id, str)
    strings = _strings(message)
    if message.fuzzy:
        yield "fuzzy"
    if language == "en" and not plural:
        return
    if not all(strings) or (plural and isinstance(message.id, str)):
        yield "not translated" if language != "en" else "plural forms not filled in"
        return
    if plural and len(strings) != _plural_forms(language):
        yield "wrong number of plural forms"
    wanted = set().union(*map(_names, [item.id] if isinstance(item.id, str) else item.id))
    for text in strings:
        missing, strange = wanted - _names(text), _names(text) - wanted
        # "1 seat" may drop its number; what is not plural may drop nothing.
        if strange or (missing and not plural):
            yield f"placeholders differ: {', '.join(sorted(missing | strange))}"
        if sorted(TAG.findall(text)) != sorted(TAG.findall(item.id if isinstance(item.id, str) else item.id[-1])):
            yield "HTML tags differ"
        if language == "zh_Hans" and (HALF_WIDTH.search(text) or "您" in text):
            yield f"half-width punctuation or 您: {text}"


def _faults_in(app: str, language: str, found: dict[tuple[str | None, str], Found], root: Path) -> Iterator[str]:
    path = catalogue_path(app, language, root)
    where = path.relative_to(root)
    try:
        catalog = read(path)
    except Exception as error:  # a broken file is a fault to name like any other
        yield f"{where}: cannot be read: {error}"
        return
    known = entries(catalog)
    for key, item in found.items():
        if key not in known:
            yield f"{where}: missing: {key[1]!r} ({', '.join(sorted(item.files))}); run extract"
            continue
        for fault in _faults_of(language, key, item, known[key]):
            yield f"{where}: {fault}: {key[1]!r}"
    for key in known.keys() - found.keys():
        if not _overrides(known[key]):
            yield f"{where}: no longer used: {key[1]!r}; run extract --prune"
    for message in catalog.obsolete.values():
        yield f"{where}: obsolete: {message.id!r}; run extract"


def _contradictions(apps: Iterable[str], root: Path) -> Iterator[str]:
    """Django merges the catalogues: one message said in two ways would make one of them win silently."""
    said: dict[tuple[str | None, str], tuple[str, tuple[str, ...]]] = {}
    for app in apps:
        path = catalogue_path(app, "zh_Hans", root)
        for key, message in entries(read(path)).items():
            strings = _strings(message)
            if not all(strings):
                continue
            first = said.setdefault(key, (app, strings))
            if first[1] != strings:
                yield f"{key[1]!r}: {first[0]} says {first[1][0]!r}, {app} says {strings[0]!r}; use a context"


def check(root: Path = ROOT) -> list[str]:
    """Every fault of every catalogue, as sentences; empty when all is well."""
    faults: list[str] = []
    for app, found in collect(root).items():
        for language in LANGUAGES:
            faults += _faults_in(app, language, found, root)
    try:
        faults += _contradictions(APPS, root)
    except Exception:  # the broken file is already named above
        pass
    return faults


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.messages", description=__doc__)
    parser.add_argument("command", choices=["extract", "compile", "check"])
    parser.add_argument("--prune", action="store_true", help="with extract: drop what the code no longer says")
    options = parser.parse_args(argv)
    if options.command == "extract":
        for path in extract(prune=options.prune):
            print(f"updated {path.relative_to(ROOT)}")
        return 0
    if options.command == "compile":
        for path in compile_all():
            print(f"compiled {path.relative_to(ROOT)}")
        return 0
    faults = check()
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else "Messages are complete in both languages.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
