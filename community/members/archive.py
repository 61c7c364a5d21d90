"""A person's own data as a ZIP: everything as JSON, a page to read in their language, and the files they handed in."""

import json
import zipfile
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from cryptography.fernet import InvalidToken
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from community.kernel import formats, personal
from community.kernel.data_words import FIELDS
from community.members.models import Person

MONEY = {"amount", "discount", "paid", "unused", "before"}


def write(out: IO[bytes], person: Person, *, language: str, at: datetime) -> None:
    """Write the archive; nothing of anybody else is in it (kernel/personal.py says what is)."""
    parts = [part for part in personal.parts_of(person.pk) if part.rows]
    with translation.override(language), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        kept = []
        for name, file in personal.files_of(person.pk):
            with suppress(FileNotFoundError, InvalidToken):  # what the store has lost is no reason to give nothing
                archive.writestr(f"files/{name}", file.read())
                kept.append(name)
        archive.writestr("data.json", json.dumps(_plain(person, parts, at), ensure_ascii=False, indent=1, default=str))
        context = {
            "sections": _readable(parts, language, at),
            "files": kept,
            "person": person,
            "at": at,
            "lang": language,
        }
        archive.writestr("index.html", render_to_string("members/data_index.html", context))


def _plain(person: Person, parts: list[personal.Part], at: datetime) -> dict[str, Any]:
    sections: dict[str, dict[str, list[Any]]] = {}
    for part in parts:
        kind = sections.setdefault(part.rule.section, {})
        kind.setdefault(part.rule.model, []).extend(part.rows)
    return {"person": person.public_id, "made_at": at.isoformat(), "sections": sections}


def _readable(parts: list[personal.Part], language: str, at: datetime) -> list[dict[str, Any]]:
    sections: dict[str, list[Any]] = {}
    for part in parts:
        entries = [_entry(part.rule, row, language, at) for row in part.rows]
        sections.setdefault(part.rule.section, []).extend(entry for entry in entries if entry)
    return [{"title": personal.SECTIONS[name].title, "entries": entries} for name, entries in sections.items()]


def _entry(rule: personal.Rule, row: dict[str, Any], language: str, at: datetime) -> list[tuple[Any, str]]:
    """The columns of a row that say something, in words."""
    said = []
    for name, value in row.items():
        if value in (None, "", [], {}):
            continue
        text = _said(rule, name, value, row.get("currency") or "CNY", language, at)
        said.append((_label(name), text))
    return said


def _label(name: str) -> Any:
    """A column by its own name; one of another table by that table's."""
    link, _between, last = name.partition("__")
    return FIELDS[link if last in ("", "name_zh", "name", "topic") else last]


def _said(rule: personal.Rule, name: str, value: Any, currency: str, language: str, at: datetime) -> str:
    field = personal.field_of(rule, name)
    if name in MONEY and isinstance(value, int):
        return formats.money(value, currency, language=language)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return formats.day_time(value, at=at, language=language)
    if isinstance(value, date):
        return formats.day(value, at=at, language=language)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {one}" for key, one in value.items() if one)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(dict(field.flatchoices).get(value, value))
