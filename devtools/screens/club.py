"""The club that is pictured: its people, the addresses of what they have, and the servers behind it."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from devtools.services import Services, scratch_folder

if TYPE_CHECKING:
    pass


def people() -> dict[str, Any]:
    """The demo accounts by name, and somebody in each other state of an application."""
    from community.events.models import Signup
    from community.members.models import Application, Person
    from community.pages.demo import DEMO_ACCOUNTS

    found = {one.email.partition("@")[0]: Person.objects.get(email=one.email) for one in DEMO_ACCOUNTS}
    others = Application.objects.exclude(person__in=found.values()).select_related("person").order_by("pk")
    found["brought"] = Person.objects.get(email="brought@demo.test")
    others = others.exclude(person=found["brought"])
    approved = others.filter(status="approved")
    unpaid = approved.filter(attended_at=None, paid_at=None)
    states = {
        "drafting": others.filter(status="draft"),
        "asked": others.filter(status="more_needed"),
        "rejected": others.filter(status="rejected"),
        "withdrawn": others.filter(status="withdrawn"),
        "attended": approved.filter(attended_at__isnull=False, paid_at=None),
        "seated": unpaid.filter(person__signups__status="confirmed"),
        "paid": approved.filter(attended_at=None, paid_at__isnull=False),
        "short": unpaid.filter(person__payments__status="held"),
    }
    found["refused"] = _refusing()
    found["suspended"] = Person.objects.get(suspensions__isnull=False)
    found["leaving"] = Person.objects.get(erasures__isnull=False)
    found["covered"] = Person.objects.filter(invoices__amount=0)[0]
    found["absent"] = Signup.objects.filter(status="missed").order_by("-event__starts_at")[0].person
    return found | _in_the_waiting_room() | {name: rows.first().person for name, rows in states.items()}


def _refusing() -> Any:
    """Somebody whose mailbox takes no letters any more."""
    from django.utils import timezone

    from community.kernel.models import Reach
    from community.members.models import Person

    person = Person.objects.create_user("refused@demo.test", full_name="江一帆")
    Reach.objects.update_or_create(
        person=person,
        defaults={
            "refused_address": person.email,
            "refused_at": timezone.now(),
            "refused_because": "550 5.1.1 no such mailbox",
        },
    )
    return person


def _in_the_waiting_room() -> dict[str, Any]:
    """One in line and one whose turn it is: the demo club is open to everybody, so nobody waits there."""
    from django.utils import timezone

    from community.members.models import Application, Person

    now, found = timezone.now(), {}
    for name, invited_at in {"in_line": None, "invited": now}.items():
        found[name] = Person.objects.create_user(f"{name}@demo.test", full_name="江一帆")
        Application.objects.create(
            person=found[name], started_at=now, touched_at=now, ready_at=now, invited_at=invited_at
        )
    return found


def places(who: dict[str, Any]) -> dict[str, str]:
    """The things whose pages are pictured, by the name the states use: public ids, invoice numbers, letters' paths."""
    rows = _events(who) | _gate(who) | _posts(who) | _programmes(who)
    rows |= {name: who[name] for name in ("suspended", "member", "host", "brought")}
    rows["complaint"] = who["member"].complaints.get()
    rows |= _moving(who)
    rows |= _statements(who["treasurer"])
    return {name: row.public_id for name, row in rows.items()} | _invoices(who) | _letters(who)


def _statements(by: Any) -> dict[str, Any]:
    """The bank's files of the demo club, and two more: one nobody has dealt with, and the same for another account."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from community.billing.models import Statement
    from community.billing.services import importing

    def handed_in(currency: str) -> Any:
        text = "交易日期,流水号,对方户名,收入,支出,摘要\n2026-11-02,Z1,某某贸易有限公司,3800.00,,会费\n"
        upload = SimpleUploadedFile("十一月流水.csv", text.encode())
        return importing.hand_in(upload, currency=currency, by=by, at=timezone.now())

    found = {"file_back": Statement.objects.exclude(taken_back_at=None)[0]}
    found["file_used"] = Statement.objects.filter(rows__status="arrived")[0]
    found["file_free"] = handed_in("CNY")
    importing.take(found["file_free"], by=by, at=timezone.now())
    found["file_known"] = handed_in("USD")
    return found


def _moving(who: dict[str, Any]) -> dict[str, Any]:
    """The files of the demo club, and two more: one that says what the club has, one that says it differently."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from community.moving.models import Batch
    from community.moving.services import exporting, looking

    def handed_in(name: str) -> Any:
        upload = SimpleUploadedFile(name, exporting.book(tables))
        batch = looking.hand_in(upload, by=who["admin"], at=timezone.now())
        looking.look(batch.pk, at=timezone.now())
        return batch

    found = {f"batch_{batch.status}": batch for batch in Batch.objects.order_by("pk")}
    tables = list(exporting.movable())
    found["batch_same"] = handed_in("全部会员.xlsx")
    for row in tables[1][1][1:4]:
        row[1], row[5] = f"{row[1]}（改名）", "联合创始人兼首席执行官"
    found["batch_ready"] = handed_in("全部会员（改）.xlsx")
    tables[1][1][0][1] = "身份证号"
    found["batch_refused"] = handed_in("全部会员（旧表头）.xlsx")
    return found


