"""The parts of a person's page and who of the staff reads which; what is not said here is shown to nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy

from community.kernel import access, kinds
from community.members import policies as members

EVERYBODY = access.ROLES


@dataclass(frozen=True)
class Part:
    """`subjects`: of which entries of the trail it consists (the first part of their actions)."""

    name: str
    title: Any
    roles: tuple[str, ...]
    subjects: frozenset[str] = frozenset()


def _part(name: str, title: Any, roles: Iterable[str], subjects: str = "") -> Part:
    return Part(name, title, tuple(roles), frozenset(subjects.split()))


PARTS = {
    part.name: part
    for part in (
        _part("membership", pgettext_lazy("person", "Membership"), EVERYBODY, "term"),
        _part("application", pgettext_lazy("person", "Application and company"), [access.REVIEWER],
              "application document extension change stake company"),
        _part("seats", pgettext_lazy("person", "Seats"), [access.ORGANIZER], "signup hold waiver event"),
        _part("ties", pgettext_lazy("person", "Ties"), [access.ORGANIZER], "one_to_one partner"),
        _part("needs", pgettext_lazy("person", "Needs and introductions"), [access.ORGANIZER],
              "post answer introduction thanks"),
        _part("programmes", pgettext_lazy("person", "Programmes"), [access.ORGANIZER], "place programme goal challenge reply"),
        _part("money", pgettext_lazy("person", "Money"), [access.TREASURER],
              "invoice payment refund transfer slip fapiao dispute attempt charge auto_renewal coupon leaving opening"),
        _part("standing", pgettext_lazy("person", "Suspension and expulsion"), [access.ADMINISTRATOR], "suspension expulsion"),
        _part("complaints", pgettext_lazy("person", "Complaints"), [access.ORGANIZER]),
        _part("letters", pgettext_lazy("person", "Letters"), EVERYBODY),
        _part("account", pgettext_lazy("person", "Account"), [access.ADMINISTRATOR],
              "person consent export erasure chapters calendar card message batch"),
    )
}  # fmt: skip
# Subjects that stand on no person's page: they concern a thing of the club's, or another's confidence.
ELSEWHERE = frozenset(
    [
        "arrival",
        "complaint",
        "entity",
        "job",
        "member",
        "price",
        "reconciliation",
        "report",
        "series",
        "settings",
        "statement",
        "statement_row",
        "task",
        "template",
        "tier",
        "webhook",
    ]
)
# A block is its owner's alone, even before an administrator.
UNSPOKEN = ("person.block", "person.unblock")
# Whose letters belong to which part; those of complaints to none, because their kind alone would tell of one.
LETTERS = {
    kinds.APPLICATION: "application",
    kinds.SEATS: "seats",
    kinds.NEEDS: "needs",
    kinds.PROGRAMMES: "programmes",
    kinds.CLUB: "seats",
    kinds.DESK: "account",
}


def open_to(reader: Any, who: Any, application: Any) -> list[Part]:
    """What this colleague may read of a person. R4 as everywhere: nothing of one's own application, nor of one sponsored."""
    own = application is not None and not members.may_review(reader, application)
    parts = [part for part in PARTS.values() if access.has_role(reader, *part.roles)]
    return [part for part in parts if not (part.name == "application" and (own or reader.pk == who.pk))]


def kinds_for(names: Iterable[str]) -> list[str]:
    """The kinds of letters that belong to some parts."""
    wanted = set(names)
    return [name for name, kind in kinds.all_kinds().items() if _part_of(name, kind) in wanted]


def _part_of(name: str, kind: kinds.Kind) -> str:
    app = name.partition("/")[0]
    if app == "complaints":
        return ""
    if app == "billing":
        return "money"
    return LETTERS.get(kind.group, "account")
