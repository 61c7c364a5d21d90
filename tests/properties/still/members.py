"""Clocks, drafts, checks of companies, trainees, and what waits for reviewers."""

from community.kernel.days import months_later, start_of
from community.members.services import (
    admission,
    applications,
    clock,
    companies,
    documents,
    leaving,
    reviewing,
    roles,
    talking,
    trainees,
    verifying,
)
from tests import make
from tests.members.test_companies import clean, paper
from tests.members.test_trainees import trainee
from tests.properties.still.story import DAY, HOUR, NOON, Story, story

TODAY = NOON.date()


def _looked(result: str = "confirmed") -> verifying.Looked:
    return verifying.Looked("公示系统", TODAY, result, "看过")


@story("members/clock_reminder", "attended", "withdrawn", "extended")
def six_days_left() -> Story:
    application, by = make.approved(), make.reviewer()
    who, at = application.person, application.clock_ends_at - 5 * DAY - 12 * HOUR
    clock.remind_all_due(at=at)
    return Story(
        who,
        at,
        {
            "attended": lambda at: admission.record_attendance(who.pk, began_at=at - HOUR, by=by, at=at),
            "withdrawn": lambda at: applications.withdraw(application.pk, by=who, at=at),
            "extended": lambda at: clock.extend_for_cancelled_event(
                who.pk, topic="停电", starts_at=at + HOUR, by=by, at=at
            ),
        },
    )


@story("members/draft_ending", "touched", "withdrawn")
def untouched_draft() -> Story:
    draft, at = applications.start(make.person(), at=NOON), NOON + 166 * DAY
    documents.remind_untouched(at=at)
    who = draft.person
    return Story(
        who,
        at,
        {
            "touched": lambda at: applications.save_draft(draft.pk, make.typed(), by=who, at=at),
            "withdrawn": lambda at: applications.withdraw(draft.pk, by=who, at=at),
        },
    )


@story("members/reverification_overdue", "looked up", "left", "another company")
def overdue() -> Story:
    who, by = make.member(), make.reviewer()
    stake = make.stake(who, verified_on=months_later(TODAY, -12))
    verifying.remind_all_due(at=NOON)
    change = make.change(who)
    return Story(
        who,
        NOON,
        {
            "looked up": lambda at: verifying.again(stake.company_id, _looked(), by=by, at=at),
            "left": lambda at: leaving.leave(who.pk, by=who, at=at, reason=""),
            "another company": lambda at: companies.approve_change(change.pk, _looked(), by=by, at=at),
        },
    )


@story("members/mend_ending", "looked up", "left", "another company")
def failed() -> Story:
    who, by, at = make.member(), make.reviewer(), NOON + 23 * DAY
    stake = make.stake(who, verified_on=months_later(TODAY, -2), failed_on=TODAY)
    verifying.remind_all_due(at=at)
    change = make.change(who, at=at)
    return Story(
        who,
        at,
        {
            "looked up": lambda at: verifying.again(stake.company_id, _looked(), by=by, at=at),
            "left": lambda at: leaving.leave(who.pk, by=who, at=at, reason=""),
            "another company": lambda at: companies.approve_change(change.pk, _looked(), by=by, at=at),
        },
    )


@story("members/trainee_reminder", "company shown", "left")
def trainee_of_august() -> Story:
    who, by = trainee().person, make.reviewer()
    term = who.terms.get()
    at = start_of(term.ends_early_on) - 30 * DAY + 12 * HOUR
    trainees.remind_all_due(at=at)
    change = make.change(who, at=at)
    return Story(
        who,
        at,
        {
            "company shown": lambda at: companies.approve_change(change.pk, _looked(), by=by, at=at),
            "left": lambda at: leaving.leave(who.pk, by=who, at=at, reason=""),
        },
    )


@story("members/review_waiting", "claimed", "withdrawn", "no reviewer any more")
def handed_in() -> Story:
    who, other, boss = make.reviewer(), make.reviewer(), make.person(roles=("administrator",))
    application = make.submitted()
    return Story(
        who,
        NOON,
        {
            "claimed": lambda at: reviewing.claim(application.pk, by=other, at=at),
            "withdrawn": lambda at: applications.withdraw(application.pk, by=application.person, at=at),
            "no reviewer any more": lambda at: roles.take(who.pk, "reviewer", by=boss, at=at, reason="休假"),
        },
    )


@story("members/change_waiting", "taken back", "decided")
def change_asked() -> Story:
    who, other, member = make.reviewer(), make.reviewer(), make.member()
    change = companies.ask_change(member, clean(), [("licence", paper())], at=NOON)
    return Story(
        who,
        NOON,
        {
            "taken back": lambda at: companies.withdraw_change(change.pk, by=member, at=at),
            "decided": lambda at: companies.approve_change(change.pk, _looked(), by=other, at=at),
        },
    )


@story("members/question_asked", "answered")
def question() -> Story:
    application = make.submitted()
    who, other = make.reviewer(), make.reviewer()
    asked = talking.ask(application.pk, "要带公章吗？", by=application.person, at=NOON)
    return Story(who, NOON, {"answered": lambda at: talking.answer(asked.pk, "不用。", by=other, at=at)})
