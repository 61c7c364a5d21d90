"""R51: channels are chosen by kind. What was chosen by group until now holds for each kind the group had."""

import django.contrib.postgres.fields
from django.db import migrations, models

CAN_WAIT = {
    "application": ("members/draft_ending", "members/clock_reminder"),
    "seats": (
        "events/invited",
        "events/two_questions",
        "events/event_soon",
        "events/offer_ending",
        "events/visit_first",
    ),
    "needs": (
        "matching/need_fits",
        "posts/post_ending",
        "posts/answered",
        "posts/best_answer",
        "posts/introduction_waiting",
        "posts/introduction_quiet",
        "posts/refresh_asked",
    ),
    "programmes": (
        "programmes/check_in_due",
        "programmes/week_over",
        "programmes/replied",
        "programmes/challenge_over",
    ),
    "membership": ("members/mend_ending", "members/trainee_reminder", "billing/renewal"),
    "club": ("events/visit_open", "pages/week"),
    "desk": ("members/review_waiting", "members/change_waiting", "members/question_asked", "pages/desk_waiting"),
}
BY_SMS = {
    "application": (
        "members/application_approved",
        "members/more_needed",
        "members/intake_open",
        "members/clock_reminder",
    ),
    "seats": (
        "events/seat_offered",
        "events/seat_free",
        "events/event_moved",
        "events/event_cancelled",
        "events/event_soon",
        "events/offer_ending",
    ),
    "membership": ("members/suspended",),
}


def to_kinds(apps, schema_editor):
    for reach in apps.get_model("kernel", "Reach").objects.all():
        reach.no_email = sorted({kind for group in reach.no_email for kind in CAN_WAIT.get(group, (group,))})
        reach.by_sms = sorted({kind for group in reach.by_sms for kind in BY_SMS.get(group, (group,))})
        reach.save(update_fields=["no_email", "by_sms"])


def field():
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=60), blank=True, default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_retention")]

    operations = [
        migrations.AlterField("reach", "no_email", field()),
        migrations.AlterField("reach", "by_sms", field()),
        migrations.RunPython(to_kinds, migrations.RunPython.noop, elidable=True),
    ]
