"""Building a demo club, all or nothing, and putting its old letters away."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from community.billing.services import renewals
from community.members.services import clock
from community.pages.demo import (
    after,
    care,
    chapter,
    cohorts,
    complaints,
    founders,
    moving,
    own_data,
    programme,
    scarce,
    standing,
    ties,
    voices,
    wishes,
)
from community.pages.demo.accounts import DEMO_ACCOUNTS
from community.pages.demo.setting import Setting
from community.pages.demo.stories import Stories
from community.pages.demo.tables import count_rows, table

STAFF = ("organizer", "shanghai", "reviewer", "reviewer2", "treasurer", "admin")
LETTERS_KEPT = timedelta(days=6)
UNREAD = timedelta(days=2)  # what is older than this was read


def is_empty() -> bool:
    return not table("members.Person").exists()


@transaction.atomic
def build(*, start: date, members: int, weeks: int, seed: int, at: datetime) -> Setting:
    """Fill an empty database. One transaction: nobody ever sees half a club, and no letter leaves before its time.

    `at` is now: the few letters that still go out leave from then on. Nothing else depends on it.
    """
    setting = Setting(start=start, seed=seed, members=members, weeks=weeks)
    for name in STAFF:
        setting.staff[name] = setting.demo_person(name, joined_at=setting.at(-400))
    table("members.Person").filter(pk=setting.staff["admin"].pk).update(is_staff=True, is_superuser=True)
    people = founders.build(setting)
    past = programme.past(setting, people)
    stories = Stories(setting, people, past)
    stories.before_the_weekend()
    dice = setting.dice("crowd")
    for on, event in past.items():
        programme.hold(setting, event, people, dice, closed=on != setting.past_saturdays[-1])
    stories.with_seats_to_come(programme.to_come(setting, people))
    scarce.build(setting, people)
    chapter.build(setting)
    count_rows()
    wishes.build(setting, people, stories)
    cohorts.build(setting, people, stories)
    after.build(setting)
    ties.build(setting, stories.member, [one.person for one in people])
    care.build(setting, stories.member)
    standing.build(setting, people)
    own_data.build(setting, stories.member)
    complaints.build(setting, stories.member, stories.host)
    voices.build(setting)
    moving.build(setting)
    clock.remind_all_due(at=setting.now)
    renewals.run(at=setting.now - timedelta(hours=6))
    stories.money.income()
    put_letters_away(setting, at=at)
    return setting


def put_letters_away(setting: Setting, *, at: datetime) -> None:
    """What history wrote was sent long ago; only the last letters about the demo accounts' applications still go out, into the mailbox."""
    messages = table("kernel.Message").filter(status="waiting")
    fresh = messages.filter(
        person__email__in=[one.email for one in DEMO_ACCOUNTS],
        kind__regex="^(members/|billing/renewal)",
        created_at__gt=setting.now - LETTERS_KEPT,
    ).exclude(valid_until__lte=setting.now)
    keep = list(fresh.values_list("pk", flat=True))
    messages.exclude(pk__in=keep).update(status="sent", sent_at=F("created_at"), tries=1)
    messages.update(next_try_at=at)
    table("kernel.Message").filter(created_at__lt=setting.now - UNREAD).update(read_at=F("created_at"))
    _let_two_fail()
    _let_a_mailbox_refuse(setting.now)


def _let_a_mailbox_refuse(at: datetime) -> None:
    """For the office's list: somebody's mailbox is gone, and their messages stand in the app alone."""
    invented = table("members.Person").exclude(email__in=[one.email for one in DEMO_ACCOUNTS]).order_by("pk")
    person = invented.filter(terms__isnull=False).last()
    if person is not None:
        table("kernel.Reach").update_or_create(
            person_id=person.pk,
            defaults={"refused_address": person.email, "refused_at": at, "refused_because": "550 5.1.1 user unknown"},
        )


def _let_two_fail() -> None:
    """So that the administrators' page of letters has something to look at."""
    reminders = table("kernel.Message").filter(transactional=False, status="sent").order_by("-pk")
    for pk, error in zip(
        list(reminders.values_list("pk", flat=True)[:2]), ("SMTPRecipientsRefused", "TimeoutError"), strict=False
    ):
        reminders.filter(pk=pk).update(status="failed", sent_at=None, error=error)
