"""Sending a failed letter again by hand: once, on record, never after its occasion, no reminder that may have arrived."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from community.kernel import outbox, resending
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from tests.make import NOON, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_up")]
HOUR = timedelta(hours=1)


def failed(error: str = "SMTPRecipientsRefused", *, transactional: bool = True, **more) -> Message:
    kind = "members/more_needed" if transactional else "posts/refresh_asked"
    context = {"reason": "请补一份股东名册", "needs": "", "offers": "", "path": "/application/"}
    outbox.post(kind, person(), occasion=f"one:{error}:{transactional}", at=NOON, context=context, **more)
    Message.objects.update(status="failed", error=error, tries=8, transactional=transactional)
    return Message.objects.latest("pk")


def test_the_same_letter_waits_again_and_it_is_on_record(mailoutbox):
    message, by = failed(), person()
    resending.send_again(message.public_id, by=by, at=NOON + HOUR)
    entry = AuditEntry.objects.get(action="message.send_again")
    assert (entry.actor, entry.person, entry.data["error"]) == (by, message.person, "SMTPRecipientsRefused")
    assert outbox.deliver_due(at=NOON + HOUR) == 1
    assert mailoutbox[0].extra_headers["Message-ID"].startswith(f"<{message.public_id}@")


def test_never_after_its_occasion():
    message = failed(valid_until=NOON + HOUR)
    assert resending.may_send_again(message, at=NOON + HOUR - timedelta(seconds=1))
    with pytest.raises(RuleBroken, match="message.over"):
        resending.send_again(message.public_id, by=person(), at=NOON + HOUR)
    message.refresh_from_db()
    assert message.status == "failed" and not AuditEntry.objects.filter(action="message.send_again").exists()


@pytest.mark.parametrize("error", ["TimeoutError", "SMTPServerDisconnected", "ConnectionResetError"])
def test_a_reminder_that_may_have_arrived_stays_where_it_is(error):
    message = failed(error, transactional=False)
    with pytest.raises(RuleBroken, match="message.maybe_sent"):
        resending.send_again(message.public_id, by=person(), at=NOON)


def test_a_reminder_the_server_never_took_goes_out_by_day(mailoutbox):
    message = failed("ConnectionRefusedError", transactional=False)
    resending.send_again(message.public_id, by=person(), at=NOON)
    assert outbox.deliver_due(at=NOON) == 1 and len(mailoutbox) == 1


@pytest.mark.parametrize("status", ["sent", "waiting", "sending", "dropped"])
def test_only_what_failed(status):
    message = failed()
    Message.objects.update(status=status)
    with pytest.raises(RuleBroken, match="message.stale"):
        resending.send_again(message.public_id, by=person(), at=NOON)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_pressed_by_two_at_once_it_goes_once():
    message, pressing = failed(), [person(), person()]

    def press(by) -> str:
        try:
            resending.send_again(message.public_id, by=by, at=NOON)
            return "sent"
        except RuleBroken as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hands:
        assert sorted(hands.map(press, pressing)) == ["message.stale", "sent"]


def test_the_week_in_figures_by_kind():
    failed()
    old = failed("other")
    Message.objects.filter(pk=old.pk).update(created_at=NOON - timedelta(days=8))
    assert resending.figures(at=NOON) == {"members/more_needed": {"failed": 1}}
