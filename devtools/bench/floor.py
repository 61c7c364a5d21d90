"""The floor: a whole event site in one file of plain Django, with sessions, CSRF, sign-in and messages as `startproject`
sets them up. What the same job costs when nothing is added: no audit, no letters, no rules, no translations.

Served by `gunicorn devtools.bench.floor:application`; `python -m devtools.bench.floor fill` makes its tables and rows.
"""

# ruff: noqa: DJ008

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import environ
from django.conf import settings

EVENT_HTML = """{% extends "base.html" %}{% block body %}
<h1>{{ event.topic }}</h1><p>{{ event.about }}</p>
<dl><dt>When</dt><dd>{{ event.starts_at|date:"Y-m-d H:i" }}</dd><dt>Where</dt><dd>{{ event.place }}</dd>
<dt>Seats left</dt><dd>{{ left }} of {{ event.seats }}</dd></dl>
<ul>{% for name in names %}<li>{{ name }}</li>{% endfor %}</ul>
{% if mine %}<p>You have seat {{ mine.seat }}.</p>{% elif left %}
<form method="post" action="signup/">{% csrf_token %}<button>Sign up</button></form>{% else %}<p>Full.</p>{% endif %}
{% endblock %}"""
LIST_HTML = """{% extends "base.html" %}{% block body %}<h1>Events</h1><table>{% for event, taken in rows %}
<tr><td><a href="/events/{{ event.pk }}/">{{ event.topic }}</a></td><td>{{ event.starts_at|date:"Y-m-d H:i" }}</td>
<td>{{ taken }} of {{ event.seats }}</td></tr>{% endfor %}</table>{% endblock %}"""
ROSTER_HTML = """{% extends "base.html" %}{% block body %}<h1>{{ event.topic }}</h1><p>{{ page.paginator.count }} people</p>
<table>{% for row in page %}<tr id="s{{ row.pk }}"><td>{{ row.seat }}</td><td>{{ row.user.first_name }}</td>
<td>{% if row.here_at %}here{% else %}<form method="post" action="../checkin/">{% csrf_token %}
<button name="signup" value="{{ row.pk }}">Check in</button></form>{% endif %}</td></tr>{% endfor %}</table>
{% if page.has_next %}<a href="?page={{ page.next_page_number }}">Next</a>{% endif %}{% endblock %}"""
BASE_HTML = """<!doctype html><html><head><title>Floor</title></head><body><nav>{{ user.first_name }}</nav>
{% for message in messages %}<p>{{ message }}</p>{% endfor %}<main>{% block body %}{% endblock %}</main></body></html>"""
TEMPLATES = {"base.html": BASE_HTML, "event.html": EVENT_HTML, "list.html": LIST_HTML, "roster.html": ROSTER_HTML}

settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    # The same way to hold connections as the product.
    DATABASES={"default": environ.Env().db("DATABASE_URL") | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    LOGGING={
        "version": 1,
        "handlers": {"stderr": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["stderr"], "level": "ERROR"},
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    ("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", TEMPLATES)])
                ],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
            },
        }
    ],
)

# One file: the settings above must stand before anything below is imported.
import django  # noqa: E402

django.setup()

from django.contrib import messages  # noqa: E402
from django.contrib.auth.decorators import login_required, user_passes_test  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import get_object_or_404, redirect, render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.views.decorators.http import require_POST  # noqa: E402

PAGE, LISTED = 100, 20


class Event(models.Model):
    topic = models.CharField(max_length=80)
    about = models.TextField()
    place = models.CharField(max_length=80)
    starts_at = models.DateTimeField()
    seats = models.PositiveIntegerField()

    class Meta:
        app_label = "floor"


class Signup(models.Model):
    event = models.ForeignKey(Event, models.CASCADE)
    user = models.ForeignKey(User, models.CASCADE)
    seat = models.PositiveIntegerField()
    here_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "floor"
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="floor_once"),
            models.UniqueConstraint(fields=["event", "seat"], name="floor_seat"),
        ]


