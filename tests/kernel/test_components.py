"""The shelf of parts, the frame of the pages, the account and error pages: what a machine can see without a browser."""

import re

import pytest
from django import forms
from django.core import mail
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from devtools import css

HOSTILE = """"><script>alert(1)</script>' onmouseover="alert(2)"""


def render(source: str, path: str = "/", **values: object) -> str:
    """A fragment as a page would show it: compiled by cotton, with what every page knows."""
    from django_cotton.compiler_regex import CottonCompiler

    request = RequestFactory().get(path)
    template = engines["django"].from_string(CottonCompiler().process(source))
    with translation.override("en"):
        return template.render(values, request)


class Sample(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="Where codes go.")
    about = forms.CharField(widget=forms.Textarea, required=False)
    role = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "One"), ("b", "Two")])
    consent = forms.BooleanField()
    credit_code = forms.CharField()
    file = forms.FileField()


def test_a_field_ties_label_help_and_error_to_its_control():
    form = Sample({"email": "lin@"})
    html = render('<c-field :field="form.email" />', form=form)
    assert '<label class="field-label" for="id_email">' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'id="id_email_helptext"' in html and 'id="id_email_error"' in html
    assert 'class="input"' in html


def test_a_fine_field_points_at_nothing_that_is_not_there():
    html = render('<c-field :field="form.about" />', form=Sample())
    assert "aria-describedby" not in html and "aria-invalid" not in html
    assert "optional" in html


def test_choices_are_a_fieldset_with_a_legend():
    html = render('<c-field :field="form.role" size="cards" />', form=Sample({}))
    assert html.count('type="radio"') == 2 and html.count('class="radio"') == 2
    assert "<fieldset" in html and "<legend" in html
    assert 'aria-describedby=" id_role_error"' in html


def test_every_field_of_a_form_comes_once():
    html = render('<c-fields :form="form" />', form=Sample())
    assert [html.count(f'name="{name}"') for name in Sample.base_fields] == [1, 1, 2, 1, 1, 1]


def test_the_summary_of_errors_leads_to_the_fields():
    html = render('<c-form-errors :form="form" />', form=Sample({"consent": "on"}))
    assert 'role="alert"' in html and 'href="#id_email"' in html
    assert "id_consent" not in html
    assert render('<c-form-errors :form="form" />', form=Sample()).strip() == ""


def test_the_credit_code_says_what_the_script_needs():
    html = render('<c-credit-code-field :field="form.credit_code" />', form=Sample())
    for word in ("credit-code", "ok", "short", "long", "alphabet", "check"):
        assert f"data-{word}" in html
    assert "data-credit-result" in html and 'for="id_credit_code"' in html


@pytest.mark.parametrize(
    "source",
    [
        '<c-page-head title="{{ text }}" sub="{{ text }}" />',
        '<c-card title="{{ text }}">{{ text }}</c-card>',
        '<c-row title="{{ text }}" sub="{{ text }}" />',
        '<c-person :name="text" detail="{{ text }}" />',
        "<c-chip>{{ text }}</c-chip>",
        '<c-copy label="{{ text }}" value="{{ text }}" />',
        '<c-copy :label="text" :value="text" />',
        '<c-fact label="{{ text }}">{{ text }}</c-fact>',
        '<c-file-row name="{{ text }}" note="{{ text }}" href="{{ text }}" />',
        '<c-tick action="/" label="{{ text }}" />',
        '<c-confirm label="{{ text }}" question="{{ text }}" action="/">x</c-confirm>',
        '<c-date-tile title="{{ text }}" />',
        '<c-timeline :entries="entries" />',
        '<c-search label="x" value="{{ text }}" />',
        '<c-alert title="{{ text }}">{{ text }}</c-alert>',
        '<c-stat label="{{ text }}" :value="text" />',
    ],
)
def test_what_people_typed_is_harmless_in_every_part(source):
    html = render(source, text=HOSTILE, entries=[{"title": HOSTILE, "by": HOSTILE, "detail": HOSTILE}])
    assert "<script" not in html
    assert not re.search(r'<[^>]*\sonmouseover="', html)


