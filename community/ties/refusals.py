from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "tie.standing": _("One-to-ones and projects are for members. When your membership runs again, you can go on here."),
    "tie.none": _("This person can't be chosen now. Look at the list again."),
    "tie.self": _("It takes two: choose somebody else."),
    "one_to_one.stale": _("This one-to-one has changed in the meantime. Here is how it stands now."),
    "one_to_one.settled": _("A confirmed one-to-one can be taken back for seven days; this one stands."),
    "one_to_one.future": _("Choose today or a day before."),
    "one_to_one.old": _("Only one-to-ones of the last 30 days can be noted."),
    "one_to_one.many": _("That is enough for one day. Go on tomorrow."),
    "partner.stale": _("This project has changed in the meantime. Here is how it stands now."),
    "project.title": _("Say in a few words what you do together."),
    "project.day": _("Choose the day you began: today or before."),
    "project.partners": _("A joint project has at least one other member in it, and eleven at most."),
    "project.many": _("Your other projects come first: you can declare five in one day."),
}
