"""Handing letters to the mail server, and what its answers mean: the only module that knows SMTP."""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

PERMANENT = range(500, 600)


class Unreachable(Exception):
    """The mail server cannot be spoken to at all: nothing was handed over, and the next letter would fare no better."""


class Postman:
    """One connection to the mail server for a round of letters; a new one after any failure. `clock` tells a round that
    takes long how late it has become."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> "Postman":
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def send(self, email: EmailMultiAlternatives, just_before: Callable[[], None] = lambda: None) -> None:
        """Raises Unreachable, or whatever the mail server or the way to it raises. `just_before` is called at the last
        moment at which the letter certainly has not left; what it raises stops the letter."""
        server = None
        try:
            if self._connection is None:
                self._connection = self._opened()
            server = getattr(self._connection, "connection", None)
            if isinstance(server, smtplib.SMTP):
                server.data = partial(_said_at_last, server, just_before)  # type: ignore[method-assign]  # of this connection alone
            else:
                just_before()
            email.connection = self._connection
            email.send()
        except BaseException:
            if isinstance(server, smtplib.SMTP):
                server.close()  # it may be in the middle of a letter: what is said now would count as its text
            self._leave()
            raise

    def _opened(self) -> BaseEmailBackend:
        connection = get_connection()
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(type(error).__name__) from error
        return connection

    def _leave(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):  # the letters are gone already; a server that hangs up early harms nobody
                connection.close()


def _said_at_last(server: smtplib.SMTP, just_before: Callable[[], None], message: Any) -> Any:
    """Two things are said here: that a letter follows, and, when the server has agreed, the letter itself."""
    said = 0

    def send(words: Any) -> None:
        nonlocal said
        said += 1
        if said == 2:
            just_before()
        smtplib.SMTP.send(server, words)

    server.send = send  # type: ignore[method-assign]  # of this letter alone
    try:
        return smtplib.SMTP.data(server, message)
    finally:
        del server.send


def not_accepted(error: Exception) -> bool:
    """Whether the server has said no: then the letter is with nobody, and may be tried again. A line that broke in the
    middle says nothing."""
    return isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused)


def refused_for_good(error: Exception) -> str:
    """What the server says of a mailbox that takes nothing (5xx to the recipient); empty for every other failure.
    5.7.x speaks of the server's policy, not of the mailbox."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused) or not error.recipients:
        return ""
    code, said = next(iter(error.recipients.values()))
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if code not in PERMANENT or words.startswith("5.7."):
        return ""
    return " ".join(f"{code} {words}".split())[:200]
