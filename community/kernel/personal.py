"""What the club keeps of a person, table by table (R52): every app declares its own in `personal.RULES`, as it declares
its kinds of message. A link to a person without a rule fails a test: nothing leaves, stays or goes unthought of.

A rule is about one link: a column that leads to a person, or to a row that belongs to one. Columns that are not named
are not exported; names of others are never among them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Field, FileField, ForeignKey, Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Section:
    """A part of one's own data as people speak of it, and what becomes of it when they are erased."""

    name: str
    title: Any
    at_erasure: Any


SECTIONS = {
    section.name: section
    for section in (
        Section(
            "account",
            _("Account"),
            _(
                "Name, e-mail, phone, WeChat and sign-in are deleted. An empty account stays so that counts come out right."
            ),
        ),
        Section(
            "application",
            _("Applications and papers"),
            _("Papers and all you wrote are deleted. That there was an application, its dates and the result stay."),
        ),
        Section(
            "company",
            _("Companies"),
            _(
                "Your role in the company ends. The company's own entry in the public register is not yours alone and stays."
            ),
        ),
        Section(
            "membership",
            pgettext_lazy("data", "Membership"),
            _("It ends on that day. Its dates stay: the books and the club's figures need them."),
        ),
        Section(
            "seats",
            _("Seats and meetings"),
            _("Seats to come go to the next in line. Where you were stays as “a former member”, without your words."),
        ),
        Section(
            "posts",
            _("Needs, offers and answers"),
            _("Open ones close; your words and pictures are deleted. What others answered there stays theirs."),
        ),
        Section(
            "introductions",
            _("Introductions and thanks"),
            _("Your words are deleted. That two people met stays as a tie to “a former member”."),
        ),
        Section(
            "programmes",
            pgettext_lazy("data", "Programmes and goals"),
            _("Goals, check-ins and notes are deleted. That somebody took part stays as a count."),
        ),
        Section(
            "money",
            _("Invoices and payments"),
            _(
                "Amounts, numbers and dates stay: the law asks for books. Your name, account and bank slips are taken out."
            ),
        ),
        Section(
            "messages",
            pgettext_lazy("data", "Messages"),
            _("The words are deleted; that something was sent, and when, stays."),
        ),
        Section(
            "consents",
            _("What you agreed to"),
            _("That something was agreed to, when and in which words, stays as proof, without your name."),
        ),
        Section(
            "trail",
            _("Record of what happened"),
            _("What happened and when stays; every word that could name you is taken out."),
        ),
        Section("signing_in", _("Signing in"), _("Sessions end, the second factor and all devices are deleted.")),
    )
}

# Why a link is not exported.
WORK = "work"  # done for the club, about somebody else
OTHERS = "others"  # belongs to another person, who has it in their own export
SECRET = "secret"  # a key or a password: it opens something
DERIVED = "derived"  # made from what is exported anyway
BOOKS = "books"  # the club's own record of what is exported anyway
REASONS = (WORK, OTHERS, SECRET, DERIVED, BOOKS)


@dataclass(frozen=True)
class Rule:
    """What becomes of the rows behind one link. With a `section` its `fields` are exported, and the content of `file`;
    without one, `why_not` says why. `mine`: the rows are the person's own, and what hangs on them needs rules as well."""

    model: str
    link: str
    section: str = ""
    fields: tuple[str, ...] = ()
    file: str = ""
    without: tuple[str, ...] = ()  # keys of what is stored as it was typed: they name others
    only: tuple[str, str] = ("", "")  # a column and its value: the other rows are not theirs to know of yet
    why_not: str = ""
    mine: bool = True


def told(
    model: str,
    link: str,
    section: str,
    fields: str,
    *,
    file: str = "",
    without: str = "",
    only: tuple[str, str] = ("", ""),
    mine: bool = True,
) -> Rule:
    return Rule(model, link, section, tuple(fields.split()), file, tuple(without.split()), only, mine=mine)


def kept_back(why_not: str, *links: str) -> tuple[Rule, ...]:
    """Rules for "app.Model.link" that all stay out for one reason."""
    return tuple(Rule(link.rpartition(".")[0], link.rpartition(".")[2], why_not=why_not, mine=False) for link in links)


