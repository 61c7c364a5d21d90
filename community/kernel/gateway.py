"""Channels beside e-mail: text messages over one small HTTP interface, and robots in the staff's own chat groups.

The only module of the kernel that speaks to outside services besides the mail server. What it raises names how a call
failed and never the address it went to: the keys stand in the addresses.
"""

import json
import logging
import sys
import urllib.error
import urllib.request
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage

from community.kernel.ids import public_id

log = structlog.get_logger()

SECONDS = 8  # for every single wait
EVERYTHING = "desk"  # a robot of this name hears of all the staff's work, others of the app they are named after
ROBOT_SCHEMES = ("wecombot", "feishu", "dingtalk")


class ChannelFailed(Exception):
    """`code` says how, for people who mend it. `for_good`: trying again is no use. `unknown`: it may have arrived."""

    def __init__(self, code: str, *, for_good: bool = False, unknown: bool = False) -> None:
        super().__init__(code)
        self.code, self.for_good, self.unknown = code, for_good, unknown


def sms_configured() -> bool:
    return bool(settings.SMS_URL)


def send_sms(phone: str, text: str, *, key: str) -> None:
    """POST <SMS_URL> {"to", "text", "id"} with a bearer key; docs/channels.md has the contract. Raises ChannelFailed."""
    request = urllib.request.Request(
        settings.SMS_URL,
        data=json.dumps({"to": phone, "text": text, "id": key}, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_KEY}"},
        method="POST",
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS) as answer:
            answer.read(1024)
    except urllib.error.HTTPError as error:
        raise ChannelFailed(f"http_{error.code}", for_good=_for_good(error.code)) from None
    except TimeoutError:
        raise ChannelFailed("timeout", unknown=True) from None
    except urllib.error.URLError as error:
        refused = isinstance(error.reason, ConnectionRefusedError)
        raise ChannelFailed("connection", unknown=not refused) from None
    except (OSError, ValueError):
        raise ChannelFailed("connection", unknown=True) from None


def text(phone: str, said: str) -> None:
    """Send a code: by text message, or, where none can be sent, into the demo club's mailbox. Nothing is raised."""
    try:
        if sms_configured():
            send_sms(phone, said, key=public_id())
        else:
            EmailMessage(said[:60], said, to=[f"{phone.lstrip('+')}@sms.demo.test"]).send()
    except (ChannelFailed, OSError) as error:
        log.warning("code_not_sent", error=getattr(error, "code", type(error).__name__))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key goes to the address that was configured and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _for_good(status: int) -> bool:
    """408, 429 and 5xx ask for patience; every other no says that this call will never be taken."""
    return status < 500 and status not in (408, 429)


@cache
def _robots(configured: tuple[str, ...]) -> dict[str, str]:
    """{name: address}, from "name=address" each."""
    return dict(one.split("=", 1) for one in configured if "=" in one)


def robots() -> dict[str, str]:
    return _robots(tuple(settings.STAFF_ROBOTS))


def robots_for(kind: str) -> list[str]:
    """The channels of the robots that hear of a kind."""
    return [f"robot:{name}" for name in robots() if name in (EVERYTHING, kind.partition("/")[0])]


def tell_robot(name: str, title: str, text: str) -> None:
    """One message to a group, through the library that knows what each robot wants to read. Raises ChannelFailed."""
    address = robots().get(name, "")
    scheme = address.partition("://")[0]
    if scheme not in ROBOT_SCHEMES:
        raise ChannelFailed("not_configured", for_good=True)
    import apprise  # some megabytes that only a worker with robots needs

    logging.getLogger("apprise").disabled = True  # it logs whole addresses, and the keys stand in them
    robot = apprise.Apprise.instantiate(address, suppress_exceptions=True)
    if robot is None:
        raise ChannelFailed("address", for_good=True)
    robot.socket_connect_timeout = robot.socket_read_timeout = float(SECONDS)
    robot.request_rate_per_sec = 0  # the outbox paces itself
    heard = _listen(robot)
    try:
        robot.notify(body=text, title=title)
    except Exception:
        raise ChannelFailed("library", unknown=True) from None
    heard.judge()


class _Listening:
    """The library says only whether it went well; robots answer 200 and their no in the body. Stands where a plugin's
    module has its HTTP client, and remembers the last answer."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.last: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def post(self, *args: Any, **options: Any) -> Any:
        try:
            self.last = self._client.post(*args, **{**options, "allow_redirects": False})
        except self._client.RequestException as error:
            self.last = error
            raise
        return self.last

    def judge(self) -> None:
        if self.last is None:
            raise ChannelFailed("library")
        if isinstance(self.last, self._client.ConnectTimeout):
            raise ChannelFailed("timeout")
        if isinstance(self.last, self._client.Timeout):
            raise ChannelFailed("timeout", unknown=True)
        if isinstance(self.last, Exception):
            raise ChannelFailed("connection", unknown=not isinstance(self.last, self._client.ConnectionError))
        if self.last.status_code != 200:
            raise ChannelFailed(f"http_{self.last.status_code}", for_good=_for_good(self.last.status_code))
        try:
            said = self.last.json()
            code = int(said.get("errcode", said.get("code", 0)))
        except (ValueError, TypeError, AttributeError):
            raise ChannelFailed("garbage", unknown=True) from None
        if code:
            raise ChannelFailed(f"said_{code}")


def _listen(robot: Any) -> _Listening:
    plugin = sys.modules[type(robot).__module__]
    client = getattr(plugin.requests, "_client", plugin.requests)
    plugin.requests = heard = _Listening(client)  # type: ignore[attr-defined]  # every plugin's module has it
    return heard
