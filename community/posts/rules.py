"""The numbers and decisions of needs, offers and dilemmas (R30–R34) as pure functions of plain values."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from community.kernel.days import day_of, end_of, months_later, start_of
from community.posts import states

NEED, OFFER, DILEMMA = "need", "offer", "dilemma"
KINDS = (NEED, OFFER, DILEMMA)  # R30
LACKS = ("money", "people", "resources", "know_how")  # R30
TOPICS = (
    "staff", "partner", "customers", "promotion", "product", "suppliers", "finance_law", "going_abroad", "founders_life",
)  # fmt: skip
VALID_DAYS, VALID_DAYS_MOST = 30, 90  # R30
NOTICE_DAYS = (7, 1)  # R30: two notices before the end
PHOTOS_MOST = 4
TITLE_MOST, TEXT_MOST, ANSWER_MOST = 60, 4000, 2000
ANSWER_WITHIN = timedelta(hours=72)  # R33
READ_WITHIN = timedelta(hours=48)  # after that the office helps a need to be read
REPORTS_A_DAY = 10
INTRODUCTION_DAYS = 14  # R32: so long a question waits for its answer
QUIET_DAYS = (3, 14)  # R32: after both agreed; whoever has not said that they talked is asked
QUIET_ASKED_FOR = timedelta(days=7)
WAITING_ASKED_AFTER = timedelta(days=3)  # R32: a question without an answer is called to mind once
ASKS_A_DAY = 5  # introductions one person may ask for in 24 hours
NOTE_MOST = 300
YEAR = timedelta(days=365)
PARTIES_LEAST = 5  # amounts are shown only as a sum over so many people


def expires_at(on: date) -> datetime:
    """R30: a post is valid through its last day; the first instant at which it no longer is."""
    return end_of(on)


def last_day(at: datetime, days: int = VALID_DAYS) -> date:
    """The last day of something posted or renewed at an instant."""
    return day_of(at) + timedelta(days=days)


def status_at(status: str, expires: datetime | None, at: datetime) -> str:
    """The status as it counts at an instant: over means over, whatever the sweep did."""
    over = status == states.OPEN and expires is not None and at >= expires
    return states.EXPIRED if over else status


def notice_due(expires: datetime, at: datetime) -> int | None:
    """R30: the notice (7 or 1 days before) that is current; None before the first and after the end."""
    left = (day_of(expires) - day_of(at)).days - 1  # the end is midnight: excluded
    return min((step for step in NOTICE_DAYS if left <= step), default=None) if at < expires and left >= 0 else None


def notice_valid_until(expires: datetime, step: int) -> datetime:
    """Until the next notice is due; the last one until the post ends."""
    later = [other for other in NOTICE_DAYS if other < step]
    return end_of(day_of(expires) - timedelta(days=max(later) + 2)) if later else expires


def quiet_step(agreed_at: datetime, at: datetime) -> int | None:
    """R32: the day (3 or 14) after both agreed whose question is current: have you talked? None before, and a week after
    the last one, when both are left in peace."""
    since = at - agreed_at
    if since >= timedelta(days=max(QUIET_DAYS)) + QUIET_ASKED_FOR:
        return None
    return max((step for step in QUIET_DAYS if since >= timedelta(days=step)), default=None)


def quiet_step_until(agreed_at: datetime, step: int) -> datetime:
    """When the next question is due; the last one is worth a week."""
    later = [other for other in QUIET_DAYS if other > step]
    return agreed_at + (timedelta(days=min(later)) if later else timedelta(days=step) + QUIET_ASKED_FOR)


def may_renew(status: str, expires: datetime | None, at: datetime) -> bool:
    """R30: from the first notice on, and after the end."""
    if status_at(status, expires, at) == states.EXPIRED:
        return True
    return status == states.OPEN and expires is not None and notice_due(expires, at) is not None


def hours_to_answer(opened_at: datetime | None, answered_at: datetime | None) -> int:
    """Whole hours until somebody answered; 0 within the first one, and when nobody has."""
    if opened_at is None or answered_at is None:
        return 0
    return int((answered_at - opened_at) / timedelta(hours=1))


def suggested_at(at: datetime) -> datetime:
    """A time to talk: 15:00, community time, on the second working day after both agreed."""
    on, working = day_of(at), 0
    while working < 2:
        on += timedelta(days=1)
        working += on.weekday() < 5
    return start_of(on) + timedelta(hours=15)


# Cards: who may read what. Each audience is a part of the one before it, "nobody" of none.
MEMBERS, STAGE, MET, STAFF, NOBODY = "members", "stage", "met", "staff", "nobody"
AUDIENCES = (MEMBERS, STAGE, MET, STAFF, NOBODY)
CONTACT = ("phone", "wechat", "email")
FIELDS = ("title", "company", "industry", "city", "stage", "goal", "about", "needs", "offers", *CONTACT)
AUDIENCES_FIRST = dict.fromkeys(FIELDS, MEMBERS) | dict.fromkeys(CONTACT, NOBODY)
CARD_MOST, TAG_MOST, TAGS_MOST = 500, 20, 8
CARDS_AN_HOUR, CONTACTS_A_DAY = "90/h", "20/d"  # what one person opens; lists never carry contact data


def audience(chosen: Mapping[str, str], field: str) -> str:
    """Who may read a field of a card; what was stored and is no audience counts as nobody."""
    found = chosen.get(field, AUDIENCES_FIRST[field])
    return found if found in AUDIENCES else NOBODY


def may_read(audience: str, relation: Collection[str]) -> bool:
    """`relation`: what the reader is to the owner, among MEMBERS, STAGE, MET and STAFF; staff read all but NOBODY."""
    return audience in relation or (audience != NOBODY and STAFF in relation)


def quarter_of(at: datetime) -> date:
    """The first day of the community's calendar quarter at an instant."""
    on = day_of(at)
    return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)


