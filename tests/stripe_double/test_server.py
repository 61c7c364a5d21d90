"""The second face: the real SDK over loopback, the payment page, the courier, the file."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import stripe

from devtools.stripe_double import DoubleServer, StripeDouble, saving
from devtools.stripe_double.__main__ import main

from .conftest import session_params


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


def ask(url, data=None, **headers):
    """(status, headers, text) without following redirects."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
    body = urllib.parse.urlencode(data).encode() if data is not None else None
    try:
        answer = opener.open(urllib.request.Request(url, body, headers), timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read().decode()


def connect(server, **options):
    http = stripe.RequestsClient(timeout=(3, 5))
    http._sleep_time_seconds = lambda retries: 0.0
    return stripe.StripeClient(server.double.api_key, base_addresses={"api": server.url}, http_client=http, **options)


def new_session(client, **changes):
    return client.v1.checkout.sessions.create({**session_params(), "expires_at": int(time.time()) + 3600, **changes})


@pytest.fixture
def server():
    with DoubleServer(StripeDouble(), hold_seconds=0.1) as running:
        yield running


@pytest.fixture
def remote(server):
    return connect(server)


def test_the_sdk_over_http_gets_the_same_answers(server, remote):
    session = new_session(remote)
    assert session.url == f"{server.url}/pay/{session.id}"
    server.double.pay(session.id)
    assert remote.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        new_session(remote, payment_method_types=["card"])
    assert refused.value.param == "payment_method_types"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        remote.raw_request("get", "/v2/nothing")
    assert refused.value.http_status == 404
    with pytest.raises(stripe.APIError, match="cannot do this"):
        remote.v1.customers.list()


def test_a_wrong_key_over_http(server):
    http = stripe.RequestsClient(timeout=(3, 5))
    other = stripe.StripeClient("sk_test_wrong", base_addresses={"api": server.url}, http_client=http)
    with pytest.raises(stripe.AuthenticationError):
        other.v1.events.list()


@pytest.mark.parametrize("kind", ["drop", "timeout", 503])
def test_faults_over_http_are_survived_by_retries(server, kind):
    server.double.fault(kind, on="POST *", when="after")
    session = new_session(connect(server, max_network_retries=2))
    assert [session.id] == [s["id"] for s in server.double.store.all("checkout.session")]


def test_paying_on_the_page(server, remote):
    session = new_session(remote)
    status, headers, text = ask(session.url, **{"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"})
    assert (status, "script" in text.lower()) == (200, False)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    for wanted in ('<html lang="en">', "no money moves", "Pay ¥3,800", "正式会员 · 年费", "Alipay", "WeChat Pay"):
        assert wanted in text
    status, headers, _ = ask(session.url, {"method": "card", "number": "4242 4242 4242 4242"})
    assert (status, headers["Location"]) == (303, f"https://club.test/return/?session={session.id}")
    assert remote.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    status, _, text = ask(session.url + "?lang=zh")
    assert "已经付过了" in text
    status, headers, _ = ask(session.url, {"method": "alipay"})
    assert headers["Location"].startswith("https://club.test/return/")
    assert len(server.double.store.all("charge")) == 1


def test_a_declined_card_on_the_page(server, remote):
    session = new_session(remote)
    status, headers, _ = ask(session.url + "?lang=zh", {"method": "card", "number": "4000000000000002"})
    assert (status, headers["Location"]) == (303, f"/pay/{session.id}?lang=zh")
    _, _, text = ask(server.url + headers["Location"])
    assert 'role="alert"' in text
    assert "这张卡被银行拒绝了" in text
    _, headers, _ = ask(session.url, {"method": "wechat_pay"})
    assert "club.test" in headers["Location"]


def test_three_d_secure_on_the_page(server, remote):
    session = new_session(remote)
    ask(session.url, {"method": "card", "number": "4000000000003220"})
    assert "Your bank wants" in ask(session.url + "?lang=en")[2]
    _, headers, _ = ask(session.url, {"method": "authenticate", "result": "confirm"})
    assert "club.test" in headers["Location"]


@pytest.mark.parametrize(
    ("locale", "query", "accept", "lang"),
    [
        ("zh", "?lang=en", "en", "zh-Hans"),
        ("en", "", "zh-CN", "en"),
        (None, "?lang=en", "zh-CN", "en"),
        (None, "", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        (None, "", "en-US,en;q=0.9", "en"),
        ("auto", "", "fr", "zh-Hans"),
    ],
)
def test_the_language_of_the_page(server, remote, locale, query, accept, lang):
    session = new_session(remote, **({"locale": locale} if locale else {}))
    text = ask(session.url + query, **{"Accept-Language": accept})[2]
    assert f'<html lang="{lang}">' in text
    assert ('class="switch"' in text) == (locale in (None, "auto"))


def test_the_page_shows_only_what_is_offered_and_escapes(server, remote):
    item = session_params()["line_items"][0]
    item["price_data"]["product_data"]["name"] = "<b>fee</b>"
    session = new_session(remote, allowed_payment_method_types=["alipay"], line_items=[item])
    text = ask(session.url)[2]
    assert "&lt;b&gt;fee" in text
    assert "wechat_pay" not in text
    assert 'id="number"' not in text
    ask(session.url, {"method": "card", "number": "4242424242424242"})
    assert remote.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_expired_and_unknown_pages(server, remote):
    session = new_session(remote)
    remote.v1.checkout.sessions.expire(session.id)
    status, _, text = ask(session.url + "?lang=en")
    assert (status, "has expired" in text, "https://club.test/invoice/" in text) == (200, True, True)
    assert ask(server.url + "/pay/cs_test_nothing")[0] == 404
    _, headers, _ = ask(session.url, {"method": "card", "number": "4242424242424242"})
    assert headers["Location"].startswith("/pay/")
    assert ask(server.url + "/")[0] == 200


def test_the_page_is_well_formed_and_labelled(server, remote):
    """Labels belong to fields, one h1, landmarks, nothing inline."""

    class Reader(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open, self.tags, self.attrs = [], [], []

        def handle_starttag(self, tag, attrs):
            self.tags.append(tag)
            self.attrs.append((tag, dict(attrs)))
            if tag not in ("meta", "link", "input"):
                self.open.append(tag)

        def handle_endtag(self, tag):
            assert self.open.pop() == tag

    session = new_session(remote)
    for lang in ("zh", "en"):
        reader = Reader()
        reader.feed(ask(f"{session.url}?lang={lang}")[2])
        assert reader.open == []
        assert [reader.tags.count(tag) for tag in ("h1", "main", "header", "title", "script", "style")] == [
            1,
            1,
            1,
            1,
            0,
            0,
        ]
        assert not any("style" in attrs or any(name.startswith("on") for name in attrs) for _, attrs in reader.attrs)
        labelled = {attrs.get("for") for tag, attrs in reader.attrs if tag == "label"}
        assert "number" in labelled
    assert ask(server.url + "/assets/page.css")[1]["Content-Type"].startswith("text/css")


class Receiver:
    """A webhook endpoint on loopback; refuses the first `refuse` requests."""

    def __init__(self, refuse=0):
        self.events, self.left = [], refuse
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], "whsec_double")
                receiver.left -= 1
                if receiver.left < 0:
                    receiver.events.append(event.type)
                self.send_response(503 if receiver.left >= 0 else 200)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/webhooks/stripe/"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def wait_for(self, type_, seconds=8):
        end = time.monotonic() + seconds
        while type_ not in self.events and time.monotonic() < end:
            time.sleep(0.02)
        return type_ in self.events


def test_the_courier_brings_signed_webhooks_and_tries_again():
    receiver = Receiver(refuse=1)
    with DoubleServer(StripeDouble(), webhook_url=receiver.url) as server:
        session = new_session(connect(server))
        ask(session.url, {"method": "alipay"})
        assert receiver.wait_for("checkout.session.completed")
        assert receiver.wait_for("payment_intent.created")
    assert server.double.store.deliveries == []
    receiver.http.shutdown()


def test_a_second_run_goes_on_with_the_same_data(tmp_path):
    file = tmp_path / "state.json"
    with DoubleServer(StripeDouble(seed="a"), state=file) as server:
        session = new_session(connect(server))
        server.double.decline(session.id)
    store = saving.load(file)
    assert store is not None
    with DoubleServer(StripeDouble(store=store), state=file) as again:
        client = connect(again)
        assert client.v1.checkout.sessions.retrieve(session.id).url.startswith(again.url)
        ask(f"{again.url}/pay/{session.id}", {"method": "card", "number": "4242424242424242"})
        assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
        assert len({e["id"] for e in again.double.events()}) == len(again.double.events())
        assert len(again.double.store.deliveries) == len(again.double.events())


def test_a_state_that_does_not_fit_is_put_aside(tmp_path):
    file = tmp_path / "state.json"
    file.write_text("{broken")
    assert saving.load(file) is None
    assert (tmp_path / "state.json.unreadable").exists()
    assert saving.load(file) is None


def test_the_command_refuses_live_keys_and_busy_ports(server, capsys):
    assert main(["--api-key", "sk_live_1"]) == 2
    port = server.url.rsplit(":", 1)[1]
    assert main(["--port", port]) == 2
    assert "Cannot listen" in capsys.readouterr().err


def test_it_also_listens_on_ipv6_loopback():
    try:
        server = DoubleServer(StripeDouble(), host="::1")
    except OSError:
        pytest.skip("no IPv6 here")
    with server:
        assert server.url.startswith("http://[::1]:")
        assert ask(server.url + "/")[0] == 200


def test_the_command_serves_until_it_is_told_to_stop(tmp_path):
    command = [sys.executable, "-m", "devtools.stripe_double", "--port", "0", "--state", str(tmp_path / "s.json")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        line = process.stdout.readline()
        assert "http://127.0.0.1:" in line
        url = line.split(" at ")[1].split()[0]
        client = stripe.StripeClient("sk_test_double", base_addresses={"api": url})
        new_session(client)
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0
    assert (tmp_path / "s.json").exists()
