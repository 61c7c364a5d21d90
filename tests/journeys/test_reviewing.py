"""The reviewer's desk and what the applicant sees of it."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from community.kernel import formats
from community.kernel.days import day_of
from community.kernel.models import AuditEntry
from tests import make
from tests.journeys.conftest import WALKS, Letters, Look
from tests.journeys.walking import button, fill, press, submitted


def choice(desk: Page, decision: str) -> Locator:
    """The button of a decision; its letter is looked at before it is sent."""
    return desk.locator(f"button[name=decision][value={decision}]")


@WALKS
def test_claim_look_ask_answer_approve(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], letters: Letters
) -> None:
    now = timezone.now()
    who = make.person("林晓", language=look.language)
    application = submitted(who, at=now - timedelta(hours=30))
    submitted(make.person("后来者"), at=now - timedelta(hours=2))
    desk = enter(make.reviewer(), look)
    desk.goto("/desk/applications/")
    checked(desk)
    expect(desk.locator("[data-item]").first).to_contain_text("林晓")  # the oldest first
    press(desk.locator("[data-item]").first)
    checked(desk)
    press(button(desk, "/claim/"))
    expect(choice(desk, "approve")).to_be_visible()
    checked(desk)
    press(desk.locator('a[href^="/desk/documents/"]').first)  # as pages with a watermark; the original is a download
    checked(desk)
    seen = AuditEntry.objects.filter(action="document.open", person=who)
    looked = seen.count()
    with desk.expect_download() as opened:
        desk.locator('a[href$="/original/"]').click()
    assert opened.value.suggested_filename.endswith(".png")
    assert looked >= 1 and seen.count() > looked
    desk.goto(f"/desk/applications/{application.public_id}/")

    # Without a look at the register nothing is approved; what was typed stays.
    press(choice(desk, "approve"))
    expect(desk.get_by_role("alert").first).to_be_visible()
    press(choice(desk, "ask"))
    expect(desk.locator("[name=reason][aria-invalid=true]")).to_be_visible()
    desk.locator("[name=reason]").fill("请补一份股东名册。")
    press(choice(desk, "ask"))
    expect(desk.locator("main")).to_contain_text("请补一份股东名册。")  # the letter, before it is sent
    checked(desk)
    press(button(desk, "/ask/"))
    expect(desk.get_by_role("status").first).to_contain_text("林晓")

    assert "请补一份股东名册。" in str(letters.last(who.email).body)
    applicant = enter(who, look)
    applicant.goto("/home/")
    expect(applicant.locator("main")).to_contain_text("请补一份股东名册。")
    checked(applicant)
    applicant.goto("/application/")
    checked(applicant)
    press(applicant.locator('.next a[href="/application/edit/"]'))
    expect(applicant.locator("main")).to_contain_text("请补一份股东名册。")
    applicant.goto("/application/edit/?step=evidence")
    applicant.locator("[name=consent]").check()
    press(button(applicant, "/application/submit/"))
    expect(applicant.get_by_role("status").first).to_be_visible()

    desk.goto(f"/desk/applications/{application.public_id}/")
    press(button(desk, "/claim/"))
    desk.locator("[name=result]").select_option("confirmed")
    press(button(desk, "/verify/"))
    if look.phone:
        press(choice(desk, "approve"))
        press(button(desk, "/approve/"))
    else:
        with desk.expect_navigation():
            desk.locator("body").press("a")  # the key stands on the button
        with desk.expect_navigation():
            desk.keyboard.press("Enter")  # the focus stands on sending
    expect(desk.get_by_role("status").first).to_contain_text("林晓")

    application.refresh_from_db()
    assert application.status == "approved" and application.clock_ends_at is not None
    until = formats.until(application.clock_ends_at, at=now, language=look.language)
    assert until in str(letters.last(who.email).body)
    applicant.goto("/home/")
    expect(applicant.locator(".next")).to_contain_text(until)
    checked(applicant)


@WALKS
def test_a_rejection_is_read_by_the_applicant(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], letters: Letters
) -> None:
    now = timezone.now()
    who = make.person("林晓", language=look.language)
    application = submitted(who, at=now - timedelta(hours=80))
    desk = enter(make.reviewer(), look)
    desk.goto(f"/desk/applications/{application.public_id}/")
    press(button(desk, "/claim/"))
    fill(desk, reason="名册上没有你的名字。")
    press(choice(desk, "reject"))
    expect(desk.locator("[name=reason_code][aria-invalid=true]")).to_be_visible()
    expect(desk.locator("[name=reason]").first).to_have_value("名册上没有你的名字。")
    desk.locator("[name=reason_code]").select_option("role_not_shown")
    press(choice(desk, "reject"))
    expect(desk.locator("main")).to_contain_text("名册上没有你的名字。")
    press(button(desk, "/reject/"))
    expect(desk.get_by_role("status").first).to_contain_text("林晓")
    assert "名册上没有你的名字。" in str(letters.last(who.email).body)
    applicant = enter(who, look)
    for path in ("/home/", "/application/"):
        applicant.goto(path)
        expect(applicant.locator("main")).to_contain_text("名册上没有你的名字。")
        checked(applicant)
    again = formats.month_day(day_of(now) + timedelta(days=90), at=now, language=look.language)
    expect(applicant.locator("main")).to_contain_text(again)
    applicant.goto("/application/edit/")  # not before 90 days: told so, not shown a form
    expect(applicant.locator("[name=full_name]")).to_have_count(0)


def test_two_reviewers_at_once(enter: Callable[..., Page]) -> None:
    """R4: the second is told, nothing is overwritten, and what they had written stays."""
    look = Look("zh-CN", 1280)
    application = submitted(make.person("林晓"), at=timezone.now() - timedelta(hours=5))
    first, second = (
        enter(make.person("周宁", roles=("reviewer",)), look),
        enter(make.person("谢安然", roles=("reviewer",)), look),
    )
    for page in (first, second):
        page.goto(f"/desk/applications/{application.public_id}/")
    press(button(first, "/claim/"))
    expect(choice(first, "approve")).to_be_visible()
    press(button(second, "/claim/"))
    expect(second.get_by_role("alert").first).to_contain_text("周宁")
    expect(choice(second, "approve")).to_have_count(0)
