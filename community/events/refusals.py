from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "booking.stage": _(
        "This event is for companies at another stage than yours. Ask the organizer's office: they can let you in at the door."
    ),
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
    "chapter.other_city": _("This city is run by another chapter. Choose one of yours, or ask an administrator."),
    "event.reason": _("Write a sentence for the people who signed up."),
    "host.standing": _(
        "The host's membership doesn't run on the day of the event, or is suspended. Choose another host."
    ),
    "host.same": _("This person hosts already. Choose somebody else."),
    "host.here": _("The host is checked in already and keeps the chair. Tick that, or undo the check-in first."),
    "host.no_chair": _("No chair is free. Let the old host give theirs back, or make the room larger."),
    "host.over": _("This event is over. Its host stays as it was."),
    "table.full": _("Every chair of table %(table)s is taken. Move somebody to another table first."),
    "table.twice": _("One person can host one table. Choose another host for table %(table)s."),
    "announce.nobody": _("Nobody is there to write to yet."),
    "announce.most": _("Three messages within a day are enough. Wait a little, or put it into the page."),
    "host.elsewhere": _("The host has a seat at “%(topic)s” at the same time. Choose another host or another time."),
    "seat.full": _("The last seat has just gone. Other dates with seats are listed below."),
    "seat.taken": _("Somebody took that seat at the same moment. Press again: there may be another."),
    "seats.per_table": _("A table has 1 to 12 seats, the host's included."),
    "seats.tables": _("An event has 1 to 20 tables."),
    "seats.most": _("So many seats this kind can't have: a visit 60 at most, a trip 200, others 5,000."),
    "seats.occupied": _("More people have a seat than that. Choose a number that leaves room for everybody."),
    "series.gone": _("This series doesn't exist any more."),
    "series.stale": _("Somebody changed this series in the meantime. Here is how it stands now."),
    "series.day": _("The series has no such day ahead. Here are the days it has."),
    "series.published": _("The event of this day is published. Cancel it on its own page, so that everybody is told."),
    "tasks.most": _("That is enough for one event: tick or take off a task first."),
    "waiver.missing": _("Read the conditions of this event and accept them first. They stand on its page."),
    "waiver.changed": _("The conditions have changed in the meantime. Here is how they read now."),
    "check_in.waiver": _(
        "The conditions of this event are not accepted yet: on its page, or recorded on the roster once they were read."
    ),
    "walk_in.waiver": _("This event has conditions. Have the person read them, then tick that they accept them."),
    "waiver.none": _("This event has no conditions to accept."),
    "visit.window": _("Until its release this visit's seats go to people checked in at the roundtable before it."),
    "visit.follows": _("Only a company visit follows roundtables, and they come before it."),
    "visit.release": _("The visit must be open to everybody at least 24 hours before it starts."),
    "invite.closed": _("This event takes no signups any more. Choose another one."),
    "invite.full": _("The last seat there has gone in the meantime. Choose another event."),
    "invite.cannot": _(
        "%(name)s can't book this event: the membership doesn't run on its day, or what the tier includes is used up. Choose another one."
    ),
    "invite.signed_up": _("%(name)s is signed up there already. Choose another event."),
    "invite.twice": _("This person was invited to this event before; nobody is asked twice. Choose another one."),
    "plan.stale": _("Tables are planned while an event with tables is published and its roster is open."),
    "plan.nobody": _("Nobody has a seat yet, so there is nothing to plan."),
    "plan.too_many": _("There are more people than chairs. Add a table first."),
    "plan.locks": _(
        "What is held fast can't all be: too many at one table, or together and apart at once. Let go of one."
    ),
    "plan.changed": _(
        "Somebody came or left while the tables were being planned, so the plan no longer fits. Plan anew."
    ),
    "plan.failed": _(
        "The planner couldn't finish, and nobody has moved. Try again; by hand people can be moved all along."
    ),
    "plan.full": _("Table %(table)s has fewer chairs than that. Move somebody to another table."),
    "wish.two": _("Choose two people who have a seat."),
    "wish.twice": _("There is a wish about these two already. Take it back first."),
    "after.absent": _("These two questions are for those who were there."),
    "after.early": _("The event isn't over yet. Come back when it is."),
    "after.late": _("More than two weeks have passed. Thank you all the same."),
    "wish.met": _("You can wish to meet again whom you were at a table or a visit with."),
    "allotment.late": _("The seats must be given at least 24 hours before the start."),
    "allotment.past": _("The time at which the seats are given has passed. Choose a later one, or first come."),
    "seat.to_pay": _("This seat costs something: it is yours once it is paid. The button is on the event's page."),
    "seat.pay_late": _(
        "Paying begins 30 minutes before the offer ends at the latest. The seat goes to the next in line."
    ),
    "seat.pay_closed": _("There is no time left to pay for a seat before the start. Ask the organizer's office."),
    "seat.free": _("This event costs nothing. Say on its page that you take the seat."),
    "price.included": _("Only trips can have a price: what a tier includes is never charged again."),
    "price.kind": _("This event has a price, so it stays a trip. Take the price back first."),
    "price.allotment": _(
        "Seats that cost something are paid one by one, first come. Choose either a price or fair allotment."
    ),
    "price.over": _("This event takes no signups any more, so its price stays as it was."),
    "offer.none": _("No seat is offered to you at the moment. We write to you when it is your turn."),
    "offer.over": _("This offer has ended, and the seat went to the next in line. You are still on the waitlist."),
    "excuse.none": _("Nothing is on record here that needs an excuse."),
    "excuse.reason": _("Say why it is excused: the reason stays on record."),
    "ticket.forged": _("This is no ticket of ours. Look the person up on the roster."),
    "ticket.other": _("This ticket is for another event."),
    "ticket.stale": _("This ticket is no longer valid: the seat was given back. Look the person up on the roster."),
    "scan.future": _("The clock of this phone is ahead, so the scan can't be dated. Set the clock, then scan again."),
    "scan.time": _("This scan carries no time we can read. Scan the ticket again."),
    "scan.undone": _("This check-in was undone after the scan. Scan again if the person is here after all."),
    "scan.code": _("There is no ticket of this event with that code. Look the person up on the roster."),
    "door.none": _("You have no seat at anything that is open for check-in now. It opens 60 minutes before the start."),
    "door.wrong": _("That is not the code of your event. Look at the door once more, or ask the staff."),
    "line.stale": _("This person is no longer on the waitlist. Here is how it stands now."),
    "line.reason": _("Say why: the reason stays on record."),
    "signup.stale": _("This signup has changed in the meantime. Here is how it stands now."),
    "signup.none": _("You have no seat at this event."),
    "signup.host": _("You host this event. Ask the organizer's office to find another host first."),
    "signup.overlap": _("You have a seat at “%(topic)s” at the same time. Give that one up first."),
    "entitlement.roundtable": _(
        "The %(limit)s roundtables a month that your tier includes are booked or used. It begins anew on %(renews_on)s; giving a seat back frees one."
    ),
    "entitlement.visit": _(
        "The %(limit)s visits a quarter that your tier includes are booked or used. It begins anew on %(renews_on)s; giving a seat back frees one."
    ),
    "entitlement.no_roundtable": _("Your tier includes no roundtables. The fee card says which one does."),
    "entitlement.no_visit": _("Your tier includes no visits. The fee card says which one does."),
    "opening.quiet": _(
        "For you sign-up opens %(opens_at)s: people whose three weeks are running come first, then members without a seat in the last 60 days, like you."
    ),
    "opening.standing": _(
        "For you sign-up opens %(opens_at)s: people whose three weeks are running and members without a seat in the last 60 days come first."
    ),
    "opening.missed": _(
        "For you sign-up opens %(opens_at)s: with two no-shows or late cancellations within six months you come after all others for 60 days."
    ),
    "opening.order": _("The others can't come before members without a seat, and 336 hours are the most."),
    "change_over.full": _(
        "No seat is to be had here at the moment, so you keep the one you have. You can join the waitlist and keep it, too."
    ),
    "change_over.host": _("You host “%(topic)s” at that time. Ask the organizer's office to find another host first."),
    "change_over.begun": _("“%(topic)s” has begun, so its seat can't be given up any more."),
    "guest.kind": _(
        "To this kind of event everybody comes for themselves: visits, calls and closed groups take no guests."
    ),
    "guest.allotment": _(
        "The seats of this event are given by fair allotment, to members who waited longest: nobody brings a guest. Sign up alone."
    ),
    "guest.waiver": _(
        "Everybody who comes to this event accepts its conditions for themselves, so it takes no guests. Sign up alone."
    ),
    "guest.price": _("The seats of this event are paid one by one, so it takes no guests. Sign up alone."),
    "price.guests": _("Somebody has signed up with a guest, and a price is for one seat. Settle that with them first."),
    "guest.members": _("Bringing a guest comes with a membership. Until then, sign up alone."),
    "guest.none": _("Your tier includes no guests. The fee card says which one does."),
    "guest.used_up": _(
        "The %(limit)s guests a quarter that your tier includes are booked or used. It begins anew on %(renews_on)s; until then, come alone."
    ),
    "guest.two": _("One seat is free, and the two of you need two. Come alone to take it, or wait for a second one."),
    "guest.no_chair": _(
        "No second seat is free for a guest, or others wait for it. Your own seat stays yours; look again later."
    ),
    "guest.offered": _("A seat is kept for you. Take it first; then you can see whether a second one is free."),
    "guest.here": _("Your guest is checked in already. Ask the staff at the door."),
    "guest.alone": _("Whoever brought this guest has no seat here any more. Look the person up on the roster."),
    "allotment.guests": _(
        "Somebody comes with a guest, and fair allotment takes none. Leave it at first come, or ask them to come alone."
    ),
    "plan.guest": _("%(name)s brings a guest and stays at that table. Move others instead."),
    "hold.reason": _("Say why: the reason stays on record."),
    "hold.end": _("Choose an end that is still to come, and 3 hours before the start at the latest."),
    "hold.full": _("So many chairs are not free: %(free)s are."),
    "release.early": _("The event hasn't begun yet. Chairs of people who don't come are free from the start on."),
    "walk_in.reason": _("Others wait for this chair. Say why it goes to somebody else."),
    "walk_in.unpaid": _(
        "This event costs something and nothing is paid. Say why they come all the same: it stays on record."
    ),
    "walk_in.nobody": _("Nobody has this e-mail or exactly this name."),
    "walk_in.several": _("Several people have this name. Type the e-mail instead."),
    "check_in.early": _("Check-in opens 60 minutes before the start."),
    "check_in.reason": _("More than a day has passed since the end. Say why this is typed late."),
    "check_in.over": _("The roster closed seven days after the event. Nothing can be added any more."),
    "check_in.undo_reason": _("Say why this check-in is undone."),
}