def test_a_part_sees_what_it_is_handed_and_not_the_page_around_it():
    html = render('<c-card>{{ title }}</c-card><c-page-head title="Own" />', title="Around", sub="Around", href="/x")
    assert "card-link" not in html and "<h3>" not in html
    assert html.count("Around") == 1


def test_buttons():
    link = render('<c-button href="/x/" variant="quiet">Go</c-button>')
    assert link.strip().startswith("<a ") and 'class="btn btn-quiet' in link
    send = render('<c-button key="a" name="do" value="1" busy="Sending it">Go</c-button>')
    assert 'type="submit"' in send and 'name="do" value="1"' in send
    assert 'data-busy-label="Sending it"' in send and 'data-key="a"' in send


def test_forms_of_parts_carry_the_token():
    for source in ('<c-tick action="/x/" label="here" />', '<c-confirm label="Go" action="/x/">?</c-confirm>'):
        assert "csrfmiddlewaretoken" in render(source)


def test_pagination_keeps_the_filters():
    page = Paginator(range(90), 30).get_page(2)
    html = render('<c-pagination :page="page" />', "/?q=%E6%9E%97&page=2", page=page)
    assert 'href="?q=%E6%9E%97&amp;page=1"' in html and 'href="?q=%E6%9E%97&amp;page=3"' in html
    assert render('<c-pagination :page="page" />', page=Paginator([], 30).get_page(1)).strip() == ""