def _events(who: dict[str, Any]) -> dict[str, Any]:
    from django.utils import timezone

    from community.events.models import Event, Series, Signup, Template

    now = timezone.now()
    coming = Event.objects.filter(status="open", starts_at__gt=now).order_by("starts_at")
    attended = Signup.objects.filter(person=who["member"], status="attended").order_by("-event__starts_at")[0]
    table = coming.filter(kind="roundtable", signups__person=who["member"])[0]
    return {
        "table": table,
        "plan_waiting": _plan(table, who["organizer"]),
        "plan_refused": _plan(table, who["organizer"], answered_at=now, refused="plan.changed"),
        "collecting": coming.filter(allots_at__gt=now, allotted_at=None)[0],
        "allotted": coming.filter(allotted_at__isnull=False)[0],
        "follower": coming.filter(releases_at__gt=now)[0],
        "missed": Signup.objects.filter(person=who["absent"], status="missed")[0].event,
        "full": coming.filter(kind="visit")[0],
        "for_stages": coming.exclude(stages=[])[0],
        "past": attended.event,
        "cancelled": Event.objects.filter(status="cancelled")[0],
        "today": Event.objects.filter(status="open", kind="class").order_by("starts_at")[0],
        "brought": Signup.objects.get(person=who["host"], with_guest=True).event,
        "clash": coming.filter(kind="class", topic__startswith="合同门诊")[0],
        "draft": Event.objects.filter(status="draft")[0],
        "series": Series.objects.all()[0],
        "template": Template.objects.all()[0],
        "trip": Event.objects.exclude(waiver="")[0],
        "attended_signup": attended,
    }


def _plan(event: Any, by: Any, **answer: Any) -> Any:
    """A plan of the tables that no worker will come to answer."""
    from dataclasses import asdict

    from community.events.models import SeatingPlan
    from community.events.selectors import tables

    numbers = list(tables.chairs(event))
    question = tables.question(event, tables.at_tables(event), numbers=numbers, at=event.starts_at)
    return SeatingPlan.objects.create(
        event=event, seed=0, digest=question.digest(), question=asdict(question.in_order()),
        tables={str(number): [] for number in numbers}, hosts={}, made_at=event.starts_at, made_by=by, **answer,
    )  # fmt: skip


def _gate(who: dict[str, Any]) -> dict[str, Any]:
    from community.members.models import Application, Document, Stake

    queue = Application.objects.filter(status="submitted").order_by("submitted_at")
    return {
        "unclaimed": queue.filter(claimed_by=None)[0],
        "claimed": queue.filter(claimed_by=who["reviewer2"])[0],
        "approved": who["approved"].applications.get(),
        "rejected": who["rejected"].applications.get(),
        "paper": Document.objects.filter(application__status="submitted").order_by("pk")[0],
        "forgotten": _forgotten(),
        "company": Stake.objects.get(person=who["member"], ended_at=None).company,
    }


def _forgotten() -> Any:
    """A member the running quarter brought something too little, whom the office may still ask."""
    from django.utils import timezone

    from community.pages import coverage

    (found,) = coverage.named(coverage.of(coverage.quarters(timezone.now())[0]).listed("any")[:1])
    return found


def _posts(who: dict[str, Any]) -> dict[str, Any]:
    from community.posts.models import Introduction, Post

    mine = Introduction.objects.filter(post__author=who["member"])
    return {
        "own_post": Post.objects.filter(author=who["member"], status="open", for_stage="")[0],
        "stage_post": Post.objects.filter(author=who["member"]).exclude(for_stage="")[0],
        "dilemma": Post.objects.filter(kind="dilemma", best__isnull=False, author=who["expiring"])[0],
        "lonely_post": Post.objects.filter(status="open", kind="need", first_answered_at=None)[0],
        "solved_post": Post.objects.filter(status="solved")[0],
        "card": who["member"],
        "introduced": mine.filter(status="accepted")[0],
        "asks_me": mine.filter(status="asked")[0],
    }


