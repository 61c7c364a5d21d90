"""Somebody's own data as its page shows it (R52): files, what erasing would do, what they agreed to."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Q

from community.kernel import personal
from community.kernel.errors import YES, Verdict, no
from community.members import ports, rules
from community.members.models import Application, DataExport, Erasure, Person
from community.members.selectors import consents

SHORTEST_NAME, SHORTEST_HANDLE = 2, 5  # characters: anything shorter stands in words that mean nobody


def may_be_erased(person: Person) -> Verdict:
    """Whoever works for the club gives the role back first; so the last administrator can't be erased."""
    if person.erased_at is not None:
        return no("erase.gone")
    return no("erase.staff") if person.is_staff or person.groups.exists() else YES


def names_of(person: Person) -> list[str]:
    """What names somebody wherever it stands: addresses, numbers, names. A name that others bear, too, or that is part
    of another's is not looked for: it would take their words."""
    applications = Application.objects.filter(person=person).values_list("full_name", "phone", "wechat")
    rows = [(person.full_name, person.phone, person.wechat), *applications]
    others = Person.objects.exclude(pk=person.pk).filter(erased_at=None)
    names = {
        name
        for name, _phone, _wechat in rows
        if len(name) >= SHORTEST_NAME and not others.filter(full_name__contains=name).exists()
    }
    handles = {
        wechat
        for _name, _phone, wechat in rows
        if len(wechat) >= SHORTEST_HANDLE
        and not others.filter(Q(wechat=wechat) | Q(full_name__contains=wechat)).exists()
    }
    phones = {str(phone) for _name, phone, _wechat in rows if phone and not others.filter(phone=phone).exists()}
    phones |= {phone.removeprefix("+86") for phone in phones}
    addresses = {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)}
    # The longest first: what is part of another would leave the rest of it behind.
    return sorted(names | handles | phones | addresses, key=lambda word: (-len(word), word))


@dataclass(frozen=True)
class OwnData:
    """The page `/profile/data/`."""

    parts: list[tuple[personal.Section, int]]
    export: DataExport | None
    may_ask_export: bool
    erasure: Erasure | None
    may_be_erased: Verdict
    money_open: bool
    membership: bool
    consents: list[consents.Agreed]


def own_data(person: Person, *, membership: bool, at: datetime) -> OwnData:
    """As many questions for somebody with ten years behind them as for a newcomer."""
    counts = personal.counts_of(person.pk)
    export = DataExport.objects.filter(person=person).first()
    fresh = export is not None and export.deleted_at is None and at < export.asked_at + rules.EXPORT_EVERY
    return OwnData(
        parts=[(section, counts[name]) for name, section in personal.SECTIONS.items() if counts[name]],
        export=export,
        may_ask_export=export is None or (export.made_at is not None and not fresh),
        erasure=Erasure.objects.filter(person=person, undone_at=None, done_at=None).first(),
        may_be_erased=may_be_erased(person),
        money_open=ports.money_open(person.pk),
        membership=membership,
        consents=consents.all_of(person),
    )
