"""Text messages and robots against a stand-in on loopback: what is said, what each answer means, and what no log holds."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from structlog.testing import capture_logs

from community.kernel import gateway, outbox
from community.kernel.inbox import choose
from community.kernel.models import Delivery, Message
from tests.make import NOON, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_up")]
MINUTE = timedelta(minutes=1)
SECRET = "s3cret-key-0123456789"
PLUGINS = {
    "wecombot": ("wecombot", "/cgi-bin/webhook/send?key={key}"),
    "feishu": ("feishu", "/open-apis/bot/v2/hook/{token}/"),
    "dingtalk": ("dingtalk", "/robot/send?access_token={token}"),
}
FINE = {"wecombot": {"errcode": 0}, "feishu": {"code": 0, "msg": "success"}, "dingtalk": {"errcode": 0, "errmsg": "ok"}}
SAID_NO = {"wecombot": {"errcode": 93000}, "feishu": {"code": 19001}, "dingtalk": {"errcode": 310000}}


class StandIn:
    """Keeps what it was sent; `status` and `body` are its answer, `hangs` makes it say nothing, `gone` hang up."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status, self.body = 200, b"{}"
        self.hangs: threading.Event | None = None
        self.gone = False

    def __enter__(self) -> "StandIn":
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked.append({"path": self.path, "headers": dict(self.headers), "said": json.loads(said)})
                if outer.hangs:
                    outer.hangs.wait(30)
                if outer.gone:
                    self.connection.close()
                    return
                self.send_response(outer.status)
                if outer.status == 302:
                    self.send_header("Location", f"{outer.url}/elsewhere")
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.hangs:
            self.hangs.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def outside() -> Iterator[StandIn]:
    with StandIn() as found:
        yield found


def queued(kind: str, who, *, occasion="one", at=NOON, path="/home/", **more) -> Message:
    assert outbox.post(kind, who, occasion=occasion, at=at, context={"path": path, "name": "林晓"}, **more)
    return Message.objects.get(occasion=occasion)


class TestTextMessages:
    @pytest.fixture(autouse=True)
    def configured(self, settings, outside):
        settings.SMS_URL, settings.SMS_KEY = f"{outside.url}/messages", SECRET

    @pytest.fixture
    def who(self):
        found = person("林晓", phone="+8613800138000")
        choose(found, no_email=[], by_sms=["members/intake_open", "members/more_needed"], in_the_morning=False)
        return found

    def test_what_is_said_to_the_service(self, outside, who):
        message = queued("members/more_needed", who)
        outbox.deliver_due(at=NOON)
        [asked] = outside.asked
        assert asked["path"] == "/messages" and asked["headers"]["Authorization"] == f"Bearer {SECRET}"
        assert asked["headers"]["Content-Type"] == "application/json"
        said = asked["said"]
        assert set(said) == {"to", "text", "id"} and said["to"] == "+8613800138000" and said["id"] == message.public_id
        assert said["text"].startswith("【同桌】") and said["text"].endswith("http://testserver/home/")
        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.sent_at) == ("sent", NOON)
        outbox.deliver_due(at=NOON + MINUTE)
        assert len(outside.asked) == 1

    def test_only_where_it_was_chosen_only_what_is_urgent_and_only_with_a_number(self, outside, who):
        queued("members/more_needed", person(phone="+8613800138001"), occasion="never chosen")
        queued("members/application_received", who, occasion="not urgent")
        queued("members/application_approved", who, occasion="urgent, but another kind was chosen")
        numberless = person()
        choose(numberless, no_email=[], by_sms=["members/more_needed"], in_the_morning=False)
        queued("members/more_needed", numberless, occasion="no number")
        outbox.deliver_due(at=NOON)
        assert not outside.asked
        assert Delivery.objects.get().error == "no_number"

    def test_a_club_without_the_service_has_none_of_it(self, settings, who):
        settings.SMS_URL = ""
        queued("members/more_needed", who)
        assert not Delivery.objects.exists() and outbox.deliver_due(at=NOON) == 1

    def test_over_is_over(self, outside, who):
        queued("members/intake_open", who, valid_until=NOON + MINUTE)
        outbox.deliver_due(at=NOON + MINUTE)
        assert not outside.asked and Delivery.objects.get().status == "dropped"

    @pytest.mark.parametrize("status", [500, 503, 429, 408])
    def test_later_is_asked_again_with_growing_pauses_and_given_up_in_the_end(self, outside, who, status):
        queued("members/more_needed", who)
        outside.status = status
        at, pauses = NOON, []
        while (delivery := Delivery.objects.get()).status == "waiting":
            outbox.deliver_due(at=at)
            delivery.refresh_from_db()
            pauses.append(delivery.next_try_at - at)
            at = delivery.next_try_at
        assert delivery.status == "failed" and delivery.error == f"http_{status}"
        assert len(outside.asked) == 6 and pauses == sorted(pauses) and pauses[0] < pauses[-1]
        assert len({asked["said"]["id"] for asked in outside.asked}) == 1, "the service can tell that it is one message"

    @pytest.mark.parametrize("status", [400, 401, 404, 302])
    def test_never_is_never(self, outside, who, status):
        queued("members/more_needed", who)
        outside.status = status
        outbox.deliver_due(at=NOON)
        outside.status = 200
        outbox.deliver_due(at=NOON + timedelta(days=1))
        assert len(outside.asked) == 1, "and the key goes to no other address"
        assert Delivery.objects.get().status == "failed"

    @pytest.mark.parametrize("mood", ["hangs", "gone"])
    def test_a_call_that_broke_in_the_middle_is_never_made_again(self, outside, who, mood, monkeypatch):
        monkeypatch.setattr(gateway, "SECONDS", 0.2)
        setattr(outside, mood, threading.Event() if mood == "hangs" else True)
        queued("members/more_needed", who)
        outbox.deliver_due(at=NOON)
        outbox.deliver_due(at=NOON + timedelta(days=1))
        assert len(outside.asked) == 1 and Delivery.objects.get().status == "failed"

    def test_no_key_and_no_number_in_any_log(self, outside, who, caplog):
        outside.status = 401
        queued("members/more_needed", who)
        with capture_logs() as logs:
            outbox.deliver_due(at=NOON)
        assert logs and SECRET not in str(logs) + caplog.text and "13800138000" not in str(logs) + caplog.text