def quarter_ends_at(at: datetime) -> datetime:
    """The first instant of the next quarter."""
    return start_of(months_later(quarter_of(at), 3))


def must_refresh(refreshed_at: datetime, at: datetime) -> bool:
    """Once a quarter a member looks at what they need and offer; whoever did so in the last 30 days is left in peace."""
    return refreshed_at < start_of(quarter_of(at)) and at - refreshed_at > timedelta(days=30)


@dataclass(frozen=True)
class Quota:
    """How many posts of a kind somebody may have open (R30, by tier), and how many are."""

    most: int
    used: int

    @property
    def left(self) -> int:
        return max(self.most - self.used, 0)


DIGITS = str.maketrans("零〇一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖", "0011223456789" + "123456789")
GAP = r"[\s\-_.,·*/]{0,2}"
CONTACTS = (
    ("contact.mail", re.compile(r"[\w.+-]{1,64}\s?@\s?[\w-]+(?:\s?\.\s?[a-z]{2,})+", re.I)),
    ("contact.wechat", re.compile(r"(?:wxid_\w{5,}|(?:微信号?|薇信|weixin|wechat|vx|wx|(?<![a-z])v)(?:号|\s?id)?\s?[:：=是]\s?[a-z][\w-]{5,19})", re.I)),
    ("contact.wechat", re.compile(r"(?:加|\+)\s?(?:我)?(?:个)?\s?(?:微信|薇信|vx|wx|v)\s?[:：]?\s?[a-z][\w-]{5,19}", re.I)),
    ("contact.wechat", re.compile(r"qq(?:号)?\s?[:：]?\s?\d{5,11}(?!\d)", re.I)),
    ("contact.phone", re.compile(rf"(?<!\d)(?:\+?86{GAP})?1{GAP}[3-9](?:{GAP}\d){{9}}(?!\d)")),
    ("contact.phone", re.compile(r"(?<!\d)(?:0\d{2,3}[-\s]\d{7,8}|400[-\s]?\d{3}[-\s]?\d{4})(?!\d)")),
)  # fmt: skip


def contact_in(text: str) -> str:
    """The refusal code of the first contact data in a public text ("" when there is none): contact stays private.

    Full-width characters, Chinese numerals and separators between the digits are seen through.
    """
    plain = unicodedata.normalize("NFKC", text)
    for code, pattern in CONTACTS:
        if pattern.search(plain) or (code == "contact.phone" and pattern.search(plain.translate(DIGITS))):
            return code
    return ""
