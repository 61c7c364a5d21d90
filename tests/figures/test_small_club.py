"""The figures of a small club equal what one works out on paper, and what opens behind a number is what it counts.

Looked at on 21 November 2026 for the twelve months up to it, of these people:
A–H joined on 1 October 2025: A, B, C and D renewed. E pressed "no more reminders", F began to pay and did not, G did
nothing: all three were out after the grace, on 15 October 2026. H left on 1 June 2026. I and J joined on 1 March 2026.
P, Q and R are on the clock since 10 November; S has a draft.
"""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from community.events.models import Event, Opinion
from community.events.rules.after import Satisfaction
from community.events.selectors import after
from community.events.selectors import measures as events
from community.figures import rules
from community.figures.sections import WHICH, Scope, counted
from community.figures.sections.book import SECTIONS
from community.figures.sections.renewal import _ledger
from community.kernel.days import start_of
from community.members.models import Chapter, City, Person
from community.members.selectors import gate
from tests import make
from tests.events import make as make_events
from tests.figures import make as small

pytestmark = pytest.mark.django_db
YEAR = Scope(date(2025, 11, 22), date(2026, 11, 21), small.AT, money=True)
# (section, group, figure): (part, whole, what is said); None is too few to say.
ON_PAPER = {
    # Members on 23 August, 90 days before: A–G, I, J. Gone since: E, F, G.
    ("overview", "top", "exit_90"): (3, 9, "33%"),
    # Members on 21 November 2025: A–H. Gone since: E, F, G, H.
    ("overview", "top", "exit_year"): (4, 8, "50%"),
    # Approved in these months: I, J, P, Q, R. Paid: I, J.
    ("overview", "top", "paying"): (2, 5, "40%"),
    # First purchases of A–E on 1 December 2025, so their 180 days ended on 30 May. A's second came on day 151, B's on 212.
    ("overview", "top", "again"): (1, 5, "20%"),
    # At the table A, B and P yes, C partly; I hosted and doesn't count. The class has A's word alone: it is left out.
    ("overview", "top", "worth"): (None, 4, None),
    # Started in these months: I, J, P, Q, R and S.
    ("gate", "steps", "started"): (6, 6, "100%"),
    ("gate", "steps", "submitted"): (3, 6, "50%"),
    ("gate", "steps", "verified"): (3, 6, "50%"),
    ("gate", "steps", "approved"): (5, 6, "83%"),
    # P signed up on 11 November; I and J were at their first event before they were admitted.
    ("gate", "steps", "booked"): (3, 6, "50%"),
    ("gate", "steps", "paid"): (2, 6, "33%"),
    # Decided: A–G on 15 October, H on 1 June.
    ("renewal", "all", "renewed"): (4, 8, "50%"),
    # E, F and G could come back until 14 November.
    ("renewal", "all", "revived"): (0, 3, None),
    ("renewal", "lapses", "chosen"): (2, 4, None),  # E, H
    ("renewal", "lapses", "failed"): (1, 4, None),  # F
    ("renewal", "lapses", "silent"): (1, 4, None),  # G
    ("renewal", "lapses", "ended"): (0, 4, None),
    ("renewal", "cohorts", "2025-10"): (4, 8, "50%"),
    # Past their first thirty days: A, B, C, D, I, J. Without a seat or a post in 60 days: J, who was invited.
    ("people", "silent", "silent"): (1, 6, "17%"),
    ("people", "silent", "offered"): (1, 1, None),
    # A, B, C and I sat at one table (P is no member yet): they have ties; D missed it and J was not there.
    ("people", "ties", "none"): (2, 6, "33%"),
    ("people", "ties", "three"): (4, 6, "67%"),
    ("people", "ties", "median"): (None, 6, "4"),  # A, B, C and I have four each, with P; D and J none
    # Six seats of members (A two, B, C, D, I one each); the tenth of six people is one.
    ("people", "spread", "seats"): (None, 1, "33%"),
    # Four chairs at the class, twelve at the table. Had: A at the class; I, A, B, C, P, D at the table.
    ("events", "chairs", "fill"): (7, 16, "44%"),
    ("events", "chairs", "missed"): (1, 7, "14%"),  # D
    ("events", "chairs", "late"): (1, 8, "12%"),  # E gave it back three hours before
    # First times: A, B, C, P, I. A came again.
    ("events", "chairs", "second"): (1, 5, "20%"),
    # Without the host: A at the class, A, B, C, P at the table.
    ("events", "whose", "deadline"): (1, 5, "20%"),  # P
    ("events", "whose", "quiet"): (3, 5, "60%"),  # A at the class, B, C
    ("events", "whose", "regular"): (1, 5, "20%"),  # A at the table
    # Due: five of six needs; in time after 1, 30 and 72 hours.
    ("needs", "needs", "answered"): (3, 5, "60%"),
    ("needs", "needs", "solved"): (2, 6, "33%"),
    ("needs", "needs", "deals"): (None, 2, "2"),
    ("needs", "needs", "amount"): (None, 2, "¥400"),  # ¥100 each of B, C, D, I to A
    # Fees: 5 × 3,800 and two renewals: 26,600. On top: 1,330, paid by C. Payers: A–E.
    ("needs", "fees", "surcharge"): (1, 5, "5%"),
}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


