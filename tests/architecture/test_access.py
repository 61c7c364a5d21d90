"""The access table, walked: every address, every kind of person, GET and POST; and a GET changes nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from community.kernel import audit
from community.members.models import Person
from tests.architecture import access, house
from tests.architecture.access import GET, PEOPLE
from tests.architecture.club import Club, staff
from tests.architecture.exceptions import PUBLIC_ACCOUNT_PAGES, WRITES_ON_GET
from tests.architecture.pressing import POST

# Walked once, by one worker.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access"), pytest.mark.slow]

LIBRARY = ("account_", "mfa_", "usersessions_")
MOST_QUERIES = 40
WRITE = re.compile(r"^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.I)
OWN_BOOKS = {"django_session", "usersessions_usersession"}  # who is signed in where, kept by the framework


@dataclass(frozen=True)
class Answer:
    row: str
    person: str
    status: int
    location: str
    writes: tuple[str, ...]
    queries: int

    @property
    def word(self) -> str:
        if self.status in (301, 302, 303):
            return "in" if self.location.startswith("/accounts/login/") else "go"
        return {200: "ok", 403: "no", 404: "--", 405: "ps"}.get(self.status, str(self.status))

    @property
    def pressed(self) -> str:
        taken = self.word in ("ok", "go") or self.status in (400, 422)
        return "do" if taken else self.word


def _ask(club: Club, method: str, table: str, people: tuple[str, ...] = PEOPLE) -> Iterator[Answer]:
    clients = {who: club.client(who, raise_request_exception=False) for who in people}
    for row in access.rows(table):
        for who, client in clients.items():
            point = transaction.savepoint()
            with CaptureQueriesContext(connection) as asked:
                answer = getattr(client, method)(club.address(row), club.typed(row) if method == "post" else None)
            writes = tuple(
                found.group(2)
                for query in asked.captured_queries
                if (found := WRITE.match(query["sql"])) and found.group(2) not in OWN_BOOKS
            )
            transaction.savepoint_rollback(point)
            yield Answer(row, who, answer.status_code, answer.headers.get("Location", ""), writes, len(asked))


@cache
def _opened() -> list[Answer]:
    return list(_ask(Club(timezone.now()), "get", GET))


def _names(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry


def _ours() -> set[str]:
    names = {name for name, _ in _names(get_resolver())}
    return {name for name in names if not name.startswith((*LIBRARY, "admin:"))}


def _different(found: list[tuple[Answer, str]], table: str) -> list[str]:
    wanted = access.rows(table)
    return [
        f"{answer.row} as {answer.person}: {word} ({answer.status} {answer.location}), the table says {said}"
        for answer, word in found
        if word != (said := wanted[answer.row][answer.person])
    ]


def test_every_address_is_in_the_table():
    listed = {row.partition("/")[0] for row in access.rows(GET)}
    missing, gone = _ours() - listed, listed - _ours()
    assert not missing, f"addresses nobody thought about:{house.listed(sorted(missing))}"
    assert not gone, f"the table names addresses that are gone:{house.listed(sorted(gone))}"


def test_every_address_answers_everybody_as_the_table_says():
    wrong = _different([(answer, answer.word) for answer in _opened()], GET)
    assert not wrong, house.listed(wrong)


def test_every_button_answers_everybody_as_the_table_says(settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    answers = list(_ask(Club(timezone.now()), "post", POST))
    wrong = _different([(answer, answer.pressed) for answer in answers], POST)
    assert not wrong, house.listed(wrong)


def test_what_is_only_read_cannot_be_pressed():
    """Every address missing in the POST table answers 405, 302 or 200 without writing anything."""
    club = Club(timezone.now())
    read_only = "\n".join(f"{row} {'ok ' * len(PEOPLE)}" for row in access.rows(GET) if row not in access.rows(POST))
    asked = _ask(club, "post", read_only, ("anonymous", "approved", "administrator"))
    wrote = [f"{a.row} as {a.person}: {a.writes}" for a in asked if a.writes]
    wrote = [line for line in wrote if not line.startswith(tuple(WRITES_ON_GET))]
    assert not wrote, house.listed(wrote)


def test_opening_a_page_changes_nothing():
    wrote = {f"{a.row} as {a.person}": a.writes for a in _opened() if a.writes and a.row not in WRITES_ON_GET}
    assert not wrote, house.listed(wrote)
    idle = {"document", "desk_document"} - {a.row for a in _opened() if "kernel_auditentry" in a.writes}
    assert not idle, f"an opening of evidence left no trace:{house.listed(idle)}"


def test_no_page_asks_the_database_without_end():
    greedy = {f"{a.row} as {a.person}": a.queries for a in _opened() if a.queries > MOST_QUERIES}
    assert not greedy, house.listed(greedy)


def test_staff_without_a_second_factor_open_and_press_nothing_at_the_desk(settings):
    settings.STAFF_SECOND_FACTOR = True
    club = Club(timezone.now())
    client = Client()
    client.force_login(staff("administrator", second_factor=False))
    through = []
    for method, table in (("get", GET), ("post", POST)):
        for row in access.rows(table):
            if row.startswith("desk") and access.rows(table)[row]["administrator"] != "ps":
                answer = getattr(client, method)(club.address(row))
                if (answer.status_code, answer.headers.get("Location")) != (302, reverse("mfa_index")):
                    through.append(f"{method} {row}: {answer.status_code}")
    assert not through, house.listed(through)


# Signed otherwise: by the provider's key, by the link in the letter that a mail program presses (RFC 8058).
PRESSED_FROM_OUTSIDE = {"stripe_webhook", "notifications_stop"}


def test_a_press_without_its_token_is_refused():
    club = Club(timezone.now())
    client = club.client("administrator", enforce_csrf_checks=True)
    taken = [
        row
        for row in access.rows(POST)
        if row not in PRESSED_FROM_OUTSIDE and client.post(club.address(row)).status_code != 403
    ]
    assert not taken, house.listed(taken)


def test_what_one_may_not_see_looks_like_what_does_not_exist():
    club = Club(timezone.now())
    client = club.client("member")
    for row, real, none in (
        ("invoice", club.invoice.number, "2026-999999"),
        ("document", club.document.public_id, "22222222222x"),
        ("event", club.draft.public_id, "22222222222x"),
    ):
        mine, nobodys = (client.get(reverse(row, args=[key])) for key in (real, none))
        assert mine.status_code == nobodys.status_code == 404
        assert mine.content.replace(real.encode(), b"") == nobodys.content.replace(none.encode(), b""), row


def test_sign_in_pages_are_open_and_account_pages_are_not():
    client = Client(raise_request_exception=False)
    open_pages, wrong = set(), []
    for name, entry in _names(get_resolver()):
        if not name.startswith(LIBRARY):
            continue
        if getattr(entry.callback, "login_required", True) is False:
            open_pages.add(name)
            continue
        try:
            address = reverse(name)
        except NoReverseMatch:
            address = reverse(name, args=[1])
        for answer in (client.get(address), client.post(address)):
            if answer.status_code != 302 or not answer.headers["Location"].startswith("/accounts/login/"):
                wrong.append(f"{name}: {answer.status_code}")
    assert not wrong, house.listed(wrong)
    assert open_pages == PUBLIC_ACCOUNT_PAGES


def test_the_support_pages_are_for_administrators_marked_as_staff_with_a_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = True
    club = Club(timezone.now())
    for who in PEOPLE:
        assert club.client(who).get(reverse("admin:index")).status_code in (302, 403), f"{who} reached them"
    for role in ("organizer", "reviewer", "treasurer"):
        marked = _marked_as_staff(staff(role))
        assert marked.get(reverse("admin:index")).status_code in (302, 403), f"{role} reached them"
    assert _marked_as_staff(staff("administrator", second_factor=False)).get(reverse("admin:index")).status_code != 200
    assert _marked_as_staff(staff("administrator")).get(reverse("admin:index")).status_code == 200


def test_every_support_list_opens():
    Club(timezone.now())
    client = _marked_as_staff(staff("administrator"))
    for model in admin.site._registry:
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert client.get(reverse(f"{place}_changelist"), {"q": "陈"}).status_code == 200, place
        row = model._default_manager.first()
        if row is not None:
            assert client.get(reverse(f"{place}_change", args=[row.pk])).status_code == 200, place


def test_support_takes_a_lost_second_factor_away_on_record_and_never_reads_it():
    helper, lost = staff("administrator"), staff("reviewer").authenticator_set.get()
    client = _marked_as_staff(helper)
    page = reverse("admin:mfa_authenticator_change", args=[lost.pk])
    assert b"only for tests" not in client.get(page).content
    client.post(page, {"data": "{}"})
    client.post(reverse("admin:mfa_authenticator_delete", args=[lost.pk]), {"post": "yes"})
    assert not lost.user.authenticator_set.exists()
    entry = audit.trail(lost.user).get()
    assert (entry.action, entry.actor) == ("person.second_factor_removed", helper)


def _marked_as_staff(person: Person) -> Client:
    person.is_staff = person.is_superuser = True
    person.save()
    client = Client()
    client.force_login(person)
    return client


def test_the_demo_is_not_there_outside_the_demo():
    for address in ("/demo/", "/demo/mail/", "/demo/components/"):
        assert Client().get(address).status_code == 404
