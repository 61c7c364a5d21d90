"""Steps that several walks share: filling in, pressing, and what a walk starts from. Fields go by their names and
buttons by where they lead, so that a step is the same in both languages."""

import io
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page

from community.billing.services import sweeping
from community.events.models import Event, Signup
from community.events.services import booking, planning
from community.members.models import Application, Person
from community.members.services import admission, applications, documents
from tests import make
from tests.events import make as events


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"[name={name}]").first.fill(value)


def button(page: Page, action: str) -> Locator:
    """The button that posts to an address ending so."""
    path = f'[action$="{action}"]'
    return page.locator(f'form{path} button[type=submit]:not([formaction]), button[formaction$="{action}"]').first


def press(what: Locator) -> None:
    """Click what leads to another page, or to this one afresh, and be there."""
    with what.page.expect_navigation():
        what.click()


def picture(name: str = "营业执照.png", size: tuple[int, int] = (320, 200)) -> FilePayload:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": out.getvalue()}


def gif(name: str = "营业执照.png") -> FilePayload:
    """Something else under a picture's name."""
    out = io.BytesIO()
    Image.new("P", (8, 8)).save(out, "GIF")
    return {"name": name, "mimeType": "image/png", "buffer": out.getvalue()}


def submitted(who: Person, *, at: datetime, **changes: Any) -> Application:
    """An application with a licence that can be opened."""
    application = applications.start(who, at=at)
    paper = picture()
    upload = SimpleUploadedFile(paper["name"], paper["buffer"], paper["mimeType"])
    documents.add(application, upload, "licence", by=who, at=at)
    facts = make.clean(full_name=who.full_name, **changes)
    applications.save_draft(application.pk, make.typed(full_name=who.full_name), by=who, at=at)
    return applications.submit(application.pk, facts, by=who, at=at)


def approved(name: str = "林晓", *, language: str = "zh-hans", at: datetime, attended: bool = False) -> Application:
    """Papers approved two days ago, the clock running; with `attended`, already met at an event."""
    application = make.approved(make.person(name, language=language), at=at - timedelta(days=2))
    if attended:
        admission.record_attendance(application.person_id, began_at=at - timedelta(hours=20), by=None, at=at)
    application.refresh_from_db()
    return application


def host(name: str = "陈明", *, at: datetime) -> Person:
    return make.member(name, since=at - timedelta(days=60))


def roundtable(topic: str, *, at: datetime, starts_in: timedelta, **changes: Any) -> Event:
    """A published table; its host sits on the first chair."""
    starts_at = at + starts_in
    who = changes.pop("host", None) or host(at=at)
    return events.event(
        at=at, topic=topic, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), host=who, **changes
    )


def take_a_seat(event: Event, who: Person | None = None, *, at: datetime) -> Signup:
    who = who or host("客人", at=at)
    return booking.sign_up(event.pk, who, by=who, at=at)


def work_through(at: datetime) -> None:
    """What the worker does when its bells ring: webhooks kept are acted upon, refunds sent."""
    sweeping.sweep(at=at)


def plan_through(at: datetime) -> None:
    """The worker plans the tables it was asked about."""
    planning.answer_all_due(at=at + planning.MISSED)


def fee_paid(applicant: Page) -> str:
    """From the home page to the stand-in's payment page; the session's id."""
    applicant.goto("/home/")
    press(applicant.locator('.next a[href="/billing/join/"]'))
    applicant.locator("[name=tier][value=member]").check()
    press(button(applicant, "/billing/join/"))
    press(button(applicant, "/pay/"))
    return applicant.url.partition("/pay/")[2].partition("?")[0]
