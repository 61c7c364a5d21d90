"""The club as it stands, in the words of the format: what a file is compared with, and what an export writes."""

from collections.abc import Iterable
from typing import Any

from django.utils import translation

from community.billing.selectors import openings
from community.events import rules as event_rules
from community.events.selectors import past
from community.members.rules import ROLES, STAGES
from community.members.selectors import roll
from community.moving.rules.cells import Lists
from community.moving.rules.columns import ALSO, folded
from community.moving.rules.known import Club, Known, Period

LANGUAGES = ("zh-hans", "en")


def club() -> Club:
    """Everything a plan asks for; ten questions, whatever the club's size."""
    named = lists()
    entries = roll.roll()
    emails = {entry.pk: entry.email for entry in entries}
    occasions = past.occasions()
    return Club(
        people={entry.email: known_of(entry) for entry in entries},
        companies=roll.companies(),
        balances={(emails[one.person_id], one.starts_on): one.amount for one in openings.balances()},
        occasions=occasions,
        attended=frozenset((one.email, (one.kind, one.starts_at, one.topic)) for one in past.check_ins()),
        lists=named,
        trainee_tiers=frozenset(roll.trainee_tiers()),
        at_tables=frozenset(kind.code for kind in event_rules.KINDS.values() if kind.at_tables),
        most={kind.code: kind.most for kind in event_rules.KINDS.values()},
    )


def known_of(entry: roll.Entry) -> Known:
    return Known(
        pk=entry.pk, email=entry.email, values=values_of(entry), application=entry.application,
        applying=entry.applying, shut=entry.shut, stakes=entry.codes,
        terms=tuple(Period(*term) for term in entry.terms),
    )  # fmt: skip


def values_of(entry: roll.Entry) -> dict[str, Any]:
    """What the columns of Members say of somebody; None or "" where there is nothing."""
    standing, card = entry.standing, entry.card
    return {
        "email": entry.email,
        "full_name": entry.full_name,
        "phone": entry.phone,
        "wechat": entry.wechat,
        "language": entry.language,
        "hide_me": entry.hide_me,
        "title": card.get("title"),
        "industry": card.get("industry_id"),
        "city": card.get("city_id"),
        "stage": card.get("stage"),
        "about": card.get("about"),
        "needs": card.get("needs"),
        "offers": card.get("offers"),
        "credit_code": standing.credit_code if standing else None,
        "role": standing.role if standing else entry.role,
        "share_percent": standing.share_percent if standing else None,
        "verified_on": standing.verified_on if standing else None,
        "sponsor": entry.sponsor,
    }


def lists() -> Lists:
    """Every name in both languages and its code, as a cell may have it; shown in the reader's language."""
    found = roll.lists()
    names: dict[str, dict[str, Any]] = {}
    shown: dict[str, dict[Any, str]] = {}
    for kind in ("industry", "city", "tier"):
        names[kind] = _named(kind, found[kind])
        shown[kind] = {row.pk: row.name for row in found[kind]}
    for kind, pairs in coded().items():
        shown[kind] = dict(pairs)
        names[kind] = {folded(name): code for name, code in ALSO.get(kind, {}).items()}
        names[kind] |= {folded(code): code for code in shown[kind]}
        for language in LANGUAGES:
            with translation.override(language):
                names[kind] |= {folded(label): code for code, label in coded()[kind]}
    return Lists(names, shown)


def _named(kind: str, rows: Iterable[Any]) -> dict[str, Any]:
    """A name two rows have belongs to the one that is still chosen."""
    found: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: (row.active, -row.pk)):
        found |= dict.fromkeys([folded(row.name_zh), folded(row.name_en)], row.pk)
    return found | ({folded(row.code): row.pk for row in rows} if kind == "tier" else {})


def coded() -> dict[str, list[tuple[str, str]]]:
    """Roles, stages and kinds of events: code and name in the active language."""
    roles, stages = roll.role_names(), roll.stage_names()
    return {
        "role": [(code, roles[code]) for code in ROLES],
        "stage": [(code, stages[code]) for code in STAGES],
        "kind": list(past.kind_names().items()),
    }