def numbers(scope=YEAR):
    groups = {code: [build(scope) for build in section.groups.values()] for code, section in SECTIONS.items()}
    return {(code, *key): one for code, built in groups.items() for key, one in counted(built).items()}


def with_smaller_events():
    club = small.club()
    office = club.office
    for topic, there, said in (("走访", "ABCDEF", "yyynn"), ("小走访", "AB", "y"), ("没人答", "AB", "")):
        day = small.noon(11, 18)
        event = make_events.event(
            at=small.noon(10, 20), by=office, kind="class", topic=topic, starts_at=day, ends_at=day + small.DAY / 12
        )
        for letter in there:
            small.sit(event, club.who[letter])
        Event.objects.filter(pk=event.pk).update(status="held", roster_closed_at=small.AT)
        for letter, one in zip(there, said, strict=False):
            worth = {"y": "yes", "n": "no"}[one]
            Opinion.objects.create(event=event, person=club.who[letter], worth=worth, answered_at=small.AT)
    return club


class TestOnPaper:
    def test_every_figure_of_a_small_club(self):
        small.club()
        found = numbers()
        said = {key: (found[key].part, found[key].whole, found[key].value) for key in ON_PAPER}
        assert said == ON_PAPER

    def test_survival_days_and_the_offices_minutes(self):
        club = small.club()
        # Eight to the seventh month; from the eighth on, H is gone (1 June); the grace holds to the twelfth; four went on.
        with translation.override("zh-hans"):
            [(name, curve)] = SECTIONS["overview"].groups["survival"](YEAR).drawn
        assert (name, curve.joined_on, curve.people) == ("2025 年第 4 季度", date(2025, 10, 1), 8)
        assert curve.points == (*[100] * 8, *[88] * 5, 50)
        rows = gate.started(YEAR.since, YEAR.until, None, events.first_booking())
        assert gate.medians(rows)["approved"] == 0.0 and gate.medians(rows)["admitted"] == 0.0
        assert gate.medians(rows)["booked"] == 0.0  # I and J came on the day of the approval, P booked a day after it
        # A year's worth: two seats (the class, the table), four pieces of business.
        period = (1, club.who["A"].pk, start_of(date(2026, 10, 1)), start_of(date(2026, 12, 1)))
        assert _ledger([period]) == {1: 6}
        # One colleague: 10:00, 10:02 (two minutes), 10:10 (a pause: one), the roster at 10:12 (two), with the first: six.
        # Another alone at 10:01: one. Whoever made and published the event did so in one instant: one. A member's own: none.
        table, at = club.table, small.noon(11, 16)
        one, other = (make.person(roles=("organizer",)) for _ in range(2))
        for minute, who, what in [
            (0, one, table), (2, one, table), (10, one, table), (12, one, club.here["A"]), (1, other, table),
            (3, club.who["A"], club.here["A"]),
        ]:  # fmt: skip
            small.act(who, what, at + timedelta(minutes=minute))
        held = events.held(YEAR.since, YEAR.until, YEAR.at)
        assert events.desk_minutes(held)[table.pk] == 8.0

    def test_the_first_and_the_last_day_count_and_grace_is_membership(self):
        small.club()
        # On 15 October alone the years of A-G were decided; on the tenth E, F and G were still in grace: nobody had gone.
        day, grace = date(2026, 10, 15), date(2026, 10, 10)
        decided = numbers(Scope(day, day, small.AT))["renewal", "all", "renewed"]
        assert (decided.part, decided.whole) == (4, 7)
        gone = numbers(Scope(grace, grace, small.AT))["overview", "top", "exit_90"]
        assert (gone.part, gone.whole) == (0, 9)
        for on, left in ((14, 0), (15, 3)):  # the last day of their grace, and the day after it
            last = date(2026, 10, on)
            assert numbers(Scope(last, last, small.AT))["overview", "top", "exit_90"].part == left

    def test_a_period_is_half_open_and_neither_hosts_nor_who_missed_it_are_asked_what_it_was_worth(self):
        club = small.club()
        assert list(events.held(club.lesson.starts_at, club.table.starts_at, small.AT)) == [club.lesson]
        # There without the host: A at the class, A, B, C and P at the table; all five answered, and I's word is a host's.
        [worth] = [one for one in SECTIONS["overview"].groups["top"](YEAR).figures if one.code == "worth"]
        assert "100%" in worth.note()
        assert after.satisfaction([club.table]) == {club.table.pk: Satisfaction(there=4, answers=4, yes=3)}

    def test_the_top_tenth_is_the_first_of_the_ten_that_are_drawn(self):
        for people in range(10, 130):
            counts = [n * n % 17 for n in range(people)]
            assert rules.top_share(counts, people) == rules.shares_by_tenth(counts, people)[0], people


