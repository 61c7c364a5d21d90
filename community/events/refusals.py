from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "event.gone": _("This event doesn't exist any more."),
    "event.stale": _("Somebody changed this event in the meantime. Here is how it stands now."),
    "event.cancelled": _("This event was cancelled. Other dates are listed under Events."),
    "event.begun": _("This event has begun. Other dates are listed under Events."),
    "event.not_over": _("The event isn't over yet. The roster can be closed after its end."),
    "event.past": _("The start lies in the past. Choose a time to come."),
    "event.no_place": _("Name the place before publishing: people need to know where to go."),
    "event.no_address": _("Give the address (or the link) before publishing."),
    "event.no_host": _("Choose a host before publishing."),
    "event.checked_in": _("Somebody is checked in already. Undo the check-in first, with a reason."),
    "event.fixed": _(
        "The kind, the host and the city of a published event can't change. Cancel it and copy it instead."
    ),
    "event.reason": _("Write a sentence for the people who signed up."),
    "host.standing": _("The host's membership doesn't run on the day of the event. Choose another host."),
    "host.elsewhere": _("The host has a seat at “%(topic)s” at the same time. Choose another host or another time."),
    "seat.full": _("The last seat has just gone. Other dates with seats are listed below."),
    "seat.taken": _("Somebody took that seat at the same moment. Press again: there may be another."),
    "seats.per_table": _("A table has 1 to 12 seats, the host's included."),
    "seats.tables": _("An event has 1 to 20 tables."),
    "seats.most": _("An event has 1 to 5,000 seats."),
    "seats.occupied": _("More people have a seat than that. Choose a number that leaves room for everybody."),
    "signup.stale": _("This signup has changed in the meantime. Here is how it stands now."),
    "signup.none": _("You have no seat at this event."),
    "signup.host": _("You host this event. Ask the organizer's office to find another host first."),
    "signup.overlap": _("You have a seat at “%(topic)s” at the same time. Give that one up first."),
    "check_in.early": _("Check-in opens 60 minutes before the start."),
    "check_in.reason": _("More than a day has passed since the end. Say why this is typed late."),
    "check_in.over": _("The roster closed seven days after the event. Nothing can be added any more."),
    "check_in.undo_reason": _("Say why this check-in is undone."),
}