@pytest.mark.parametrize(("language", "lang"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_the_frame_of_a_page(language, lang, db):
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    html = client.get(reverse("account_login")).content.decode()
    assert f'<html lang="{lang}">' in html
    assert 'class="skip" href="#main"' in html
    assert html.count("<main") == html.count("<h1") == 1
    assert "<header" in html and "<footer" in html
    assert 'name="language"' in html and 'name="next" value="/accounts/login/"' in html


def test_a_browser_that_asks_for_neither_language_reads_chinese(db):
    assert '<html lang="zh-Hans">' in Client(HTTP_ACCEPT_LANGUAGE="fr").get(reverse("account_login")).content.decode()


ENTRANCES = ["account_login", "account_signup", "account_request_login_code", "account_reset_password"]


@pytest.mark.parametrize("name", ENTRANCES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_account_pages_for_strangers(name, language, db):
    html = Client(HTTP_ACCEPT_LANGUAGE=language).get(reverse(name)).content.decode()
    assert html.count("<h1") == 1 and "您" not in html
    assert "style=" not in html


def sign_up(language: str) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    words = {"email": "lin@demo.test", "password1": "paper-and-pine", "password2": "paper-and-pine"}
    assert client.post(reverse("account_signup"), words).status_code == 302
    return client


@pytest.mark.parametrize(
    ("language", "subject", "word"),
    [("zh-hans", r"^(\d{6}) 是你的同桌验证码$", "验证码"), ("en", r"^(\d{6}) is your Tongzhuo code$", "code")],
)
def test_the_mail_with_the_code(language, subject, word, db):
    client = sign_up(language)
    (letter,) = mail.outbox
    code = re.match(subject, letter.subject).group(1)
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert code in letter.body and code in html and word in letter.body and word in html
    assert "testserver" not in letter.body and "您" not in letter.body
    assert '<html lang="' in html
    page = client.get(reverse("account_email_verification_sent")).content.decode()
    assert "lin@demo.test" in page and 'autocomplete="one-time-code"' in page
    assert client.post(reverse("account_email_verification_sent"), {"code": code}).status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_account_pages_for_people_signed_in(language, db):
    client = sign_up(language)
    code = mail.outbox[0].subject[:6] if mail.outbox[0].subject[0].isdigit() else ""
    client.post(reverse("account_email_verification_sent"), {"code": code})
    for name in (
        "account_email",
        "account_change_password",
        "mfa_index",
        "usersessions_list",
        "account_logout",
        "mfa_list_webauthn",
    ):
        answer = client.get(reverse(name))
        html = answer.content.decode()
        assert answer.status_code == 200 and html.count("<h1") == 1, name
        assert "您" not in html and "style=" not in html, name


@pytest.mark.parametrize("page", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"])
@pytest.mark.parametrize(("language", "lang"), [("zh-hans", "zh-Hans"), ("en", "en")])
def test_error_pages_need_nothing_and_lead_back(page, language, lang):
    with translation.override(language):
        html = get_template(page).render()
    assert f'<html lang="{lang}">' in html
    assert 'href="/"' in html and html.count("<h1") == 1 and page[:3] in html


@pytest.mark.parametrize("page", ["400.html", "500.html"])
def test_pages_for_our_own_faults_speak_both_languages_at_once(page):
    with translation.override("en"):
        html = render_to_string(page)
    assert 'lang="zh-Hans"' in html and 'lang="en"' in html


def test_a_forbidden_page_says_the_reason():
    with translation.override("en"):
        assert "Ask an administrator." in render_to_string("403.html", {"exception": "Ask an administrator."})


def test_the_gallery_shows_every_part():
    from community.kernel.gallery import gallery

    request = RequestFactory().get("/demo/components/")
    with translation.override("zh-hans"):
        html = gallery(request).content.decode()
    source = (css.ROOT / "templates/components/gallery.html").read_text(encoding="utf-8")
    parts = {path.stem.replace("_", "-") for path in (css.ROOT / "templates/components").glob("[a-z]*.html")} - {
        "gallery"
    }
    inside = {"field-notes", "kbd"}  # shown as parts of other parts
    assert not {part for part in parts - inside if f"<c-{part}" not in source}
    assert "<c-" not in html and "{%" not in html


def test_every_part_is_in_the_readme():
    readme = (css.ROOT / "templates/components/README.md").read_text(encoding="utf-8")
    parts = {path.stem.replace("_", "-") for path in (css.ROOT / "templates/components").glob("[a-z]*.html")}
    assert not {part for part in parts - {"gallery", "field-notes"} if f"{part}" not in readme}


def test_the_committed_stylesheet_is_what_the_sources_give():
    assert css.is_fresh(), "run `make css` and commit static/css/club.min.css"


def test_the_stylesheet_stays_small():
    import gzip

    assert len(gzip.compress(css.TARGET.read_bytes(), 9)) < 16_000


LETTERS = sorted(
    path.relative_to(css.ROOT / "templates").as_posix()
    for folder in ("account", "mfa")
    for path in (css.ROOT / "templates" / folder / "email").glob("*_message.html")
)


@pytest.mark.parametrize("letter", [letter for letter in LETTERS if "base_" not in letter])
@pytest.mark.parametrize(("language", "name"), [("zh-hans", "同桌"), ("en", "Tongzhuo")])
def test_every_account_letter_is_whole_in_both_forms_and_languages(letter, language, name):
    values = {
        "code": "123456",
        "email": "lin@demo.test",
        "from_email": "lin@demo.test",
        "to_email": "xiao@demo.test",
        "deleted_email": "lin@demo.test",
        "password_reset_url": "https://club.test/accounts/password/reset/",
        "signup_url": "https://club.test/accounts/signup/",
        "ip": "203.0.113.7",
        "user_agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0",
        "timestamp": timezone.now(),
    }
    with translation.override(language):
        html = render_to_string(letter, values)
        text = render_to_string(letter.replace(".html", ".txt"), values)
        subject = render_to_string(letter.replace("_message.html", "_subject.txt"), values)
    assert name in html and name in text and subject.strip()
    for part in (html, text, subject):
        assert "您" not in part and "{{" not in part and "{%" not in part
    assert "&#x27;" not in text and "&amp;" not in text
