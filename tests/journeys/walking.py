"""Steps that several walks share: filling in, pressing, and what a walk starts from. Fields go by their names and
buttons by where they lead, so that a step is the same in both languages."""

import io
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page

from community.members.models import Application, Person
from community.members.services import applications, documents
from tests import make


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"[name={name}]").first.fill(value)


def button(page: Page, action: str) -> Locator:
    """The button that posts to an address ending so."""
    path = f'[action$="{action}"]'
    return page.locator(f'form{path} button[type=submit]:not([formaction]), button[formaction$="{action}"]').first


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
