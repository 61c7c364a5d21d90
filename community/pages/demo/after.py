"""What people said after past tables: most that it was worth it, some nothing at all, a few whom to meet again."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from community.events.services import answering
from community.pages.demo.accounts import account
from community.pages.demo.setting import Setting
from community.pages.demo.tables import row, table


def build(setting: Setting) -> None:
    """Answers of a good half; the demo member has still to answer about the last event they were at."""
    dice = setting.dice("after")
    there: dict[Any, list[Any]] = defaultdict(list)
    signups = table("events.Signup").filter(status="attended", event__ends_at__lte=setting.now)
    for signup in signups.select_related("event", "person").order_by("event__starts_at", "person__email"):
        there[signup.event].append(signup)
    opinions, wishes = [], []
    member = account("member").email
    for event, people in there.items():
        at = event.ends_at + timedelta(hours=5)
        for signup in people:
            if signup.person.email == member or dice.random() > 0.6 or at > setting.now:
                continue
            worth = dice.choices(["yes", "partly", "no"], [80, 16, 4])[0]
            opinions.append(row("events.Opinion", event=event, person=signup.person, worth=worth, answered_at=at))
            for other in dice.sample(people, min(2, len(people))):
                if other.person_id != signup.person_id and dice.random() < 0.5:
                    wishes.append((event, signup.person_id, other.person_id, at))
    people_by_key = {signup.person_id: signup.person for people in there.values() for signup in people}
    table("events.Opinion").bulk_create(opinions, batch_size=1000)
    table("events.MeetAgain").bulk_create(
        [row("events.MeetAgain", event=e, person_id=a, other_id=b, wished_at=at) for e, a, b, at in wishes],
        batch_size=1000,
    )
    both = {(a, b) for _, a, b, _ in wishes}
    for event, person_id, other_id, at in wishes:
        if (other_id, person_id) in both:
            answering.tell_mutual(event, people_by_key[person_id], [other_id], at=at)
