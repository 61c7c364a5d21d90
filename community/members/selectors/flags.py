"""What a reviewer should look at twice: the same company, the same person, the same trade. Information, no refusal."""

import unicodedata
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower, Replace

from community.members import states
from community.members.models import Application, Expulsion, Stake

MOST = 5  # of each kind
COMPANY, PERSON, TRADE = "company", "person", "trade"


@dataclass(frozen=True)
class Flag:
    """Another application that resembles this one, and in what."""

    kind: str
    in_what: str
    other: Application

    @property
    def expelled(self) -> bool:
        """The club sent that person away and nobody has allowed them back: a reviewer decides what it means (R53)."""
        return bool(self.kind != TRADE and self.other.expelled)  # type: ignore[attr-defined]  # read with the row


def flags(application: Application) -> list[Flag]:
    """At most five of each kind, in three queries; never the person's own other applications as company or trade."""
    return [*_same_company(application), *_same_person(application), *_same_trade(application)]


def _others(application: Application) -> QuerySet[Application]:
    seen = Application.objects.exclude(pk=application.pk).exclude(status__in=[states.DRAFT, states.CLOSED])
    gone = Expulsion.objects.filter(person=OuterRef("person"), status=states.CONSENTED, readmitted_at=None)
    others = seen.exclude(person_id=application.person_id).annotate(expelled=Exists(gone))
    return others.select_related("person", "company").order_by("-expelled", "-pk")


def _same_company(application: Application) -> list[Flag]:
    if application.company_id is None:
        return []
    stood = Stake.objects.filter(company_id=application.company_id).values("person")
    others = _others(application).filter(Q(company_id=application.company_id) | Q(person__in=stood))
    return [Flag(COMPANY, "code", other) for other in others[:MOST]]


def _same_person(application: Application) -> list[Flag]:
    """The same telephone, the same mailbox however it is spelled, or the same name in a company of the same name."""
    email, name = mailbox(application.person.email), folded(application.full_name)
    alike = Q(plain=email)
    if application.phone:
        alike |= Q(phone=application.phone) | Q(person__phone=application.phone)
    if application.company is not None:
        alike |= Q(full_name__iexact=name, company__legal_name__iexact=application.company.legal_name)
    plain = Replace(Lower("person__email"), Value("."), Value(""))
    others = _others(application).annotate(plain=plain)
    local, _, host = email.partition("@")
    tagged = Q(plain__startswith=f"{local}+", plain__endswith=f"@{host}")
    found = others.filter(alike | tagged)[:MOST]
    return [Flag(PERSON, _alike_in(application, other), other) for other in found]


def _alike_in(application: Application, other: Application) -> str:
    if application.phone and application.phone in (other.phone, other.person.phone):
        return "phone"
    return "email" if mailbox(application.person.email) == mailbox(other.person.email) else "name"


def _same_trade(application: Application) -> list[Flag]:
    """Members of the same industry in the same city: a possible conflict, and a possible partner."""
    if application.industry_id is None or application.city_id is None:
        return []
    others = _others(application).filter(
        status=states.ADMITTED, industry_id=application.industry_id, city_id=application.city_id
    )
    if application.company_id is not None:
        others = others.exclude(company_id=application.company_id)
    return [Flag(TRADE, "industry", other) for other in others[:MOST]]


def mailbox(email: str) -> str:
    """One spelling for addresses that reach one mailbox: lower case, no dots, no +tag (as in `plain` above)."""
    local, _, host = unicodedata.normalize("NFKC", email).lower().partition("@")
    return f"{local.partition('+')[0]}@{host}".replace(".", "")


def folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).split())
