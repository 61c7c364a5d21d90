"""The one letter of this floor. The words are in templates/matching/mail/."""

from datetime import datetime

from community.kernel import outbox
from community.matching.models import Document, Match


def tell(need: Document, matches: list[Match], *, at: datetime) -> int:
    """R31: a need fits you, and why. Once for ever per need and member, and not after the need is over."""
    return outbox.post_all(
        [
            outbox.draft(
                "matching/need_fits",
                match.person_id,
                occasion=f"need-fits:{need.key}:{match.person_id}",
                at=at,
                valid_until=need.valid_until,
                context={
                    "title": need.title,
                    "path": need.path,
                    "author": need.person.name,
                    "reasons": match.reasons,
                    "written_at": at.isoformat(),
                },
            )
            for match in matches
        ]
    )
