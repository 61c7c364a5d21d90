from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "application.stale": _("Somebody moved this application on in the meantime. Here is how it stands now."),
    "application.none": _("There is no application to work on. Start one first."),
    "application.one_live": _("You already have an application under way."),
    "application.wait": _("You can apply again from %(day)s. What was verified stays on record."),
    "application.incomplete": _("Something is still missing. The list below says what."),
    "application.not_editable": _(
        "The application is with the reviewers. You can change it again if they ask for more."
    ),
    "application.member_already": _("You are a member already."),
    "application.not_asked": _("The reviewers asked for other places. What stands here stays as it was sent."),
    "question.empty": _("Write a sentence first."),
    "question.many": _("Three of your questions wait for an answer already. Write again when one is answered."),
    "question.closed": _("Questions can be asked from the moment an application is sent until it ends."),
    "question.answered": _("A colleague has answered this question in the meantime."),
    "review.fields": _("Tick what the applicant may change: papers, or the places in the form."),
    "credit_code.length": _("The unified social credit code has 18 characters. Please check what you typed."),
    "credit_code.characters": _("The code has digits and capital letters only, without I, O, S, V and Z."),
    "credit_code.check": _(
        "The last character doesn't fit the others: one character is mistyped. Compare it with the licence."
    ),
    "review.own": _("Nobody decides their own application, or one they sponsor. Please leave it to a colleague."),
    "review.claimed": _(
        "%(name)s is working on this application. You can take it over when it is released, or after 24 hours."
    ),
    "review.not_claimed": _("Claim the application first, so that two people don't decide at once."),
    "review.not_verified": _("Record what the public register said before approving."),
    "review.sponsor": _("A trainee needs a sponsor in good standing who has not declined. Ask for another one."),
    "verify.nobody": _("Nobody has a verified role in this company, so there is nothing to check again."),
    "change.stale": _("Somebody decided on this change in the meantime. Here is how it stands now."),
    "change.members_only": _("Only members change their company here. Your application shows the one it names."),
    "role.no_account": _("This account is shut. It can hold no role."),
    "role.last_administrator": _("This is the last administrator. Make somebody else one first."),
    "sponsor.decided": _("It is decided already, so there is nothing to decline any more."),
    "export.under_way": _("Your file is being made already. A letter tells you when it is there."),
    "export.lately": _("There is a file from today already. A new one can be asked for tomorrow."),
    "export.over": _("This file is deleted. Ask for a new one."),
    "erase.staff": _("This person holds a staff role. Take the role away first."),
    "phone.taken": _("Another account has shown this number to be its own. Sign in there, or write to the office."),
    "consent.none": _("There is nothing to take back here."),
    "consent.member": _("Your membership rests on it. Leave the club, or ask to be erased: both say what follows."),
    "erase.gone": _("This person is erased already."),
    "erase.asked": _("You have asked already. The page says on which day it is done."),
    "erase.none": _("There is nothing to undo."),
    "erase.money": _(
        "Money is still on its way: a payment, a refund, a transfer or a dispute. It is done when it has arrived."
    ),
    "change.papers": _("Add at least one paper that shows the company and your role in it."),
    "change.one_open": _("A change is being reviewed already. Withdraw it first, or wait for the answer."),
    "review.reason": _("Write a sentence the applicant can read."),
    "extension.stale": _("Somebody has answered this request in the meantime."),
    "extension.asked": _("A request for this application is waiting for a second reviewer already."),
    "extension.once": _("Reviewers have extended this clock once. They can't do it a second time."),
    "extension.over": _("This clock no longer runs, so it can't be extended."),
    "extension.same_person": _("You asked for this week yourself. Another reviewer has to answer."),
    "document.count": _("Six files are the most. Remove one before adding another."),
    "document.empty": _("The file is empty. Choose another one."),
    "document.size": _("The file is larger than 10 MB. Save it smaller, or photograph it again."),
    "document.kind": _("Only PDF, JPEG and PNG files can be taken. This one is something else inside."),
    "document.pages": _("The PDF has no pages or more than 60. Send only the pages that show company and role."),
    "document.bomb": _("The file unpacks to far more than it shows. Print it to a new PDF and try again."),
    "document.gone": _("This file is not there any more. Upload the right one below."),
    "document.locked": _("The PDF is protected by a password. Save it without one and try again."),
    "document.active": _(
        "The PDF contains scripts, attachments or launch actions. Print it to a new PDF and try again."
    ),
    "document.broken": _("The file can't be opened. It may be damaged or incomplete; please save it again."),
    "document.too_large_picture": _("The picture has more than 50 megapixels. Save it smaller and try again."),
    "booking.sign_in": _("Sign in to book a seat."),
    "booking.apply_first": _("Seats are for members and for applicants whose papers are approved. Apply to join."),
    "booking.not_approved": _("Your papers are still being reviewed. You can book as soon as they are approved."),
    "booking.qualifying_only": _("Until you are a member you can book offline events only."),
    "booking.clock_over": _("Your three weeks are over, so this seat can't be booked any more."),
    "booking.reverify": _(
        "The yearly check of your company is overdue, so no new seats for now. Show its papers under “My company”."
    ),
    "booking.standing": _("Your membership ends before this event. Renew it, and the seat is yours to book."),
    "fee.not_approved": _("The fee opens when your papers are approved."),
    "fee.after_attendance": _("The fee opens after your first event: come, and then pay."),
    "fee.paid": _("The fee is paid already."),
    "fee.over": _("The time to pay is over, and the application has lapsed."),
    "tier.not_yours": _("This tier isn't open to you. Choose one of those shown."),
    "tier.not_running": _("No year of yours is running, so there is no tier to change."),
    "tier.trainee": _("Show your company first; then every tier is open to you."),
    "tier.reverify": _(
        "The yearly check of your company is overdue, so no other tier for now. Show its papers under “My company”."
    ),
    "tier.renewal_first": _(
        "Your year is about to end: renew it first. Then you can move up for the days that are left."
    ),
    "renewal.never": _("You have no membership to renew yet. Apply first; it takes a few minutes."),
    "renewal.ends_early": _(
        "This membership ends early, so there is nothing to renew. Show your company, or apply again after it."
    ),
    "renewal.early": _("Your year runs on; the invoice for the next one comes on %(day)s."),
    "renewal.over": _("The time to renew is over. Please apply again; what was verified needn't be typed again."),
    "tier.code_taken": _("There is a tier with this code already. Please choose another."),
    "tier.less": _(
        "Members have paid for what this tier includes, so it can only become more. To give less, close it to newcomers and make another tier."
    ),
    "leaving.no_membership": _("There is no membership to leave. Nothing runs and nothing will be charged."),
    "leaving.too_late": _("The 72 hours are over. You can leave any day; the treasurer then decides what goes back."),
    "standing.suspended": _(
        "Your membership is suspended until the end of %(day)s: no seats, posts, directory or programmes until then. Your page says why, and there you can write to us."
    ),
    "booking.suspended": _(
        "Your membership is suspended until the end of %(day)s, so no seats until then. Your page says why."
    ),
    "application.suspended": _("A suspension runs, so you can apply from %(day)s on."),
    "application.expelled": _(
        "The club has ended your membership. You can apply again only when an administrator has allowed it in writing."
    ),
    "renewal.expelled": _("The club has ended this membership, so there is nothing to renew."),
    "standing.administrators": _("Only administrators decide on this. Ask one of them."),
    "suspension.own": _("Nobody decides on their own suspension. Please leave it to a colleague."),
    "suspension.running": _("This member is suspended already. Change the last day of what runs instead."),
    "suspension.no_member": _("There is no membership to suspend."),
    "suspension.end": _("A suspension ends between today and a year from now. Choose a day in between."),
    "suspension.reason": _("Write a sentence the person can read."),
    "suspension.over": _("This suspension is over already."),
    "appeal.once": _("You have written to us about this suspension already. A colleague answers."),
    "appeal.empty": _("Write a sentence first."),
    "appeal.stale": _("There is no appeal that waits for an answer."),
    "appeal.another": _("You suspended this member yourself. Another administrator has to answer."),
    "block.self": _("You can't block yourself."),
    "block.again": _("You have blocked this member already."),
    "expulsion.own": _("Nobody decides on their own expulsion. Please leave it to a colleague."),
    "expulsion.no_member": _("There is no membership to end."),
    "expulsion.asked": _("An expulsion of this member waits for a second administrator already."),
    "expulsion.stale": _("Somebody has decided on this in the meantime."),
    "expulsion.same_person": _("You proposed it yourself. A second administrator has to carry it out."),
    "expulsion.not_yours": _("Only who proposed it can take it back. You can refuse it instead."),
}
