"""Post a need on a phone, three people match, one helps, an introduction, and thanks."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from community.matching.selectors import lists as matching
from community.matching.services import pairing
from community.posts.models import Introduction, Post, Thanks
from tests.journeys.conftest import WALKS, Letters, Look
from tests.journeys.walking import button, press
from tests.make import member
from tests.posts import make

TITLE = "找能开小批量模具的工厂，五百套起"


@WALKS
def test_a_need_finds_its_people_and_ends_with_thanks(
    enter: Callable[..., Page], look: Look, checked: Callable[[Page], Page], letters: Letters
) -> None:
    now = timezone.now()
    author, *helpers = (_member(name, look, now) for name in ("沈知秋", "何帮", "陆远", "周宁"))
    for helper in helpers:
        make.post(helper, at=now, kind="offer", title="小批量模具，五百套起可接", text="东莞长安，做电源外壳多年。")

    # On a phone: write it, look at it, publish it.
    page = enter(author, look)
    page.goto("/posts/")
    press(page.locator('main a[href="/posts/new/"]').first)
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=text]").fill("图纸齐全，三十天交货。打 13800138000 找我")
    page.locator("[name=lack]").select_option("resources")
    page.locator("[name=topic]").select_option("suppliers")
    press(page.locator("form.form button.btn-primary"))
    expect(page.locator("[name=text]")).to_have_value("图纸齐全，三十天交货。打 13800138000 找我")
    checked(page)
    page.locator("[name=text]").fill("图纸齐全，三十天交货。")
    press(page.locator("form.form button.btn-primary"))
    checked(page)
    press(button(page, "/publish/"))
    post = Post.objects.get(author=author)
    assert post.status == "open"

    # Three people match; one reads it on the home page and helps, another can't this time.
    pairing.sweep(at=now)
    assert matching.matches(post.public_id, at=now).count() == 3
    theirs = enter(helpers[0], look)
    theirs.goto("/home/")
    checked(theirs)
    press(theirs.locator(f'main a[href="{post.get_absolute_url()}"]').first)
    checked(theirs)
    theirs.locator("[name=note]").fill("我们有两台小机器空着。")
    press(button(theirs, "/help/"))
    others = enter(helpers[1], look)
    others.goto(post.get_absolute_url())
    press(button(others, "/not-me/"))
    expect(others.locator(f'main a[href="{post.get_absolute_url()}"]')).to_have_count(0)

    # The author hears at once and says yes: both cards, and a time.
    assert "何帮" in str(letters.last(author.email).subject)
    page.goto("/home/")
    press(page.locator('main a[href^="/introductions/"]').nth(1))
    expect(page.locator("main")).to_contain_text("我们有两台小机器空着。")
    expect(page.locator("main")).not_to_contain_text(helpers[0].email)
    press(page.locator('button[name=answer][value="yes"]'))
    expect(page.locator("main")).to_contain_text(helpers[0].email)
    checked(page)
    theirs.goto(Introduction.objects.get().get_absolute_url())
    expect(theirs.locator("main")).to_contain_text(author.email)
    press(button(theirs, "/talked/"))

    # It is solved, and the helper confirms.
    page.goto(f"{post.get_absolute_url()}solve/")
    page.locator("[name=helpers]").first.check()
    page.locator("[name=text]").fill("一周就开好了，谢谢。")
    checked(page)
    press(page.locator("form.form button.btn-primary"))
    checked(page)
    theirs.goto("/introductions/")
    expect(theirs.locator("main")).to_contain_text("一周就开好了，谢谢。")
    press(theirs.locator('button[name=answer][value="yes"]'))
    assert Thanks.objects.get(post=post, helper=helpers[0]).confirmed_at is not None


def _member(name: str, look: Look, now):
    who = member(name, since=now - timedelta(days=60))
    who.language = look.language
    who.save()
    return who
