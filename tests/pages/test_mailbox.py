"""The demo's mailbox: newest first, bounded, harmless; and not there outside the demo."""

import os
from email.message import EmailMessage

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import override_settings
from django.urls import Resolver404, resolve

from community.pages import mailbox

BACKEND = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.ROOT_URLCONF = "tests.pages.demo_urlconf"
    return tmp_path / "mail"


def send(subject="Hello", to="a@example.test", text="text", html="<p>html</p>", connection=None):
    mail = EmailMultiAlternatives(subject, text, to=[to], connection=connection or get_connection(BACKEND))
    if html:
        mail.attach_alternative(html, "text/html")
    mail.send()


def test_newest_first_with_text_and_html(client, folder):
    send("First")
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    send("第二封", to="b@example.test", html='<p style="color:red">红</p>')
    shown = client.get("/demo/mail/").content.decode()
    assert shown.index("第二封") < shown.index("First")
    key = mailbox.mails()[0].key
    page = client.get(f"/demo/mail/{key}/", headers={"accept-language": "zh-CN"})
    assert "b@example.test" in page.content.decode() and "frame-src 'self'" in page.headers["content-security-policy"]
    html = client.get(f"/demo/mail/{key}/html/")
    assert "红" in html.content.decode()


def test_several_mails_of_one_connection_are_told_apart(folder):
    connection = get_connection(BACKEND)
    connection.open()
    for number in range(3):
        send(f"No. {number}", connection=connection)
    connection.close()
    assert len(list(folder.iterdir())) == 1
    assert [mail.subject for mail in mailbox.mails()] == ["No. 2", "No. 1", "No. 0"]
    assert [mailbox.find(mail.key).subject for mail in mailbox.mails()] == ["No. 2", "No. 1", "No. 0"]


def test_by_recipient_and_in_pages(client):
    for number in range(30):
        send(f"Mail {number}", to=f"p{number % 2}@example.test")
    assert client.get("/demo/mail/?to=P1@").content.decode().count("p1@example.test") == 15
    assert len(client.get("/demo/mail/?page=2").context["page"].object_list) == 5
    assert "No mail has gone" in client.get("/demo/mail/?to=nobody", headers={"accept-language": "en"}).content.decode()


def test_what_a_mail_says_is_shown_and_never_run(client):
    send("<script>alert(1)</script>", text="<script>alert(2)</script> https://club.test/x",
         html="<script>alert(3)</script>")  # fmt: skip
    key = mailbox.mails()[0].key
    for path in ("/demo/mail/", f"/demo/mail/{key}/"):
        assert "<script>alert" not in client.get(path).content.decode()
    assert '<a href="https://club.test/x"' in client.get(f"/demo/mail/{key}/").content.decode()
    html = client.get(f"/demo/mail/{key}/html/")
    policy = html.headers["content-security-policy"]
    assert policy.startswith("sandbox ") and "allow-scripts" not in policy and "allow-same-origin" not in policy
    assert "default-src 'none'" in policy and "script-src" not in policy
    assert html.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("key", [
    "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "20260101-000000-1", "20260101-000000-1.0", "x.0",
    "20260101-000000-1.0%00", "20260101-000000-1.9999",
])  # fmt: skip
def test_an_address_names_nothing_but_a_mail(client, folder, key):
    folder.mkdir()
    (folder.parent / "20260101-000000-1.log").write_text("outside")
    (folder / "secret.log").write_text("Subject: secret\n\nx")
    assert client.get(f"/demo/mail/{key}/").status_code == 404
    assert mailbox.mails() == []


def test_a_mail_without_html_and_a_broken_one(client, folder):
    send(html="")
    plain = mailbox.mails()[0].key
    assert client.get(f"/demo/mail/{plain}/html/").status_code == 404
    assert client.get(f"/demo/mail/{plain}/").status_code == 200
    broken = EmailMessage()
    broken.set_content("x")
    broken.replace_header("Content-Type", 'text/plain; charset="no-such-charset"')
    (folder / "20260101-000000-2.log").write_bytes(broken.as_bytes())
    (folder / "20260101-000000-3.log").write_bytes(b"\xff\xfe\x00 not a mail at all")
    for mail in mailbox.mails():
        assert client.get(f"/demo/mail/{mail.key}/").status_code == 200
    assert client.get("/demo/mail/").status_code == 200


def test_empty_box(client):
    assert "Nothing here yet" in client.get("/demo/mail/", headers={"accept-language": "en"}).content.decode()


@override_settings(ROOT_URLCONF="community.urls")
def test_nothing_of_it_outside_the_demo():
    with pytest.raises(Resolver404):
        resolve("/demo/mail/")
