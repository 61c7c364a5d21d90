"""One person as each colleague of the office sees them, and the way to anybody."""

from devtools.screens.states import Screen

PEOPLE = [
    Screen("Desk: people", "everybody", "admin", "/desk/people/"),
    Screen("Desk: people", "nobody found", "admin", "/desk/people/?q=没有这个人"),
    Screen("Desk: person", "everything, for an administrator", "admin", "/desk/people/{member}/"),
    Screen("Desk: person", "an organizer's part", "organizer", "/desk/people/{member}/"),
    Screen("Desk: person", "money, for a treasurer", "treasurer", "/desk/people/{member}/?part=money"),
    Screen("Desk: settings", "as they are", "admin", "/desk/settings/"),
]
SHARING = [
    Screen("Share", "an event's poster", None, "/events/{table}/share/"),
    Screen("Share", "one's own card", "member", "/profile/share/"),
]
