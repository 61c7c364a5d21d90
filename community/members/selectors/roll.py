"""The whole roll of the club, read in a fixed number of questions: what an export writes and an import compares."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from community.members import rules, states
from community.members.models import Application, City, Company, Industry, Person, Stake, Term, Tier

CARD = ("title", "industry_id", "city_id", "stage", "about", "needs", "offers")


@dataclass(frozen=True)
class Standing:
    """The company somebody stands for: the latest one checked, else the newest shown."""

    credit_code: str
    role: str
    share_percent: Decimal | None
    verified_on: date | None


@dataclass
class Entry:
    """One account. `application` is the admitted one, `card` what it says; `terms` are (starts, ends, early, tier)."""

    pk: int
    email: str
    shut: bool
    full_name: str
    phone: str
    wechat: str
    language: str
    hide_me: bool
    application: int | None = None
    applying: bool = False
    card: dict[str, Any] = field(default_factory=dict)
    role: str = ""
    sponsor: str = ""
    standing: Standing | None = None
    codes: tuple[str, ...] = ()
    terms: list[tuple[date, date, date | None, int]] = field(default_factory=list)


def roll() -> list[Entry]:
    """Everybody with an account, by name; four questions."""
    people = Person.objects.order_by("name_key", "pk").values_list(
        "pk", "email", "is_active", "full_name", "phone", "wechat", "language", "hide_me"
    )
    entries = {
        pk: Entry(pk, email, not active, name, str(phone or ""), wechat, language, hidden)
        for pk, email, active, name, phone, wechat, language, hidden in people
    }
    _applications(entries)
    _stakes(entries)
    terms = Term.objects.filter(voided_at=None).order_by("starts_on")
    for person_id, *period in terms.values_list("person_id", "starts_on", "ends_on", "ends_early_on", "tier_id"):
        entries[person_id].terms.append(tuple(period))
    return list(entries.values())


def _applications(entries: dict[int, Entry]) -> None:
    rows = Application.objects.filter(status__in=[*states.LIVE, states.ADMITTED]).order_by("pk")
    wanted = ("pk", "person_id", "status", "role", "converted_at", "sponsor__email", "company__credit_code",
              "share_percent", *CARD)  # fmt: skip
    for pk, person_id, status, role, converted_at, sponsor, code, share, *card in rows.values_list(*wanted):
        entry = entries[person_id]
        if status != states.ADMITTED:
            entry.applying = True
            continue
        entry.application, entry.card = pk, dict(zip(CARD, card, strict=True))
        entry.role, entry.sponsor = ("" if converted_at else role), sponsor or ""
        entry.standing = Standing(code, role, share, None) if code and role != rules.TRAINEE else None


def _stakes(entries: dict[int, Entry]) -> None:
    rows = Stake.objects.filter(ended_at=None).order_by("verified_on", "pk")
    found: dict[int, list[Standing]] = defaultdict(list)
    for person_id, *stake in rows.values_list(
        "person_id", "company__credit_code", "role", "share_percent", "verified_on"
    ):
        found[person_id].append(Standing(*stake))
    for person_id, standings in found.items():
        checked = [one for one in standings if one.verified_on]
        entries[person_id].standing = (checked or standings)[-1]
        entries[person_id].codes = tuple(one.credit_code for one in standings)


def companies() -> dict[str, tuple[int, str]]:
    """Credit code → key and name, of every company; one question."""
    rows = Company.objects.order_by("credit_code").values_list("credit_code", "pk", "legal_name")
    return {code: (pk, name) for code, pk, name in rows}


def lists() -> dict[str, list[Any]]:
    """Industries, cities and tiers with their names, those no longer chosen as well: people still have them."""
    return {
        "industry": list(Industry.objects.all()), "city": list(City.objects.all()), "tier": list(Tier.objects.all())
    }  # fmt: skip


def trainee_tiers() -> list[int]:
    return list(Tier.objects.filter(for_trainees=True).values_list("pk", flat=True))


def role_names() -> dict[str, str]:
    return {value: str(label) for value, label in Application.Role.choices}


def stage_names() -> dict[str, str]:
    return {value: str(label) for value, label in Application.Stage.choices}
