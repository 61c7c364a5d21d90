"""People and applications for tests, made through the services; times are handed in, every name is invented."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from community.kernel.days import ZONE, day_of, months_later
from community.members.models import (
    Application,
    City,
    Company,
    CompanyChange,
    Document,
    Industry,
    Person,
    Stake,
    Term,
    Tier,
    Verification,
)
from community.members.services import applications, reviewing

count = itertools.count(1)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NOON = datetime(2026, 11, 21, 12, tzinfo=ZONE)  # a Saturday


def person(name: str = "", *, roles: tuple[str, ...] = (), **fields: Any) -> Person:
    number = next(count)
    made = Person.objects.create_user(
        fields.pop("email", f"p{number}@example.test"), full_name=name or f"测试{number}", **fields
    )
    made.groups.set(Group.objects.filter(name__in=roles))
    return made


def sign_in(client: Client, who: Person, *, at: datetime | None = None) -> Client:
    """As by the sign-in page, now or at a moment: what asks for a fresh session knows when that was."""
    client.force_login(who)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": (at or datetime.now(UTC)).timestamp()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


def reviewer() -> Person:
    return person("周宁", roles=("reviewer",))


def credit_code(number: int | None = None) -> str:
    """A code with a right check character and an area part that does not exist (product.md §5)."""
    body = f"91999999{next(count) if number is None else number:09d}"
    weights = [3**i % 31 for i in range(17)]
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, weights, strict=True))
    return body + ALPHABET[(31 - total % 31) % 31]


def typed(**changes: Any) -> dict[str, str]:
    """What an applicant types: a complete, right application."""
    return {
        "full_name": "林晓",
        "phone": "13800138000",
        "wechat": "linxiao",
        "title": "创始人",
        "city": str(City.objects.first().pk),
        "role": "legal_representative",
        "legal_name": "深圳云帆科技有限公司",
        "credit_code": credit_code(),
        "share_percent": "",
        "sponsor": "",
        "industry": str(Industry.objects.first().pk),
        "stage": "growing",
        "about": "做跨境电商的小家电。",
        "needs": "找海外仓",
        "offers": "能讲选品",
        "consent": "on",
    } | changes


def clean(**changes: Any) -> dict[str, Any]:
    return {
        "full_name": "林晓",
        "phone": "+8613800138000",
        "wechat": "",
        "title": "",
        "city": City.objects.first(),
        "industry": Industry.objects.first(),
        "stage": "growing",
        "role": "legal_representative",
        "share_percent": None,
        "sponsor": None,
        "legal_name": "深圳云帆科技有限公司",
        "credit_code": credit_code(),
        "about": "做跨境电商的小家电。",
        "needs": "",
        "offers": "",
    } | changes


def submitted(who: Person | None = None, *, at: datetime = NOON, **changes: Any) -> Application:
    who = who or person()
    application = applications.start(who, at=at)
    Document.objects.create(
        application=application, kind="licence", name="licence.png", content_type="image/png", size=1,
        file="evidence/none", uploaded_at=at,
    )  # fmt: skip
    return applications.submit(application.pk, clean(**({"full_name": who.full_name} | changes)), by=who, at=at)


def approved(
    who: Person | None = None, *, at: datetime = NOON, by: Person | None = None, **changes: Any
) -> Application:
    application = submitted(who, at=at, **changes)
    by = by or reviewer()
    reviewing.claim(application.pk, by=by, at=at)
    reviewing.verify(
        application.pk, source="国家企业信用信息公示系统", checked_on=day_of(at), result=Verification.Result.CONFIRMED,
        note="", by=by, at=at,
    )  # fmt: skip
    return reviewing.approve(application.pk, by=by, at=at)


def member(name: str = "", *, since: datetime | None = None, roles: tuple[str, ...] = ()) -> Person:
    """Somebody in good standing, as history: an admitted application and a term of twelve months.

    Without `since`: for sixty days at NOON, and still on the day these tests run, since pages read the clock.
    """
    lasting, since = since is None, since or NOON - timedelta(days=60)
    who = person(name, roles=roles)
    application = Application.objects.create(
        person=who, status="admitted", role="legal_representative", full_name=who.full_name,
        city=City.objects.first(), industry=Industry.objects.first(), started_at=since, touched_at=since,
        submitted_at=since, approved_at=since, approved_by=who, clock_ends_at=since + timedelta(days=22),
        attended_at=since, paid_at=since, admitted_at=since, tier=Tier.objects.get(code="member"),
    )  # fmt: skip
    begins, ends = day_of(since), months_later(day_of(since), 12)
    tier = application.tier
    Term.objects.create(
        person=who, tier=tier, application=application, starts_on=begins, ends_on=ends, recorded_at=since
    )
    while lasting and ends <= day_of(timezone.now()):
        begins, ends = ends, months_later(ends, 12)
        Term.objects.create(person=who, tier=tier, starts_on=begins, ends_on=ends, recorded_at=since)
    return who


def change(who: Person, *, at: datetime = NOON, code: str = "", role: str = "legal_representative") -> CompanyChange:
    """What a member asks to change, without papers: a company row and the question."""
    company, _ = Company.objects.get_or_create(
        credit_code=code or credit_code(), defaults={"legal_name": "深圳新帆贸易有限公司"}
    )
    return CompanyChange.objects.create(person=who, company=company, role=role, asked_at=at)


def stake(who: Person, *, verified_on: date | None = None, name: str = "深圳云帆科技有限公司", **fields: Any) -> Stake:
    """A role in a company of its own, verified on a day."""
    company = fields.pop("company", None) or Company.objects.create(credit_code=credit_code(), legal_name=name)
    return Stake.objects.create(
        person=who, company=company, role="legal_representative", verified_on=verified_on, **fields
    )
