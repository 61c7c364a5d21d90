"""The floor does the job the product is compared by, and the report judges ratios and bounds."""

import json
import os
import subprocess
import sys

import psycopg

from devtools.bench import report

# In a process of its own: the floor brings its own settings.
SCRIPT = """
import json
from devtools.bench import floor
from django.test import Client

floor.make_tables()
facts = floor.fill(people=15, rushes=1, rosters=[12], tapped=3)

def visit(key):
    client = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
    client.cookies["sessionid"] = key
    return client

def press(client, path, **fields):
    return client.post(path, {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, **fields})

rush = facts["rush"][0]
people = [visit(key) for key in facts["people"]]
for person in people:
    person.get(rush["page"])  # while the button is there
pressed = [press(person, rush["page"] + "signup/").status_code for person in people]
organizer, door = visit(facts["organizer"]), facts["checkin"]
organizer.get(door["roster"])
tapped = press(organizer, door["path"], signup=door["signups"][0]).status_code
print(json.dumps({
    "pressed": pressed,
    "booked": floor.Signup.objects.filter(event_id=rush["id"]).count(),
    "stranger": visit("nobody").get(rush["page"]).status_code,
    "forged": visit(facts["people"][0]).post(rush["page"] + "signup/").status_code,
    "tapped": tapped,
    "here": floor.Signup.objects.exclude(here_at=None).count(),
    "pages": [organizer.get(path).status_code for path in (facts["page"], facts["list"], facts["rosters"][12])],
}))
"""


def test_the_floor_seats_twelve_with_sessions_csrf_and_sign_in():
    url = os.environ["DATABASE_URL"]
    name = f"floor_{os.getpid()}"
    base, _, query = url.partition("?")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            env = os.environ | {"DATABASE_URL": f"{base.rpartition('/')[0]}/{name}?{query}"}
            env.pop("DJANGO_SETTINGS_MODULE", None)
            done = subprocess.run(
                [sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=False, timeout=120
            )
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["pressed"] == [302] * 15
    assert found["booked"] == 12  # the host's chair included
    assert found["stranger"] == 302
    assert found["forged"] == 403
    assert (found["tapped"], found["here"]) == (200, 1)
    assert found["pages"] == [200, 200, 200]


def test_a_ratio_decides_where_there_is_one_and_time_is_widened_by_a_slow_machine():
    results = {
        "event_page_cpu": {"product": 24.0, "floor": 12.0},  # twice the reference machine's 6 ms
        "event_list_cpu": {"product": 45.0},
        "event_list_sql": {"product": 11.0},
        "rush_booked": {"product": 13.0, "floor": 12.0},
        "checkin_per_second": {"product": 100.0, "floor": 400.0},
    }
    met = {line.goal.key: line.met for line in report.lines(results)}
    assert met == {
        "event_page_cpu": True,  # 2 × the floor, although above 15 ms
        "event_list_cpu": True,  # at most 25 ms there, 50 here
        "event_list_sql": False,
        "rush_booked": False,
        "checkin_per_second": True,
    }
    assert "NOT MET" in report.table(results)