RULES = (
    told("kernel.Message", "person", "messages", "kind created_at status sent_at read_at"),
    told("kernel.Reach", "person", "account", "no_email by_sms in_the_morning refused_at"),
    told("kernel.AuditEntry", "person", "trail", "at action old new", mine=False),
    *kept_back(WORK, "kernel.AuditEntry.actor"),
    *kept_back(DERIVED, "kernel.Delivery.message", "kernel.Message.within"),
)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the house."""
    found = list(RULES)
    for config in apps.get_app_configs():
        if config.name.startswith("community.") and config.label != "kernel" and find_spec(f"{config.name}.personal"):
            found += import_module(f"{config.name}.personal").RULES
    return tuple(found)


def links_without_rule() -> list[str]:
    """Every column that leads to a person, or to a row of their own, and has no rule (and every rule of nothing)."""
    own = {rule.model for rule in all_rules() if rule.section and rule.mine}
    needed = {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if _leads_to(field, own) and model._meta.label != settings.AUTH_USER_MODEL
    }
    return sorted(
        ".".join(link) for link in needed ^ {(one.model, one.link) for one in all_rules() if one.link != "pk"}
    )


def _leads_to(field: Any, own: set[str]) -> bool:
    target = field.related_model if field.is_relation and not field.auto_created else None
    return (
        target is not None
        and not isinstance(target, str)
        and (target._meta.label == settings.AUTH_USER_MODEL or target._meta.label in own)
    )


def path_of(rule: Rule) -> str:
    """The lookup from a rule's model to the person, through as many rows of their own as it takes."""
    if rule.link == "pk":
        return "pk"
    target = model_of(rule)._meta.get_field(rule.link).related_model
    if target is None or isinstance(target, str) or target._meta.label == settings.AUTH_USER_MODEL:
        return rule.link
    owner = next(one for one in all_rules() if one.model == target._meta.label and one.section and one.mine)
    return f"{rule.link}__{path_of(owner)}"


def model_of(rule: Rule) -> type[Model]:
    return apps.get_model(rule.model)


def rows_of(rule: Rule, person_id: int) -> QuerySet[Any]:
    column, value = rule.only
    wanted = {path_of(rule): person_id} | ({column: value} if column else {})
    return model_of(rule)._default_manager.filter(**wanted).order_by("pk")


@dataclass(frozen=True)
class Part:
    """The rows of one rule: each a value for each of the rule's fields."""

    rule: Rule
    rows: list[dict[str, Any]]


def parts_of(person_id: int) -> Iterator[Part]:
    """Everything exported about somebody, section by section; one query a rule."""
    order = list(SECTIONS)
    for rule in sorted((one for one in all_rules() if one.section), key=lambda one: order.index(one.section)):
        yield Part(rule, [_without(rule, row) for row in rows_of(rule, person_id).values(*rule.fields)])


def _without(rule: Rule, row: dict[str, Any]) -> dict[str, Any]:
    if not rule.without:
        return row
    return {
        name: {key: one for key, one in value.items() if key not in rule.without} if isinstance(value, dict) else value
        for name, value in row.items()
    }


def files_of(person_id: int) -> Iterator[tuple[str, Any]]:
    """(name, stored file) of everything somebody handed in or was handed."""
    for rule in all_rules():
        if not rule.file:
            continue
        for number, row in enumerate(rows_of(rule, person_id).exclude(**{rule.file: ""}), start=1):
            file = getattr(row, rule.file)
            kind = {"application/pdf": "pdf", "image/png": "png", "image/webp": "webp"}.get(row.content_type, "jpg")
            yield f"{rule.section}/{rule.model.rpartition('.')[2].lower()}-{number}.{kind}", file


def counts_of(person_id: int) -> dict[str, int]:
    """Section → how many rows of somebody's there are, in one question; for a look before anything is done."""
    rules = [rule for rule in all_rules() if rule.section]
    asked = [rows_of(rule, person_id).order_by().values("pk").query.sql_with_params() for rule in rules]
    counts = dict.fromkeys(SECTIONS, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"(SELECT count(*) FROM ({sql}) AS mine)" for sql, _params in asked),
            [value for _sql, params in asked for value in params],
        )
        for rule, count in zip(rules, cursor.fetchone(), strict=True):
            counts[rule.section] += count
    return counts


def field_of(rule: Rule, name: str) -> "Field[Any, Any] | ForeignKey[Any, Any] | FileField":
    """The column behind a field of a rule, also on the other side of a link."""
    model: Any = model_of(rule)
    *links, last = name.split("__")
    for link in links:
        model = model._meta.get_field(link).related_model
    field: Any = model._meta.get_field(last)
    return field
