"""However large the club, a page of figures, of ties or of people asks as many questions and shows as many rows: three
members, three hundred, ten thousand, and somebody who met a thousand and more of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.figures.sections.book import SECTIONS
from tests import make
from tests.events import make as make_events
from tests.figures import grown

pytestmark = pytest.mark.django_db


def test_as_many_questions_for_three_three_hundred_and_ten_thousand(client, settings, django_assert_max_num_queries):
    settings.STAFF_SECOND_FACTOR = False
    at, office = timezone.now(), make_events.organizer()
    days = [at - timedelta(days=30 * n + 2) for n in range(1, 7)]
    held = [
        make_events.event(at=day - timedelta(days=9), by=office, kind="class", starts_at=day, ends_at=day + timedelta(hours=2)).pk
        for day in days
    ]  # fmt: skip
    reader = make.sign_in(client, make.person(roles=("administrator",)))
    addresses = [reverse("desk_figures" if code == "overview" else f"desk_figures_{code}") for code in SECTIONS]
    addresses += ["/desk/figures/overview/top/exit_year/whole/", "/desk/figures/events/whose/quiet/whole/",
                  "/desk/figures/needs/needs/solved/rest/", "/desk/figures/gate/steps/started/whole/?page=3",
                  "/desk/figures/events/chairs/worth/whole/"]  # fmt: skip
    asked: dict[str, set[int]] = {}
    for first, last in ((1, 3), (4, 300), (301, 10_000)):
        grown.grow(first, last, held, office, at)
        for address in addresses:
            with django_assert_max_num_queries(20) as found:
                assert reader.get(address).status_code == 200
            asked.setdefault(address, set()).add(len(found))
    assert {address: counts for address, counts in asked.items() if max(counts) - min(counts) > 3} == {}
    _ties_and_people(client, reader, office, at)


# Address: (most questions, most kilobytes). What a page counts and draws is limited; what it lists is paged.
OF_A_MEMBER = {
    "/people/": (13, 90), "/people/?page=90": (13, 90), "/people/met/": (7, 25), "/people/met/?q=会员": (7, 25),
    "/people/map/": (11, 80), "/people/projects/": (7, 50), "/people/projects/new/": (7, 25),
}  # fmt: skip
AT_THE_DESK = {
    "/desk/ties/": (11, 40), "/desk/ties/?by=industry&months=3&page=200": (11, 40), "/desk/figures/coverage/": (20, 45),
    "/desk/figures/coverage/?list=nobody&page=3": (20, 45), "/desk/people/": (10, 35), "/desk/people/?page=300": (10, 35),
    "/desk/people/?q=会员99": (10, 35), "/desk/people/?q=hui": (10, 35), "{busy}": (25, 35), "{busy}?part=ties": (20, 35),
}  # fmt: skip


def _ties_and_people(client, reader, office, at):
    busy = make.member("林晓晓", since=at - timedelta(days=300))
    grown.meet(busy, office, at)
    page_of_busy = reverse("desk_person", args=[busy.public_id])
    too_much = {}
    for who, pages in ((reader, AT_THE_DESK), (None, OF_A_MEMBER)):
        who = who or make.sign_in(client, busy)
        for address, (questions, kilobytes) in pages.items():
            with CaptureQueriesContext(connection) as asked:
                page = who.get(address.format(busy=page_of_busy))
            assert page.status_code == 200, address
            if len(asked) > questions or len(page.content) > 1000 * kilobytes:
                too_much[address] = (len(asked), len(page.content))
    assert too_much == {}
    # It is the whole club that is paged: hundreds without a tie, more than a thousand whom the busy one met.
    assert who.get("/people/").context["page"].paginator.count > 1000
    assert (
        make.sign_in(client, make.person(roles=("organizer",))).get("/desk/ties/").context["page"].paginator.count > 300
    )
