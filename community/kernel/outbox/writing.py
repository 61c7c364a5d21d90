"""A message in words: the letter somebody gets, in their language, and the letter of the day that gathers several."""

import re
from datetime import date, datetime
from email.mime.text import MIMEText
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string, select_template
from django.urls import reverse
from django.utils import translation

from community.kernel.kinds import GROUPS, all_kinds, kind_of
from community.kernel.models import Message

if TYPE_CHECKING:
    from community.members.models import Person

log = structlog.get_logger()
FOOT = "\n--\n"
GREETING = 12  # characters beside the name
STOP = "notifications.stop"  # the salt of the link
EVERYTHING = "everything"  # all kinds that can wait: what the letter of the day may hold


def revived(facts: Any) -> Any:
    """JSON facts with times again: keys end in `_at` (instants) and `_on` (days), as everywhere in the house."""
    if isinstance(facts, list):
        return [revived(item) for item in facts]
    if not isinstance(facts, dict):
        return facts
    made = {}
    for key, value in facts.items():
        if isinstance(value, str) and key.endswith("_at"):
            made[key] = datetime.fromisoformat(value)
        elif isinstance(value, str) and key.endswith("_on"):
            made[key] = date.fromisoformat(value)
        else:
            made[key] = revived(value)
    return made


def drafted(kind: str, person: "Person", facts: dict[str, Any]) -> tuple[str, str]:
    """Subject and text of a letter as this person would get it now; nothing is queued. For a look before sending."""
    return _said(kind, person, facts, person.language)


def drafted_now(message: Message, language: str) -> tuple[str, str]:
    """Subject and text of a message, in the language of whoever looks."""
    return _said(message.kind, message.person, message.context, language)


def _said(kind: str, person: "Person", facts: dict[str, Any], language: str) -> tuple[str, str]:
    with translation.override(language):
        subject, text = _written(kind, {**revived(facts), "person": person, "base_url": settings.BASE_URL})
    return " ".join(subject.split()), text.partition(FOOT)[0].strip()


def _written(kind: str, context: dict[str, Any]) -> tuple[str, str]:
    app, name = kind.split("/")
    written = render_to_string(f"{app}/mail/{name}.txt", context).strip()
    written = re.sub(r"\n{3,}", "\n\n", written)  # a condition that was not met leaves no hole
    subject, _, text = written.partition("\n")
    return subject, text


def email_of(message: Message) -> EmailMultiAlternatives:
    """The e-mail for a message in its person's language, with a Message-ID that never changes."""
    person = message.person
    with translation.override(person.language):
        stop_url = "" if message.transactional else stop_address(person, message.kind)
        context = {
            **revived(message.context),
            "person": person,
            "base_url": settings.BASE_URL,
            "message": message,
            "stop_url": stop_url,
        }
        subject, text = _written(message.kind, context)
        app, name = message.kind.split("/")
        html = _html_of(subject, text, context, f"{app}/mail/{name}.html")
    email = _addressed(message, " ".join(subject.split()), text.strip() + "\n", html, stop_url)
    if "calendar" in message.context:
        email.attach(_calendar_part(**message.context["calendar"]))
    return email


def email_of_the_day(messages: list[Message]) -> EmailMultiAlternatives:
    """What was held back, in one letter: each with its words and its link, the soonest worthless first."""
    lead = messages[0]
    person = lead.person
    with translation.override(person.language):
        stop_url = stop_address(person, EVERYTHING)
        context = {
            "person": person,
            "base_url": settings.BASE_URL,
            "stop_url": stop_url,
            "entries": [_entry(message) for message in messages],
        }
        written = render_to_string("layouts/letter_of_the_day.txt", context).strip()
        subject, _, text = re.sub(r"\n{3,}", "\n\n", written).partition("\n")
        html = render_to_string("layouts/letter_of_the_day.html", {**context, "subject": subject})
    return _addressed(lead, " ".join(subject.split()), text.strip() + "\n", html, stop_url)


def _entry(message: Message) -> dict[str, Any]:
    """A message inside the letter of the day: without its greeting; its last line is the link."""
    try:
        subject, text = drafted_now(message, message.person.language)
    except Exception as error:  # one that cannot be written takes no other along
        log.warning("message_unwritten", message=message.public_id, kind=message.kind, error=type(error).__name__)
        return {
            "subject": str(kind_of(message.kind).title),
            "paragraphs": [],
            "link": f"{settings.BASE_URL}/notifications/",
        }
    paragraphs = text.split("\n\n")
    name = message.person.name
    if name in paragraphs[0] and len(paragraphs[0]) <= len(name) + GREETING:
        del paragraphs[0]
    link = paragraphs.pop() if paragraphs and paragraphs[-1].startswith(("http://", "https://")) else ""
    return {"subject": subject, "paragraphs": paragraphs, "link": link}


def _addressed(message: Message, subject: str, text: str, html: str, stop_url: str) -> EmailMultiAlternatives:
    email = EmailMultiAlternatives(subject, text, to=[message.person.email])
    email.attach_alternative(html, "text/html")
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    email.extra_headers["Message-ID"] = f"<{message.public_id}@{host}>"
    if stop_url:  # RFC 8058: the mail program's own button, pressed without signing in
        email.extra_headers["List-Unsubscribe"] = f"<{stop_url}>"
        email.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return email


def stop_address(person: "Person", what: str) -> str:
    """Where letters of a kind (or all that can wait) are stopped, without signing in: the signature says whose."""
    token = signing.Signer(salt=STOP).sign(f"{person.public_id}.{what.replace('/', '.')}")
    return f"{settings.BASE_URL}{reverse('notifications_stop', args=[token])}"


def stopped_by(token: str) -> tuple[str, str] | None:
    """(public id of the person, what) of a `stop_address`: a kind, all that can wait, or a group as in letters sent
    before people chose by kind. None when it isn't ours."""
    try:
        who, _, what = signing.Signer(salt=STOP).unsign(token).partition(".")
    except signing.BadSignature:
        return None
    what = what.replace(".", "/")
    return (who, what) if what in all_kinds() or what in GROUPS or what == EVERYTHING else None


def _calendar_part(*, method: str, text: str) -> MIMEText:
    """A calendar entry as mail programs read one: its method stands in the type, too."""
    part = MIMEText(text, "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename="event.ics")
    return part


def _html_of(subject: str, text: str, context: dict[str, Any], own: str) -> str:
    """The HTML part: a kind's own template, else the same words as the text part, its last line as the button."""
    paragraphs = text.partition(FOOT)[0].strip().split("\n\n")
    last = paragraphs[-1].strip()
    link = last if last.startswith(("http://", "https://")) else ""
    letter = {**context, "subject": subject, "paragraphs": paragraphs, "link": link}
    return select_template([own, "layouts/letter_from_text.html"]).render(letter)
