"""The page of the tables: one press proposes, a choice beside each name moves, the figures say what it means."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from community.events.models import SeatingPlan
from community.events.planning import annealing
from community.events.selectors import tables
from community.events.services import planning
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


def proposed(desk, event, **more):
    """Pressed, and the worker has come by; the page of the answer."""
    address = desk.post(at(event, "_propose"), typed(event) | more).url
    planning.answer_all_due(at=timezone.now() + timedelta(minutes=1))
    return address


def test_one_press_proposes_and_one_seats(desk, event):
    before = typed(event)
    address = proposed(desk, event)
    plan = SeatingPlan.objects.get()
    assert address.endswith(f"?plan={plan.public_id}")
    assert typed(event) == before
    page = desk.get(address, headers={"accept-language": "en"}).content.decode()
    assert "A proposal: nobody has moved yet" in page
    wanted = {
        f"at-{signup.public_id}": next(int(n) for n, there in plan.tables.items() if signup.person_id in there)
        for signup in tables.at_tables(event)
    }
    desk.post(f"{at(event)}?plan={plan.public_id}", wanted)
    assert typed(event) == wanted


def test_while_the_planner_works_the_page_looks_again_and_then_stands_anew(desk, event):
    address = desk.post(at(event, "_propose"), typed(event)).url
    page = desk.get(address, headers={"accept-language": "en"}).content.decode()
    assert "The tables are being planned" in page and "6 people" in page and "look=2" in page
    assert f'href="{address}"' in page  # without script
    again = desk.get(f"{address}&look=2", headers={"hx-request": "true"}).content.decode()
    assert again.startswith('<div id="working"') and "look=3" in again
    last = desk.get(f"{address}&look=40", headers={"hx-request": "true", "accept-language": "en"}).content.decode()
    assert "hx-get" not in last and "takes longer than usual" in last
    for junk in ("x", "9" * 400, "-1", "²"):
        assert desk.get(f"{address}&look={junk}").status_code == 200
    planning.answer_all_due(at=timezone.now() + timedelta(minutes=1))
    assert desk.get(f"{address}&look=3", headers={"hx-request": "true"})["HX-Refresh"] == "true"
    assert 'id="seating"' in desk.get(address).content.decode()


def test_a_plan_that_came_to_nothing_says_why_and_keeps_who_was_held(desk, event):
    held = next(signup for signup in tables.at_tables(event) if not signup.is_host)
    address = desk.post(
        at(event, "_propose"), typed(event, **{f"at-{held.public_id}": 2}) | {"stay": held.public_id, "mix": "on"}
    ).url
    make_events.seat(event, make.member())
    planning.answer_all_due(at=timezone.now() + timedelta(minutes=1))
    page = desk.get(address, headers={"accept-language": "en"}).content.decode()
    assert "Somebody came or left while the tables were being planned" in page
    assert "A proposal: nobody has moved yet" not in page and "Plan the rest anew" in page
    assert f'value="{held.public_id}" checked' in page
    choice = page.partition(f'name="at-{held.public_id}"')[2].partition("</select>")[0]
    assert '<option value="2" selected>' in choice
    assert 'name="mix"' in page and "checked" in page.partition('name="mix"')[2].partition(">")[0]


def test_whoever_came_or_left_after_the_plan_is_said(desk, event):
    address = proposed(desk, event)
    assert "since this plan" not in desk.get(address, headers={"accept-language": "en"}).content.decode()
    make_events.seat(event, make.member())
    page = desk.get(address, headers={"accept-language": "en"}).content.decode()
    assert "Somebody came or left since this plan" in page


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
