from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "post.stale": _("This post has changed in the meantime. Here is how it stands now."),
    "post.standing": _("Needs and offers are for members. When your membership runs again, they are yours too."),
    "post.quota": _("You have %(most)s open posts of this kind, the most your tier has. Close one first."),
    "post.past": _("The last day lies in the past. Choose a day to come."),
    "post.not_open": _("This post is over, so nothing can be added any more."),
    "post.early": _("A post can be renewed in its last week, and after its end."),
    "post.own": _("This is your own post."),
    "post.reason": _("Say why in a sentence: its author reads it."),
    "contact.phone": _("This looks like a phone number. Leave it out: you get each other's numbers when both agree."),
    "contact.wechat": _("This looks like a WeChat or QQ id. Leave it out: you get it when both of you agree."),
    "contact.mail": _("This looks like an e-mail address. Leave it out: you get it when both of you agree."),
    "photo.count": _("Four pictures are the most. Remove one before adding another."),
    "photo.kind": _("Only JPEG and PNG pictures can be added here."),
    "answer.empty": _("Write a sentence first."),
    "answer.gone": _("This answer is not there any more."),
    "answer.best": _("Only the author of a dilemma chooses its best answer, and never their own."),
    "report.many": _("You have reported a lot today. The organizer's office looks at those first."),
    "report.stale": _("A colleague has settled this report in the meantime."),
    "mute.self": _("You can't mute yourself."),
}
