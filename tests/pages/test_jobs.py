"""The administrators' pages of jobs and letters: in plain words, the troubled first, nothing for anybody else."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from community.kernel import jobs as kernel_jobs
from community.kernel import outbox
from community.kernel.models import JobRun, Message
from community.kernel.turns import Turns
from community.pages import jobs
from community.schedule import SCHEDULE
from tests.make import NOON, person

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def now(monkeypatch, settings):
    settings.STAFF_SECOND_FACTOR = False
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def admin(client, db):
    client.force_login(person("管理员", roles=("administrator",)))
    client.get_page = lambda path: client.get(path, headers={"accept-language": "en"})
    return client


def ran(name: str, ago: timedelta, *, error: str = "") -> None:
    run = kernel_jobs.begin(name, at=NOON - ago)
    end = NOON - ago + timedelta(seconds=3)
    if error:
        JobRun.objects.filter(pk=run.pk).update(outcome="failed", error=error, ended_at=end)
    else:
        kernel_jobs.end(run, 2, at=end)


def letter(status: str, *, error: str = "", at: datetime = NOON - MINUTE, **more) -> Message:
    who = person("欧阳" * 29 + "·W")
    occasion = f"letter:{who.pk}"
    outbox.post("members/more_needed", who, occasion=occasion, at=at, context={"reason": "请补", "path": "/"}, **more)
    Message.objects.filter(occasion=occasion).update(status=status, error=error)
    return Message.objects.get(occasion=occasion)


def test_every_task_of_the_schedule_has_its_words_and_nothing_else_has():
    assert set(jobs.WORDS) == set(SCHEDULE)


@pytest.mark.parametrize(
    ("schedule", "zh", "en"),
    [
        (60.0, "每分钟", "every minute"),
        (300.0, "每 5 分钟", "every 5 minutes"),
        (Turns(minutes=range(0, 60, 15)), "每 15 分钟", "every 15 minutes"),
        (Turns(minutes={25}), "每小时的第 25 分钟", "every hour at :25"),
        (Turns(hours={4}, minutes={5}), "每天 04:05", "every day at 04:05"),
        (Turns(hours=range(0, 24, 6), minutes={20}), "每天 00:20, 06:20, 12:20, 18:20", "every day at 00:20, 06:20, 12:20, 18:20"),
        (Turns(hours=range(9, 21), minutes={40}), "每天 09:40 到 20:40 每小时一次", "every hour from 09:40 to 20:40"),
        (Turns(weekdays={0}, hours={18}, minutes={0}), "每周日 18:00", "every week, Sun at 18:00"),
        (Turns(days=range(1, 4), hours={4}, minutes={30}), "每月 1–3 日 04:30", "days 1–3 of the month at 04:30"),
    ],
)  # fmt: skip
def test_a_schedule_in_words(schedule, zh, en):
    for language, words in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert jobs.said_schedule(schedule) == words


def test_before_anything_ran_the_page_says_what_to_start(admin):
    shown = admin.get_page("/desk/jobs/").content.decode()
    assert "Nothing has run yet" in shown and shown.count("Not yet run") == len(jobs.WORDS)


def test_what_wants_a_look_stands_first(admin):
    for name in jobs.WORDS:
        ran(name, MINUTE)
    JobRun.objects.filter(name="members.lapse_due").delete()
    ran("members.lapse_due", timedelta(minutes=16))
    ran("billing.sweep", timedelta(0), error="OperationalError")
    page = admin.get_page("/desk/jobs/")
    assert [row.job.name for row in page.context["troubled"]] == ["members.lapse_due", "billing.sweep"]
    shown = page.content.decode()
    assert "Overdue" in shown and "OperationalError" in shown and "should have run by now" in shown
    assert shown.index("Wants a look") < shown.index("All right")


def test_the_desk_tells_the_administrator_and_nobody_else(admin, client):
    ran("members.lapse_due", timedelta(minutes=16))
    letter("failed", error="TimeoutError")
    stats = admin.get_page("/desk/").context["sections"][-1].stats
    assert [stat["value"] for stat in stats[:5]] == [  # what follows are roles, tiers, settings and the trail
        sum(job.overdue for job in kernel_jobs.all_jobs(at=NOON)),
        0,
        1,
        0,  # no mailbox refuses
        1,  # this administrator has no second factor
    ]
    assert stats[0]["value"] > 0 and stats[0]["tone"] == "refused"
    client.force_login(person(roles=("organizer",)))
    assert "Open the jobs" not in client.get("/desk/", headers={"accept-language": "en"}).content.decode()


def test_one_button_rings_the_worker(admin, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("community.kernel.jobs.ring", rung.append)
    answer = admin.post("/desk/jobs/members.remind_clocks/run/")
    assert (answer.status_code, answer["Location"], rung) == (302, "/desk/jobs/", ["members.remind_clocks"])
    admin.post("/desk/jobs/os.system/run/")
    assert len(rung) == 1


def test_letters_by_kind_and_those_that_did_not_leave(admin):
    for status in ("sent", "sent", "waiting", "sending", "dropped"):
        letter(status)
    refused = letter("failed", error="SMTPRecipientsRefused")
    letter("failed", error="WeirdError", valid_until=NOON - MINUTE, at=NOON - 2 * MINUTE)
    shown = admin.get_page("/desk/jobs/letters/").content.decode()
    assert "the mail server does not know the address" in shown and "WeirdError" in shown
    assert shown.count("Send again</button>") == 1 and "its occasion" in shown.lower()
    row = admin.get_page("/desk/jobs/letters/").context["figures"][0]
    assert (row["sent"], row["waiting"], row["failed"], row["dropped"]) == (2, 2, 2, 1)
    assert admin.post(f"/desk/jobs/letters/{refused.public_id}/again/").status_code == 302
    refused.refresh_from_db()
    assert refused.status == "waiting"
    assert admin.post("/desk/jobs/letters/nobodyknows1/again/").status_code == 404


def test_as_many_queries_for_300_letters_as_for_3(admin):
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert admin.get("/desk/jobs/letters/").status_code == 200
        return len(found)

    for _ in range(3):
        letter("failed", error="TimeoutError")
    few = asked()
    who = person()
    Message.objects.bulk_create(
        Message(person=who, kind=f"members/{n % 40}", occasion=f"many:{n}", transactional=True, status="failed",
                created_at=NOON, next_try_at=NOON)
        for n in range(297)
    )  # fmt: skip
    assert asked() == few
