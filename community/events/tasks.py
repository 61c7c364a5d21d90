"""Celery rings; the database says what is due. Every task is safe to run twice, late, and in parallel."""

from celery import shared_task
from django.utils import timezone

from community.events.services import (
    allotting,
    answering,
    closing,
    guests,
    offering,
    planning,
    reminding,
    series,
    standing,
)
from community.kernel import retention


@shared_task(name="events.close_rosters")
def close_rosters() -> int:
    return closing.close_all_due(at=timezone.now())


@shared_task(name="events.offer_seats")
def offer_seats() -> int:
    at = timezone.now()
    return allotting.run_all_due(at=at) + standing.give_back_unrenewed(at=at) + offering.sweep(at=at)


@shared_task(name="events.make_drafts")
def make_drafts() -> int:
    return series.generate_all(at=timezone.now())


@shared_task(name="events.ask_two_questions")
def ask_two_questions() -> int:
    return answering.ask_all_due(at=timezone.now())


@shared_task(name="events.plan_tables")
def plan_tables(plan_id: int) -> None:
    planning.answer(plan_id, at=timezone.now())


@shared_task(name="events.plans_left")
def plans_left() -> int:
    return planning.answer_all_due(at=timezone.now())


@shared_task(name="events.forget_guests")
def forget_guests() -> int:
    at = timezone.now()
    return retention.swept("guests", guests.forget_all_due(at=at), at=at)


@shared_task(name="events.remind")
def remind() -> int:
    return reminding.remind_all_due(at=timezone.now())