@pytest.fixture
def robots(settings, outside, monkeypatch):
    """The three robots, whose plugins speak to the stand-in instead of the network."""
    import apprise

    def use(scheme: str, name: str = "desk") -> None:
        settings.STAFF_ROBOTS = [f"{name}={scheme}://{SECRET.replace('-', '')}"]
        plugin = type(apprise.Apprise.instantiate(settings.STAFF_ROBOTS[0].partition("=")[2]))
        monkeypatch.setattr(plugin, "notify_url", outside.url + PLUGINS[scheme][1])
        outside.body = json.dumps(FINE[scheme]).encode()

    return use


@pytest.mark.parametrize("scheme", PLUGINS)
class TestRobots:
    def test_what_is_said_to_the_group_once_for_all_its_reviewers(self, robots, outside, scheme):
        robots(scheme)
        for number in range(3):
            queued("members/question_asked", person(roles=("reviewer",)), occasion=f"to {number}", path="/desk/x/")
        outbox.deliver_due(at=NOON)
        [asked] = outside.asked
        assert SECRET.replace("-", "") in asked["path"]
        said = asked["said"]
        text = {
            "wecombot": lambda: said["text"]["content"] if said["msgtype"] == "text" else "",
            "feishu": lambda: said["content"]["text"] if said["msg_type"] == "text" else "",
            "dingtalk": lambda: said["text"]["content"] if said["msgtype"] == "text" else "",
        }[scheme]()
        assert "林晓" in text and text.rstrip().endswith("http://testserver/desk/x/")
        assert Delivery.objects.get().status == "sent"
        outbox.deliver_due(at=NOON + MINUTE)
        assert len(outside.asked) == 1

    def test_by_night_it_keeps_quiet(self, robots, outside, scheme):
        robots(scheme)
        night = NOON.replace(hour=23)
        queued("members/question_asked", person(), at=night)
        outbox.deliver_due(at=night)
        assert not outside.asked
        outbox.deliver_due(at=night + timedelta(hours=9))
        assert len(outside.asked) == 1

    def test_a_no_in_a_friendly_answer_is_a_no(self, robots, outside, scheme):
        robots(scheme)
        outside.body = json.dumps(SAID_NO[scheme]).encode()
        queued("members/question_asked", person())
        outbox.deliver_due(at=NOON)
        delivery = Delivery.objects.get()
        assert delivery.status == "waiting" and delivery.error.startswith("said_")

    @pytest.mark.parametrize(
        ("status", "state"), [(500, "waiting"), (429, "waiting"), (404, "failed"), (302, "failed")]
    )
    def test_failures(self, robots, outside, scheme, status, state):
        robots(scheme)
        outside.status = status
        queued("members/question_asked", person())
        outbox.deliver_due(at=NOON)
        assert (Delivery.objects.get().status, Delivery.objects.get().error) == (state, f"http_{status}")
        assert len(outside.asked) == 1

    def test_a_robot_that_says_nothing_is_not_told_twice(self, robots, outside, scheme, monkeypatch):
        robots(scheme)
        monkeypatch.setattr(gateway, "SECONDS", 0.3)
        outside.hangs = threading.Event()
        queued("members/question_asked", person())
        outbox.deliver_due(at=NOON)
        outbox.deliver_due(at=NOON + timedelta(days=1))
        assert len(outside.asked) == 1 and Delivery.objects.get().error == "timeout"

    def test_only_the_staffs_work_and_only_of_its_app(self, robots, outside, scheme):
        robots(scheme, name="billing")
        queued("members/question_asked", person())
        queued("members/more_needed", person(), occasion="two")
        outbox.deliver_due(at=NOON)
        assert not outside.asked and not Delivery.objects.exists()

    def test_no_key_in_any_log(self, robots, outside, scheme, caplog):
        robots(scheme)
        outside.status = 500
        queued("members/question_asked", person())
        caplog.set_level("DEBUG")
        with capture_logs() as logs:
            outbox.deliver_due(at=NOON)
        assert logs and SECRET.replace("-", "") not in str(logs) + caplog.text


def test_what_is_no_robot_is_nobody(settings):
    settings.STAFF_ROBOTS = ["desk=https://evil.example/x", "garbage"]
    queued("members/question_asked", person())
    outbox.deliver_due(at=NOON)
    assert Delivery.objects.get().error == "not_configured"
