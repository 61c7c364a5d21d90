"""Links that put an event into a calendar on the web, for whoever has no program that opens a file."""

from datetime import UTC, datetime
from urllib.parse import urlencode


def links(*, topic: str, starts_at: datetime, ends_at: datetime, where: str, url: str) -> list[tuple[str, str]]:
    """(code, address): "google" and "outlook". Times go in UTC, so that every calendar shows its owner's own."""
    begins, ends = (moment.astimezone(UTC) for moment in (starts_at, ends_at))
    google = {"action": "TEMPLATE", "text": topic, "dates": f"{begins:%Y%m%dT%H%M%SZ}/{ends:%Y%m%dT%H%M%SZ}",
              "location": where, "details": url}  # fmt: skip
    outlook = {"path": "/calendar/action/compose", "rru": "addevent", "subject": topic, "location": where, "body": url,
               "startdt": f"{begins:%Y-%m-%dT%H:%M:%SZ}", "enddt": f"{ends:%Y-%m-%dT%H:%M:%SZ}"}  # fmt: skip
    return [
        ("google", f"https://calendar.google.com/calendar/render?{urlencode(google)}"),
        ("outlook", f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(outlook)}"),
    ]
