from community.events.models.after import MeetAgain, Opinion
from community.events.models.allotment import AllotmentRun
from community.events.models.announcements import Announcement
from community.events.models.events import CalendarFeed, Event, Seat, SeatHold, Signup, Table
from community.events.models.guests import Guest
from community.events.models.holds import StaffHold
from community.events.models.invitations import Invitation
from community.events.models.openings import OpeningHours
from community.events.models.planning import SeatingPlan, SeatingWish
from community.events.models.prices import EventPrice
from community.events.models.series import EventTask, Series, SkippedDay, Template, TemplateTask
from community.events.models.waivers import WaiverAcceptance

__all__ = [
    "Announcement",
    "AllotmentRun",
    "CalendarFeed",
    "Event",
    "EventPrice",
    "EventTask",
    "Guest",
    "Invitation",
    "MeetAgain",
    "OpeningHours",
    "Opinion",
    "Seat",
    "SeatHold",
    "SeatingPlan",
    "SeatingWish",
    "Series",
    "Signup",
    "SkippedDay",
    "StaffHold",
    "Table",
    "Template",
    "TemplateTask",
    "WaiverAcceptance",
]
