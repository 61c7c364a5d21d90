"""The same rooms in every app, the clock read at the door only, and nothing that acts from a distance."""

import ast
import re

import pytest

from tests.architecture import house

ROOMS = {
    "rules", "states", "models", "policies", "selectors", "notifications", "kinds", "personal", "ports", "gateway", "refusals",
    "services", "tasks", "forms", "views", "urls", "admin", "apps", "migrations", "management", "templatetags",
    "__init__",
}  # fmt: skip
# The kernel is words, not rooms; pages composes and has a file per page. Everything else that stands apart says why.
APART = {
    "kernel": {
        "access", "audit", "conflicts", "context", "counting", "data_words", "days", "errors", "formats", "gallery", "ids", "inbox",
        "invariants", "jobs", "middleware", "migrating", "money", "outbox", "personal", "posters", "prepared", "resending", "retention", "ring", "sheets", "turns", "vault",
    },
    "members": {
        "accounts",  # what sign-in (allauth) asks of us
        "papers",  # the process of its own in which strangers' files are parsed
        "archive",  # somebody's own data as a ZIP, a page in it
    },
    "events": {
        "planning",  # who sits with whom: an engine of plain values, apart from the rules it serves
    },
    "billing": {
        "statements",  # banks' files, read into plain movements
        "printing",  # invoices and receipts as PDF
    },
    "matching": set(),
    "programmes": set(),
    "posts": set(),
    "complaints": set(),
    "ties": set(),
    "figures": {
        "sections",  # what each page of figures counts, with its words
        "charts",  # where the points of a drawing lie
    },
    "moving": {
        "files",  # what is handed in, read into plain rows
        "wording",  # what a look through it says, in the reader's language
    },
    "pages": {"audit", "board", "coverage", "demo", "demo_urls", "first_days", "home", "invariants", "jobs", "joining", "loop", "mailbox", "member", "overview", "people", "progress", "readiness", "settings", "waiting", "weekly"},
}  # fmt: skip
DOORS = {"views", "tasks", "tasks.py", "management", "templatetags", "admin.py"}
DOOR_FILES = {
    "community/kernel/gallery.py",  # a view of the parts on the shelf
    "community/members/accounts.py",  # the door itself: signing in
}
CLOCKS = re.compile(r"(^|\.)(now|today|utcnow|localdate|localtime|time_ns|time\.time|monotonic)$")


@pytest.mark.parametrize("app", house.APPS)
def test_only_the_tabled_rooms(app):
    folder = house.ROOT / "community" / app
    found = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - ROOMS - APART[app] == set(), "a new room needs a line above that says why"
    assert APART[app] - found == set(), "the table names a room that is gone"


def test_no_drawer_for_everything():
    drawers = {"utils", "helpers", "common", "misc", "base", "tools", "lib"}
    code = [path for path in house.all_code() if path.parts[-1] != "__init__.py"]
    found = [house.name(path) for path in code if drawers & {path.stem, path.parent.name}]
    assert not found, house.listed(found)


def test_rooms_hold_code_and_not_just_folders():
    """A package of services or views has an empty front: who imports says which noun."""
    fronts = [
        path
        for path in house.product_code()
        if path.name == "__init__.py" and path.parent.name in ("services", "views")
    ]
    full = [house.name(path) for path in fronts if house.text(path).strip()]
    assert not full, house.listed(full)


def test_no_signals():
    wired = []
    for path in house.product_code():
        for node in ast.walk(house.tree(path)):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(module.endswith(".signals") or module.startswith("django.dispatch") for module in modules):
                wired.append(f"{house.name(path)}:{node.lineno}")
    assert not wired, house.listed(wired)


def test_the_clock_is_read_at_the_door():
    read = []
    for path in house.product_code():
        if DOORS & set(path.relative_to(house.ROOT).parts) or house.name(path) in DOOR_FILES:
            continue
        read += [
            f"{house.name(path)}:{call.lineno}: {house.dotted(call.func)}"
            for call in house.calls(path)
            if CLOCKS.search(house.dotted(call.func))
        ]
    assert not read, f"read it in the view, task or command, and hand it down as `at`:{house.listed(read)}"


def test_the_world_outside_is_reached_through_the_gateway():
    outside = {"requests", "httpx", "urllib.request", "http.client", "socket", "smtplib", "subprocess"}
    reached = []
    for path in house.product_code():
        for node in ast.walk(house.tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if set(names) & outside and path.name not in ("gateway.py", "sandbox.py"):
                reached.append(house.name(path))
    assert not reached, house.listed(reached)


def test_periods_days_and_instants_are_named_so():
    """A column for an instant ends in `_at`, one for a day in `_on`; a currency stands beside every amount."""
    from django.apps import apps
    from django.db import models

    wrong = []
    for model in apps.get_models():
        if not model.__module__.startswith("community."):
            continue
        fields = {field.name: field for field in model._meta.get_fields() if isinstance(field, models.Field)}
        for name, field in fields.items():
            if type(field) is models.DateTimeField and not (
                name.endswith("_at") or name in ("at", "valid_until", "last_login")
            ):
                wrong.append(f"{model._meta.label}.{name}")
            if type(field) is models.DateField and not name.endswith("_on"):
                wrong.append(f"{model._meta.label}.{name}")
            if isinstance(field, models.FloatField):
                wrong.append(f"{model._meta.label}.{name}: a float")
        if "amount" in fields and "currency" not in fields and "invoice" not in fields:  # a part has its whole's
            wrong.append(f"{model._meta.label}: an amount without a currency")
    assert not wrong, house.listed(wrong)
