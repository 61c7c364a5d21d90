"""The language of an answer, the way back after a refusal, and who is calling."""

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware

from community.kernel.errors import RuleBroken
from community.kernel.middleware import RefusalMiddleware, back, client_ip

PRESSED = "/events/abc/signup/"


def refuse(rf, error=None, htmx=False, **meta):
    request = rf.post(PRESSED, **meta)
    request.htmx = htmx
    SessionMiddleware(lambda r: None).process_request(request)
    MessageMiddleware(lambda r: None).process_request(request)
    return request, RefusalMiddleware(lambda r: None).process_exception(request, error or RuleBroken("busy"))


@pytest.mark.django_db
def test_a_refusal_says_its_sentence_and_leads_back(rf):
    request, answer = refuse(rf, HTTP_REFERER="http://testserver/events/abc/")
    assert (answer.status_code, answer.url) == (302, "http://testserver/events/abc/")
    assert [str(message) for message in get_messages(request)] == [RuleBroken("busy").sentence]


def test_other_errors_are_not_hidden(rf):
    assert refuse(rf, ValueError("a bug"))[1] is None


@pytest.mark.django_db
def test_a_part_of_a_page_gets_the_sentence_in_place(rf):
    request, answer = refuse(rf, htmx=True)
    assert answer.status_code == 422
    assert RuleBroken("busy").sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("referer", "where"),
    [
        ("http://testserver/home/", "http://testserver/home/"),
        ("", "/events/abc/"),
        ("https://evil.example/events/abc/", "/events/abc/"),
        ("http://testserver.evil.example/", "/events/abc/"),
        ("//evil.example/", "/events/abc/"),
        ("javascript:alert(1)", "/events/abc/"),
        (f"http://testserver{PRESSED}", "/events/abc/"),  # the button's own address knows no GET
    ],
)
def test_the_way_back_never_leads_off_the_site(rf, referer, where):
    assert back(rf.post(PRESSED, HTTP_REFERER=referer)) == where


def test_the_way_back_from_the_top_is_the_top(rf):
    assert back(rf.post("/")) == "/"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "", "10.0.0.1"),
        (0, "203.0.113.7", "10.0.0.1"),  # no proxy of ours: whoever claims to have come through one is not believed
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.1.1.1, 203.0.113.7", "203.0.113.7"),  # what the client put in front is ignored
        (2, "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.1"),  # fewer than our proxies: it came another way
        (1, " , ", "10.0.0.1"),
    ],
)
def test_who_is_calling_behind_our_proxies(rf, settings, proxies, forwarded, seen):
    settings.TRUSTED_PROXY_COUNT = proxies
    meta = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_ip(rf.get("/", REMOTE_ADDR="10.0.0.1", **meta)) == seen


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "zh-hans"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR,de;q=0.7", "zh-hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-TW,zh;q=0.9", "zh-hans"),
        ("fr, en;q=0.3", "en"),
    ],
)
@pytest.mark.django_db
def test_the_browser_chooses_the_language(client, asked, language):
    answer = client.get("/accounts/login/", HTTP_ACCEPT_LANGUAGE=asked)
    assert answer.headers["Content-Language"] == language
