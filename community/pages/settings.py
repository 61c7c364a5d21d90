"""What is set for this club and where each thing is changed. Whether a secret is there is said, and never what it is."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.billing import gateway as payments
from community.kernel import posters
from community.kernel.gateway import robots, sms_configured
from community.members import policies
from community.members import selectors as members

PROVIDER = "https://api.stripe.com"


@dataclass(frozen=True)
class Setting:
    """`by`: the variable that sets it, with the server; `url`: the page that does. `wants`: it is missing and somebody
    would miss it."""

    label: str
    value: Any
    by: str = ""
    url: str = ""
    wants: bool = False


@dataclass(frozen=True)
class Group:
    title: str
    settings: tuple[Setting, ...]


def groups() -> list[Group]:
    return [Group(_("Set on these pages"), _on_pages()), *of_the_server()]


def of_the_server() -> list[Group]:
    return [
        Group(_("The club in public"), _in_public()),
        Group(_("Letters and messages"), _messages()),
        Group(pgettext("settings", "Money"), _money()),
        Group(_("Papers, register and matching"), _papers()),
        Group(_("Safety"), _safety()),
    ]


def missing() -> int:
    """How much of it is not set though somebody would miss it."""
    return sum(setting.wants for group in of_the_server() for setting in group.settings)


def _on_pages() -> tuple[Setting, ...]:
    found = policies.club_settings()
    cap = _("no cap") if found.monthly_cap is None else found.monthly_cap
    return (
        Setting(_("Applications are taken"), _yes(found.applications_open), url=reverse("desk_intake")),
        Setting(_("Applications a month"), cap, url=reverse("desk_intake")),
        Setting(_("The fee opens"), found.get_fee_opens_display(), url=reverse("desk_intake")),
        Setting(_("Tiers and prices"), len(members.all_tiers()), url=reverse("desk_tiers")),
        Setting(_("When events open, by class"), _("by kind"), url=reverse("desk_openings")),
        Setting(_("Who receives bank transfers"), _("accounts"), url=reverse("desk_entities")),
        Setting(_("Organizers and their cities"), _("chapters"), url=reverse("desk_chapters")),
        Setting(_("Who works for the club"), _("roles"), url=reverse("desk_roles")),
    )


def _in_public() -> tuple[Setting, ...]:
    here = settings.BASE_URL
    return (
        Setting(pgettext("settings", "Name of the club"), _("Tongzhuo"), by="locale/"),
        Setting(_("Address"), here, by="BASE_URL", wants=not here.startswith("https://") and not settings.DEMO),
        Setting(
            _("ICP number in the foot"), settings.ICP_TEXT or _not_set(), by="ICP_TEXT", wants=not settings.ICP_TEXT
        ),
        Setting(_("Languages"), " · ".join(str(name) for _code, name in settings.LANGUAGES)),
        Setting(_("Time zone"), settings.TIME_ZONE),
        Setting(
            _("Font of posters"), (posters.font() or (_not_set(),))[0], by="POSTER_FONT", wants=posters.font() is None
        ),
    )


def _messages() -> tuple[Setting, ...]:
    by_files = "filebased" in settings.EMAIL_BACKEND
    server = _("kept here, for the demo") if by_files else f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    names = " · ".join(sorted(robots()))
    return (
        Setting(_("Mail server"), server, by="EMAIL_URL", wants=not by_files and settings.EMAIL_HOST == "localhost"),
        Setting(_("Sender"), settings.DEFAULT_FROM_EMAIL, by="DEFAULT_FROM_EMAIL",
                wants="@localhost" in settings.DEFAULT_FROM_EMAIL and not settings.DEMO),
        Setting(_("Text messages"), _there(sms_configured()), by="SMS_URL"),
        Setting(_("Sign-in by phone"), _yes(settings.PHONE_SIGN_IN), by="SMS_URL"),
        Setting(_("Robots in the staff’s groups"), names or _not_set(), by="STAFF_ROBOTS"),
    )  # fmt: skip


def _money() -> tuple[Setting, ...]:
    if not payments.configured():
        mode = _("not set: the club takes bank transfers alone")
    elif settings.STRIPE_API_BASE != PROVIDER:
        mode = _("a stand-in: no money moves")
    else:
        mode = _("live: real money") if payments.live() else _("test mode: no money moves")
    hooks = bool(settings.STRIPE_WEBHOOK_SECRETS)
    return (
        Setting(_("Payment provider"), mode, by="STRIPE_SECRET_KEY"),
        Setting(
            _("Its word to us"), _there(hooks), by="STRIPE_WEBHOOK_SECRETS", wants=payments.configured() and not hooks
        ),
        Setting(_("Currency"), "CNY"),
    )


def _papers() -> tuple[Setting, ...]:
    keys = len(settings.EVIDENCE_KEYS)
    return (
        Setting(_("Keys for papers"), keys or _not_set(), by="EVIDENCE_KEYS", wants=not keys),
        Setting(_("Company register"), _there(bool(settings.REGISTRY_URL)), by="REGISTRY_URL"),
        Setting(_("Ranking of needs"), " · ".join([_("words"), *settings.MATCHING_ENCODERS]), by="MATCHING_ENCODERS"),
    )


def _safety() -> tuple[Setting, ...]:
    demo = settings.DEMO
    return (
        Setting(_("Second factor for staff"), _yes(settings.STAFF_SECOND_FACTOR), by="DEMO"),
        Setting(_("Demo"), _yes(demo), by="DEMO"),
        Setting(_("Proxies of ours in front"), settings.TRUSTED_PROXY_COUNT, by="TRUSTED_PROXY_COUNT"),
        Setting(_("Error reports"), _there(bool(settings.SENTRY_DSN)), by="SENTRY_DSN"),
    )


def _yes(really: bool) -> str:
    return _("yes") if really else _("no")


def _there(really: bool) -> str:
    return _("set up") if really else _not_set()


def _not_set() -> str:
    return _("not set")