class Letter(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    occasion = models.CharField(max_length=80, unique=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "floor"


organizer_only = user_passes_test(lambda user: user.is_staff)


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@login_required
def event_page(request: HttpRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    signups = Signup.objects.filter(event=event)
    mine = signups.filter(user=request.user).first()
    names = [signup.user.first_name for signup in signups.select_related("user").order_by("seat")[:200]]
    context = {"event": event, "names": names, "mine": mine, "left": event.seats - len(names)}
    return render(request, "event.html", context)


@require_POST
@login_required
def signup(request: HttpRequest, pk: int) -> HttpResponse:
    with transaction.atomic():
        event = get_object_or_404(Event.objects.select_for_update(), pk=pk)
        signups = Signup.objects.filter(event=event)
        if not signups.filter(user=request.user).exists():
            taken = signups.count()
            if taken < event.seats:
                Signup.objects.create(event=event, user=request.user, seat=taken + 1)
                messages.success(request, "The seat is yours.")
            else:
                messages.error(request, "The event is full.")
    return redirect(f"/events/{pk}/")


@login_required
@organizer_only
def event_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(Event.objects.order_by("starts_at", "pk"), LISTED).get_page(request.GET.get("page"))
    counts = Signup.objects.filter(event__in=list(page)).order_by().values_list("event").annotate(n=models.Count("pk"))
    taken = dict(counts)
    return render(request, "list.html", {"rows": [(event, taken.get(event.pk, 0)) for event in page]})


@login_required
@organizer_only
def roster(request: HttpRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=pk)
    signups = Signup.objects.filter(event=event).select_related("user").order_by("seat")
    page = Paginator(signups, PAGE).get_page(request.GET.get("page"))
    return render(request, "roster.html", {"event": event, "page": page})


@require_POST
@login_required
@organizer_only
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    coming = Signup.objects.filter(pk=request.POST["signup"], event_id=pk, here_at=None)
    coming.update(here_at=timezone.now())
    return HttpResponse(f'<tr id="s{int(request.POST["signup"])}"><td>here</td></tr>')


urlpatterns = [
    path("healthz", healthz),
    path("events/<int:pk>/", event_page),
    path("events/<int:pk>/signup/", signup),
    path("desk/events/", event_list),
    path("desk/events/<int:pk>/roster/", roster),
    path("desk/events/<int:pk>/checkin/", check_in),
]
application = get_wsgi_application()


# Filling it.


def make_tables() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in (Event, Signup, Letter):
            editor.create_model(model)


def make_sessions(users: list[User]) -> list[str]:
    """Everybody signed in, without a password hash: rows in the session table. Returns the cookies' values."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    store, until = SessionStore(), timezone.now() + timedelta(days=1)
    backend = "django.contrib.auth.backends.ModelBackend"
    rows = [
        Session(
            session_key=store._get_new_session_key(),
            session_data=store.encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: backend,
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
            ),
            expire_date=until,
        )
        for user in users
    ]
    return [row.session_key for row in Session.objects.bulk_create(rows)]


def make_event(number: int, seats: int, coming: list[User]) -> Event:
    starts_at = datetime(2030, 1, 1, 14, tzinfo=UTC) + timedelta(days=number)
    event = Event.objects.create(
        topic=f"Event {number}",
        about="What three of us learnt abroad. " * 3,
        place="Hall",
        starts_at=starts_at,
        seats=seats,
    )
    Signup.objects.bulk_create(Signup(event=event, user=user, seat=n + 1) for n, user in enumerate(coming))
    return event


def fill(people: int, rushes: int, rosters: list[int], tapped: int) -> dict[str, Any]:
    """People, events and signups; returns what the bench needs to know of them. A host is on each first chair."""
    crowd = User.objects.bulk_create(
        User(username=f"u{n}", first_name=f"Member {n}", password=f"!{n}", is_staff=n == 0)
        for n in range(max(people + 1, *rosters, tapped, 10_001))
    )
    numbers = iter(range(1000))
    rush = [make_event(next(numbers), 12, crowd[:1]) for _ in range(rushes)]
    shown = make_event(next(numbers), 12, crowd[-6:])
    lists = {size: make_event(next(numbers), size, crowd[:size]) for size in rosters}
    taps = make_event(next(numbers), tapped, crowd[:tapped])
    for _ in range(40):
        make_event(next(numbers), 12, crowd[:8])
    keys = make_sessions(crowd[: people + 1])
    desk = f"/desk/events/{taps.pk}"
    return {
        "organizer": keys[0],
        "people": keys[1:],
        "rush": [{"id": event.pk, "page": f"/events/{event.pk}/"} for event in rush],
        "page": f"/events/{shown.pk}/",
        "list": "/desk/events/",
        "rosters": {size: f"/desk/events/{event.pk}/roster/" for size, event in lists.items()},
        "checkin": {
            "id": taps.pk,
            "path": f"{desk}/checkin/",
            "roster": f"{desk}/roster/",
            "signups": [str(row.pk) for row in Signup.objects.filter(event=taps).order_by("pk")],
        },
    }


# Reminders.


def remind(count: int, recorded: int, port: int) -> dict[str, float]:
    """One statement chooses and records; each letter is sent on one open connection and marked as sent."""
    import time

    from django.core.mail import EmailMessage, get_connection

    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO floor_letter (user_id, occasion) SELECT id, 'clock-7-' || id FROM auth_user"
            " WHERE NOT is_staff ORDER BY id LIMIT %s ON CONFLICT DO NOTHING",
            [recorded],
        )
    recorded, busy = time.perf_counter(), time.process_time()
    with get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port) as mailer:
        for letter in Letter.objects.filter(sent_at=None).select_related("user").order_by("pk")[:count]:
            text = f"Dear {letter.user.first_name}, your three weeks end in seven days."
            EmailMessage(
                "Seven days left", text, "club@localhost", [f"{letter.pk}@localhost"], connection=mailer
            ).send()
            Letter.objects.filter(pk=letter.pk, sent_at=None).update(sent_at=timezone.now())
    send_s, send_cpu = time.perf_counter() - recorded, time.process_time() - busy
    return {"count": count, "record_s": recorded - started, "send_s": send_s, "send_cpu": send_cpu}


def main(command: str, arguments: str) -> None:
    if command == "fill":
        make_tables()
    print(json.dumps({"fill": fill, "remind": remind}[command](**json.loads(arguments))))


if __name__ == "__main__":
    main(*sys.argv[1:])
