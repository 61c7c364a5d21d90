"""The accounts of a demo club, with one password for all. Known to everybody: never on a club with real people."""

from dataclasses import dataclass

DEMO_PASSWORD = "tongzhuo-demo-2026"


@dataclass(frozen=True)
class Account:
    email: str
    name: str
    what: str
    roles: tuple[str, ...] = ()


DEMO_ACCOUNTS = (
    Account("visitor@demo.test", "夏雨", "an account, no application yet"),
    Account("applicant@demo.test", "林晓", "papers submitted, waiting for review"),
    Account("approved@demo.test", "陆远", "papers approved, three weeks running, nothing booked"),
    Account("member@demo.test", "沈知秋", "a member with a seat next Saturday"),
    Account("host@demo.test", "陈明", "a member who hosts the next table"),
    Account("expiring@demo.test", "郭敏", "a member whose year ends in twelve days"),
    Account("lapsed@demo.test", "邓凯", "paid, but the three weeks ran out; the fee goes back"),
    Account("trainee@demo.test", "苏禾", "a trainee, sponsored by the host"),
    Account("organizer@demo.test", "何静", "organizer: events, rosters, check-in", ("organizer",)),
    Account("shanghai@demo.test", "罗芸", "organizer of Shanghai alone", ("organizer",)),
    Account("reviewer@demo.test", "周宁", "reviewer: applications", ("reviewer",)),
    Account("reviewer2@demo.test", "谢安然", "a second reviewer", ("reviewer",)),
    Account("treasurer@demo.test", "冯岚", "treasurer: invoices, payments, refunds", ("treasurer",)),
    Account("admin@demo.test", "唐越", "administrator: everything", ("administrator",)),
)


def account(name: str) -> Account:
    """`account("member")` is member@demo.test."""
    return next(one for one in DEMO_ACCOUNTS if one.email == f"{name}@demo.test")
