"""The demo's mailbox: reads the mails that Django's file backend has written to EMAIL_FILE_PATH."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

NEWEST = 1000  # files; older mails stay on disk and off the list
RULE = b"\n" + b"-" * 79 + b"\n"  # what the file backend writes after each mail
NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{1,20}")


@dataclass(frozen=True)
class Mail:
    """One mail on disk; `key` names it in addresses: the file's name and the mail's number in it."""

    key: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return self._header("subject")

    @property
    def to(self) -> str:
        return self._header("to")

    @property
    def sender(self) -> str:
        return self._header("from")

    @property
    def sent_at(self) -> datetime | None:
        try:
            sent_at = parsedate_to_datetime(self._header("date"))
        except ValueError:
            return None
        return sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)  # "-0000" is UTC of an unknown zone

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _header(self, name: str) -> str:
        return " ".join(str(self.message.get(name, "")).split())

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        if part is None:
            return ""
        try:
            return str(part.get_content())
        except (LookupError, MessageError):  # an unknown charset or encoding
            return part.as_string()


class MailKeyConverter:
    """`<file's name>.<number>`: digits only, so an address can name nothing but a mail of this folder."""

    regex = NAME.pattern + r"\.[0-9]{1,3}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def mails(to: str = "") -> list[Mail]:
    """The mails of the newest files, newest first; `to` keeps those whose recipient contains it."""
    found = [mail for path in _files()[:NEWEST] for mail in reversed(list(_read(path)))]
    return [mail for mail in found if to.lower() in mail.to.lower()]


def find(key: str) -> Mail | None:
    """One mail by its key, or None."""
    name, _, number = key.partition(".")
    if not NAME.fullmatch(name):
        return None
    path = _folder() / f"{name}.log"
    return next((mail for mail in _read(path) if mail.key == f"{name}.{number}"), None) if path.is_file() else None


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


def _files() -> list[Path]:
    files = [path for path in _folder().glob("*.log") if NAME.fullmatch(path.stem)] if _folder().is_dir() else []
    return sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _read(path: Path) -> Iterator[Mail]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # tidied away meanwhile
        return
    for number, raw in enumerate(part for part in content.split(RULE) if part.strip()):
        message = message_from_bytes(raw.lstrip(b"\n"), policy=policy.default)
        yield Mail(f"{path.stem}.{number}", message)  # type: ignore[arg-type]  # this policy makes an EmailMessage
