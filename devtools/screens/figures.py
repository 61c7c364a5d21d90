"""The desk's figures, section by section, and the lists behind their numbers."""

from devtools.screens.states import Screen
from devtools.screens.ways import pressing, then

FIGURES = [
    Screen("Desk: figures", "the top row", "admin", "/desk/figures/"),
    Screen("Desk: figures", "nothing yet", "organizer", "/desk/figures/?since=2020-01-01&until=2020-01-02"),
    Screen("Desk: figures", "one city's", "shanghai", "/desk/figures/"),
    Screen("Desk: figures", "the gate", "reviewer", "/desk/figures/gate/"),
    Screen("Desk: figures", "renewal", "treasurer", "/desk/figures/renewal/"),
    Screen("Desk: figures", "people", "organizer", "/desk/figures/people/"),
    Screen("Desk: figures", "events", "organizer", "/desk/figures/events/"),
    Screen("Desk: figures", "needs and fees", "treasurer", "/desk/figures/needs/"),
    Screen("Desk: figures", "who went", "organizer", "/desk/figures/overview/top/exit_year/part/"),
    Screen("Desk: figures", "each event's score", "organizer", "/desk/figures/events/chairs/worth/whole/"),
    Screen("Desk: figures", "recommending", "organizer", "/desk/figures/recommending/"),
    Screen("Question", "of the quarter", "member", "/question/"),
    Screen("Question", "nothing chosen", "member", then("/question/", pressing("form.form button[type=submit]"))),
    Screen("Question", "not asked", "visitor", "/question/"),
    Screen("Desk: figures", "nobody behind it", "organizer", "/desk/figures/renewal/lapses/failed/part/"),
    Screen("Desk: figures", "another role's list", "organizer", "/desk/figures/gate/steps/started/whole/"),
]
