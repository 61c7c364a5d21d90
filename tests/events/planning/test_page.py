"""The page of the tables: one press proposes, a choice beside each name moves, the figures say what it means."""

import pytest
from django.urls import reverse

from community.events.models import SeatingPlan
from community.events.planning import annealing
from community.events.selectors import tables
from tests import make
from tests.architecture.club import staff
from tests.events import make as make_events

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annealing, "TRIES_MOST", 2000)


@pytest.fixture
def desk(client):
    client.force_login(staff("organizer"))
    return client


@pytest.fixture
def event():
    made = make_events.event(table_count=2, seats_each=4)
    for _ in range(5):
        make_events.seat(made, make.member())
    return made


def at(event, name="", **more):
    return reverse(f"desk_event_tables{name}", args=[event.public_id])


def typed(event, **changes):
    return {f"at-{signup.public_id}": tables.table_of(signup) for signup in tables.at_tables(event)} | changes


def test_one_press_proposes_and_one_seats(desk, event):
    before = typed(event)
    answer = desk.post(at(event, "_propose"), before, follow=True)
    plan = SeatingPlan.objects.get()
    assert answer.redirect_chain[-1][0].endswith(f"?plan={plan.public_id}")
    assert typed(event) == before
    wanted = {
        f"at-{signup.public_id}": next(int(n) for n, there in plan.tables.items() if signup.person_id in there)
        for signup in tables.at_tables(event)
    }
    desk.post(f"{at(event)}?plan={plan.public_id}", wanted)
    assert typed(event) == wanted


def test_a_full_table_is_said_and_what_was_chosen_stays(desk, event):
    wanted = dict.fromkeys(typed(event), 2)
    answer = desk.post(at(event), wanted, headers={"accept-language": "en"})
    assert "Table 2 has fewer chairs" in answer.content.decode()
    assert answer.content.decode().count('<option value="2" selected>') == 6
    assert set(typed(event).values()) == {1, 2}


def test_the_figures_alone_when_somebody_is_moved(desk, event):
    answer = desk.post(at(event, "_figures"), typed(event), headers={"hx-request": "true", "accept-language": "en"})
    text = answer.content.decode()
    assert text.startswith('<div id="figures"')
    assert "pairs meet for the first time" in text and "Nobody here has been at a table before." in text


def test_a_wish_is_noted_shown_and_taken_back(desk, event):
    people = [signup for signup in tables.at_tables(event) if not signup.is_host]
    wish = {"kind": "apart", "one": people[0].public_id, "other": people[1].public_id}
    answer = desk.post(at(event, "_wish"), wish, follow=True, headers={"accept-language": "en"})
    assert "not at one table with" in answer.content.decode()
    desk.post(at(event, "_forget"), {"wish": event.seating_wishes.get().pk})
    assert not event.seating_wishes.exists()


@pytest.mark.parametrize("junk", ["", "99", "-1", "二", "1e9", "9" * 400])
def test_nonsense_leaves_people_where_they_are(desk, event, junk):
    before = typed(event)
    assert desk.post(at(event), dict.fromkeys(before, junk) | {"stay": "x"}).status_code == 302
    assert desk.get(f"{at(event)}?plan={junk}").status_code == 200
    assert typed(event) == before


def test_a_draft_and_an_event_without_tables_have_no_such_page(desk):
    assert desk.get(at(make_events.draft())).status_code == 404
    assert desk.get(at(make_events.event(kind="class", seats_each=20))).status_code == 404


def test_a_full_evening_is_drawn_with_few_queries(desk, django_assert_max_num_queries):
    event = make_events.event(table_count=20)
    make_events.fill(event, 239)
    with django_assert_max_num_queries(25):
        assert desk.get(at(event)).status_code == 200