class TestBehind:
    def test_every_number_opens_what_it_counts(self, client):
        small.club()
        reader = make.sign_in(client, make.person(roles=("administrator",)))
        query = {"since": YEAR.first_on, "until": YEAR.last_on}
        with small.seen_at(YEAR.at):
            for (section, group, code), number in numbers().items():
                counts = {"part": number.part, "whole": number.whole}
                for which in WHICH:
                    shown = number.figure.rows(which)
                    page = reader.get(reverse("desk_figures_behind", args=[section, group, code, which]), query)
                    assert page.status_code == (404 if shown is None else 200), (section, code, which)
                    if shown is not None and which in counts and number.figure.opens is None:
                        assert page.context["page"].paginator.count == counts[which], (section, code, which)
            for path in (
                "overview/top/none/part",
                "overview/none/exit_90/part",
                "no/top/exit_90/part",
                "overview/top/exit_90/x",
            ):
                assert reader.get(f"/desk/figures/{path}/").status_code == 404

    def test_each_events_own_score_and_how_many_answered(self, client):
        """The table: A, B and P yes, C partly, of A, B, C and P there; I hosted. The class: A alone was there, and said yes.
        A visit of six: three of them yes, two no. Another: one of two, yes; a share of so few would say whose it is."""
        club = with_smaller_events()
        reader = make.sign_in(client, make.person(roles=("administrator",)))
        address = reverse("desk_figures_behind", args=["events", "chairs", "worth", "whole"])
        query = {"since": YEAR.first_on, "until": YEAR.last_on}
        with small.seen_at(YEAR.at):
            page = reader.get(address, query, headers={"accept-language": "en"})
            sheet = reader.get(address, query | {"format": "xlsx"}, headers={"accept-language": "en"})
            lone = reader.get(reverse("desk_figures_events"), {"since": "2026-11-01", "until": "2026-11-01"})
        few = "too few to say"
        on_paper = {
            "没人答": [few, 0, 2, few],
            "小走访": [few, 1, 2, few],
            "走访": ["60%", 5, 6, "83%"],
            club.table.topic: ["75%", 4, 4, few],
            club.lesson.topic: [few, 1, 1, few],
        }
        assert {row.cells[0]: row.all_cells[3:] for row in page.context["rows"]} == on_paper
        assert page.context["heads"][3:] == ["Worth it", "Have answered", "Were there", "Share who answered"]
        rows = list(load_workbook(BytesIO(sheet.content)).active.values)
        assert {row[0]: list(row[3:]) for row in rows[1:]} == on_paper
        # The whole: three of four at the table, three of five at the visit; A's word after the class and B's or A's after the
        # small visit are left out. One answer of the whole period: nothing at all is told.
        worth = counted([SECTIONS["events"].groups["chairs"](YEAR)])["chairs", "worth"]
        assert (worth.part, worth.whole, worth.value) == (6, 9, "67%")
        with translation.override("en"):
            assert "2 answers are left out" in worth.figure.note()
        [worth] = [one for one in lone.context["groups"][0]["figures"] if one["figure"].code == "worth"]
        assert (worth["number"].part, worth["number"].whole, worth["number"].value) == (None, 0, None)

    def test_a_sheet_of_it_that_runs_nothing(self, client):
        club = small.club()
        Person.objects.filter(pk=club.who["E"].pk).update(full_name="=HYPERLINK(1)")
        reader = make.sign_in(client, make.person(roles=("organizer",)))
        with small.seen_at(YEAR.at):
            address = reverse("desk_figures_behind", args=["overview", "top", "exit_year", "part"])
            answer = reader.get(address, {"since": YEAR.first_on, "until": YEAR.last_on, "format": "xlsx"})
        rows = list(load_workbook(BytesIO(answer.content)).active.values)
        assert sorted(row[0] for row in rows[1:]) == ["'=HYPERLINK(1)", "F", "G", "H"]
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_a_chapter_reads_its_own_and_money_is_the_treasurers(self, client):
        club = small.club()
        shanghai = City.objects.get(name_en="Shanghai")
        club.who["E"].applications.update(city=shanghai)
        limited, boss = make.person(roles=("organizer",)), make.person(roles=("administrator",))
        Chapter.objects.create(person=limited, city=shanghai, given_at=YEAR.at, given_by=boss)
        own = numbers(Scope(YEAR.first_on, YEAR.last_on, YEAR.at, frozenset([shanghai.pk])))
        assert own["overview", "top", "exit_year"].whole == 1 and own["events", "chairs", "fill"].whole == 0
        reader = make.sign_in(client, limited)
        with small.seen_at(YEAR.at):
            for city in ("", City.objects.get(name_en="Shenzhen").pk, "x", "9" * 12):
                page = reader.get("/desk/figures/overview/top/exit_year/whole/", {"city": city})
                assert [row.cells[0] for row in page.context["rows"]] == ["E"]
            needs = reader.get("/desk/figures/needs/").content.decode()
            assert reader.get("/desk/figures/needs/needs/amount/whole/").status_code == 404
            assert reader.get("/desk/figures/needs/fees/surcharge/part/").status_code == 403
            assert reader.get("/desk/figures/gate/steps/started/whole/").status_code == 403
            assert "¥" not in needs
            assert "¥400" in make.sign_in(client, boss).get("/desk/figures/needs/").content.decode()

    def test_what_a_figure_says_is_asked_once_a_page(self, client):
        reader = make.sign_in(client, make.person(roles=("administrator",)))
        with CaptureQueriesContext(connection) as asked:
            reader.get(reverse("desk_figures_people"))
        assert sum("WITH seats AS" in query["sql"] for query in asked.captured_queries) == 1
        with CaptureQueriesContext(connection) as asked:
            reader.get(reverse("desk_figures_events"))
        assert not [
            query for query in asked.captured_queries if query["sql"].startswith('SELECT "events_event"."id", ')
        ]

    def test_nonsense_and_an_empty_club(self, client):
        reader = make.sign_in(client, make.person(roles=("administrator",)))
        for query in ("since=x&until=y", "since=2026-13-40", "since=2027-01-01&until=2026-01-01", "since=0001-01-01",
                      "until=9999-12-31", "since=\x00", "city=%00"):  # fmt: skip
            assert reader.get(f"/desk/figures/?{query}").status_code == 200
        empty = reader.get("/desk/figures/", headers={"accept-language": "en"}).content.decode()
        assert "people joined in any quarter: too few to say" in empty and 'class="chart"' not in empty
        for code in SECTIONS:
            page = reader.get(reverse("desk_figures" if code == "overview" else f"desk_figures_{code}"))
            assert page.status_code == 200 and "too few" in page.content.decode() or "太少" in page.content.decode()
        assert timezone.now is small.NOW