def _programmes(who: dict[str, Any]) -> dict[str, Any]:
    from community.programmes.models import Challenge, CheckIn, Programme

    running = Programme.objects.filter(status="running")[0]
    ended = Programme.objects.filter(status="ended")[0]
    coming = Programme.objects.filter(status="open").order_by("pk")
    return {
        "programme": running,
        "programme_over": ended,
        "programme_next": coming.exclude(follows=None)[0],
        "programme_early": coming.exclude(stages=[])[0],
        "undecided": ended.places.filter(status="joined")[0],
        "stuck": CheckIn.objects.filter(place__programme=running, way="stuck")[0],
        "challenge": Challenge.objects.get(programme=running),
        "challenge_all": Challenge.objects.get(programme=None),
    }


def _invoices(who: dict[str, Any]) -> dict[str, str]:
    from community.billing.models import Fapiao, Invoice

    return {
        "invoice_trainee": Invoice.objects.filter(person=who["trainee"])[0].number,
        "invoice_host": Invoice.objects.filter(person=who["host"], status="paid")[0].number,
        "fapiao_asked": Fapiao.objects.filter(status="requested")[0].public_id,
        "fapiao_to_flush": Fapiao.objects.get(person=who["lapsed"]).public_id,
        "invoice_covered": Invoice.objects.filter(amount=0)[0].number,
        "invoice_open": Invoice.objects.get(person=who["attended"], status="open").number,
        "invoice_paid": Invoice.objects.filter(person=who["member"])[0].number,
        "invoice_lapsed": Invoice.objects.filter(person=who["lapsed"])[0].number,
    }


def _letters(who: dict[str, Any]) -> dict[str, str]:
    """Addresses that only a letter knows."""
    from community.kernel.models import Message

    letter = Message.objects.filter(person=who["expiring"], kind="billing/renewal").latest("pk")
    newest = Message.objects.filter(person=who["member"]).latest("pk")
    card = Message.objects.filter(kind="billing/auto_renewal_on").latest("pk")
    paths = {"quiet_path": letter.context["quiet_path"], "card_off_path": card.context["off_path"]}
    return paths | {"message": newest.public_id} | _mails(who)


def _mails(who: dict[str, Any]) -> dict[str, str]:
    """The HTML of three letters in each language, and where one of them is stopped."""
    from urllib.parse import urlsplit

    from community.kernel.models import Message
    from community.kernel.outbox.writing import email_of, email_of_the_day, stop_address

    written = Message.objects.exclude(context={}).select_related("person").order_by("pk")
    one = written.filter(kind="members/application_approved").last()
    reminder = written.filter(kind="members/clock_reminder").last()
    needs = list(written.filter(kind="matching/need_fits"))[-1:]
    found = {"stop_path": urlsplit(stop_address(who["member"], "needs")).path}
    for language in ("zh-hans", "en"):
        several = [row for row in (reminder, *needs, letter_of(who)) if row]
        for row in (one, *several):
            row.person.language = language
        for name, email in (
            ("decision", email_of(one)),
            ("reminder", email_of(reminder)),
            ("day", email_of_the_day(several)),
        ):
            found[f"letter {name} {language}"] = str(email.alternatives[0].content)
    return found


def letter_of(who: dict[str, Any]) -> Any:
    from community.kernel.models import Message

    renewal = Message.objects.filter(person=who["expiring"], kind="billing/renewal")
    return renewal.select_related("person").latest("pk")


def session_of(person: Any) -> str:
    from django.test import Client

    client = Client()
    client.force_login(person)
    return str(client.cookies["sessionid"].value)


@contextlib.contextmanager
def club() -> Iterator[str]:
    """A demo club of our own for the length of a block; its address."""
    for name in ("DATABASE_URL", "REDIS_URL", "STRIPE_SECRET_KEY", "BASE_URL", "PORT", "HOST"):
        os.environ.pop(name, None)
    folder = scratch_folder()
    os.environ.update(RUN_FOLDER=str(folder), DEMO="1", DJANGO_SETTINGS_MODULE="community.settings")
    from devtools.run import Run

    run = Run()
    run.services = Services(folder, durable=False)
    try:
        run.start()
        os.environ.update(run.env)
        import django

        django.setup()
        yield run.env["BASE_URL"]
    finally:
        run.stop()
        shutil.rmtree(folder, ignore_errors=True)
