"""The Celery app. The schedule is code: what is due is found by scanning the database (no ETA, no results)."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings")

app = Celery("community", task_cls="community.kernel.tasks:Job")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "deliver-messages": {"task": "kernel.deliver_waiting_messages", "schedule": 60.0},
    "forget-runs": {"task": "kernel.forget_runs", "schedule": crontab(hour="4", minute="45")},
    "forget-old": {"task": "kernel.forget_old", "schedule": crontab(hour="4", minute="35")},
    "lapse-applications": {"task": "members.lapse_due", "schedule": 300.0},
    "remind-clocks": {"task": "members.remind_clocks", "schedule": crontab(minute="*/15")},
    "let-in": {"task": "members.let_in", "schedule": 300.0},
    "purge-evidence": {"task": "members.purge_evidence", "schedule": crontab(hour="4", minute="10")},
    "expire-memberships": {"task": "members.expire", "schedule": 300.0},
    "issue-renewals": {"task": "billing.renewals", "schedule": crontab(minute="25")},
    "trainees": {"task": "members.trainees", "schedule": crontab(minute="5")},
    "rights": {"task": "members.rights", "schedule": 300.0},
    "remind-reverification": {"task": "members.remind_reverification", "schedule": crontab(hour="9", minute="20")},
    "remind-drafts": {"task": "members.remind_drafts", "schedule": crontab(hour="9", minute="35")},
    "remind-of-seats": {"task": "events.remind", "schedule": crontab(minute="*/10")},
    "remind-of-introductions": {"task": "posts.remind_introductions", "schedule": crontab(minute="50")},
    "sweep-ties": {"task": "ties.sweep", "schedule": 300.0},
    "nudge-after-tables": {"task": "ties.nudge", "schedule": crontab(minute="45", hour="9-20")},
    "offer-seats": {"task": "events.offer_seats", "schedule": 60.0},
    "plans-left": {"task": "events.plans_left", "schedule": 60.0},
    "make-drafts": {"task": "events.make_drafts", "schedule": crontab(hour="5", minute="30")},
    "ask-two-questions": {"task": "events.ask_two_questions", "schedule": crontab(hour="9-20", minute="40")},
    "forget-guests": {"task": "events.forget_guests", "schedule": crontab(hour="4", minute="25")},
    "close-rosters": {"task": "events.close_rosters", "schedule": 600.0},
    "pair-documents": {"task": "matching.sweep", "schedule": 60.0},
    "ask-the-question": {"task": "figures.ask", "schedule": crontab(hour="10", minute="20")},
    "ask-to-refresh": {"task": "posts.ask_to_refresh", "schedule": crontab(hour="10", minute="40")},
    "sweep-posts": {"task": "posts.sweep", "schedule": 300.0},
    "sweep-programmes": {"task": "programmes.sweep", "schedule": 300.0},
    "remind-programmes": {"task": "programmes.remind", "schedule": crontab(minute="50", hour="9-20")},
    "write-weeks": {"task": "pages.write_weeks", "schedule": crontab(minute="0")},
    "remind-desks": {"task": "pages.remind_desks", "schedule": crontab(hour="9", minute="15")},
    "backfill-events": {"task": "billing.backfill", "schedule": crontab(minute="20", hour="*/6")},
    "reconcile": {"task": "billing.reconcile", "schedule": crontab(hour="3", minute="40")},
    "release-income": {
        "task": "billing.release_income",
        "schedule": crontab(day_of_month="1-3", hour="4", minute="30"),
    },
    "sweep-imports": {"task": "moving.sweep", "schedule": 60.0},
    "forget-imports": {"task": "moving.forget", "schedule": crontab(hour="4", minute="55")},
    "sweep-payments": {"task": "billing.sweep", "schedule": 60.0},
}
