"""People met, one-to-ones, projects and the two maps of ties."""

from devtools.screens.states import Screen
from devtools.screens.ways import filling, pressing, then

TIES = [
    Screen("People met", "several, one asks, one waits", "member", "/people/"),
    Screen("People met", "nobody yet", "trainee", "/people/"),
    Screen("People met", "without a membership", "visitor", "/people/"),
    Screen("One-to-one", "pick the person", "member", "/people/met/"),
    Screen("One-to-one", "nobody of this name", "member", "/people/met/?q=zzzz"),
    Screen("One-to-one", "a day ahead", "member",
           then("/people/met/", filling(met_on="2099-01-01"), pressing("button[name=person]"))),
    Screen("Joint projects", "one of mine", "member", "/people/projects/"),
    Screen("Joint projects", "a new one", "member", "/people/projects/new/"),
    Screen("Joint projects", "a new one, wrong", "member",
           then("/people/projects/new/", filling(title="共享仓", since_on="2099-01-01"), pressing(".action-bar button"))),
    Screen("Joint projects", "a partner looked for", "member",
           then("/people/projects/new/", filling(title="共享仓", q="张"), pressing("button[name=look]"))),
    Screen("Joint projects", "no partner of this name", "member",
           then("/people/projects/new/", filling(title="共享仓", q="zzzz"), pressing("button[name=look]"))),
    Screen("Map of ties", "nobody yet", "trainee", "/people/map/"),
    Screen("Map of ties", "one's own", "member", "/people/map/"),
    Screen("Map of ties", "one's own, large", "host", "/people/map/"),
    Screen("Desk: ties", "by city", "organizer", "/desk/ties/"),
    Screen("Desk: ties", "by industry", "organizer", "/desk/ties/?by=industry"),
    Screen("Desk: ties", "by industry, three months", "organizer", "/desk/ties/?by=industry&months=3"),
]  # fmt: skip
