"""What events keeps of a person (R52). The words of it: kernel/personal.py."""

from community.kernel.personal import DERIVED, OTHERS, SECRET, WORK, kept_back, told

_EVENT = "event__topic event__starts_at"

RULES = (
    told(
        "events.Signup", "person", "seats",
        f"{_EVENT} status is_host signed_up_at confirmed_at offered_at offer_ends_at withdrawn_at withdrawn_late "
        "attended_at checked_in_at missed_at excuse excused_at",
    ),
    told("events.Guest", "signup", "seats", f"{_EVENT} added_at checked_in_at", mine=False),
    told("events.Event", "host", "seats", "topic starts_at status", mine=False),
    told("events.Opinion", "person", "seats", f"{_EVENT} worth answered_at", mine=False),
    told("events.MeetAgain", "person", "seats", f"{_EVENT} wished_at", mine=False),
    told("events.Invitation", "person", "seats", f"{_EVENT} invited_at", mine=False),
    told("events.WaiverAcceptance", "person", "consents", f"{_EVENT} version text accepted_at", mine=False),
    *kept_back(OTHERS, "events.MeetAgain.other"),
    *kept_back(SECRET, "events.CalendarFeed.person"),
    *kept_back(DERIVED, "events.Table.host", "events.SeatHold.signup"),
    *kept_back(
        WORK,
        "events.Event.created_by", "events.Event.published_by", "events.Event.cancelled_by",
        "events.Event.roster_closed_by", "events.Signup.checked_in_by", "events.Signup.excused_by",
        "events.Announcement.sent_by", "events.Guest.checked_in_by", "events.StaffHold.made_by",
        "events.StaffHold.ended_by", "events.Invitation.invited_by", "events.SeatingWish.one",
        "events.SeatingWish.other", "events.SeatingWish.made_by", "events.SeatingPlan.made_by",
        "events.EventPrice.set_by", "events.Template.made_by", "events.Series.host", "events.Series.made_by",
        "events.SkippedDay.by", "events.EventTask.done_by",
    ),
)  # fmt: skip
