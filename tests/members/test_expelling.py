"""product.md §5, People: expulsion takes two administrators and a reason, and gives everything back at once."""

from datetime import timedelta

import pytest

from community.billing.models import Leaving, Refund
from community.billing.services import renewals
from community.events.models import Signup
from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members import policies
from community.members.models import Expulsion, Person, Term
from community.members.services import expelling
from community.posts.models import Post
from tests import make
from tests.billing import make as billing
from tests.events import make as events
from tests.make import NOON
from tests.posts import make as posts

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def two() -> tuple[Person, Person]:
    return make.person(roles=("administrator",)), make.person(roles=("administrator",))


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$".replace(".", r"\."))


def test_nothing_changes_until_a_second_administrator_carries_it_out(two):
    one, other = two
    who = make.member()
    table = events.event()
    events.seat(table, who)
    post = posts.post(who)
    row = expelling.propose(who.pk, reason="骗了别的会员。", by=one, at=NOON)
    assert policies.in_good_standing(who, day_of(NOON))
    assert [letter.person for letter in Message.objects.filter(kind="members/expulsion_waiting")] == [other]
    with refused("expulsion.same_person"):
        expelling.consent(row.pk, by=one, at=NOON)
    expelling.consent(row.pk, by=other, at=NOON)
    assert policies.standing_of(who, day_of(NOON)) == "expired", "without grace"
    assert Signup.objects.get(event=table, person=who).status == "withdrawn"
    assert Post.objects.get(pk=post.pk).status == "closed"
    assert Message.objects.get(kind="members/expelled").context["reason"] == "骗了别的会员。"
    actions = set(AuditEntry.objects.filter(person=who).values_list("action", flat=True))
    assert {"expulsion.ask", "expulsion.consent", "term.expel"} <= actions
    with refused("expulsion.stale"):
        expelling.consent(row.pk, by=other, at=NOON)


def test_what_was_paid_is_the_treasurers_case_and_nothing_goes_back_by_itself(at, double, two):
    payment = billing.paid(at, double, attended=True)
    who, later = payment.person, at + 100 * DAY
    row = expelling.propose(who.pk, reason="骗了别的会员。", by=two[0], at=later)
    expelling.consent(row.pk, by=two[1], at=later)
    case = Leaving.objects.get(person=who)
    assert case.unused > 0 and case.decided_at is None and case.reason == "骗了别的会员。"
    assert not Refund.objects.exists()
    assert renewals.issue_all_due(at=later + 250 * DAY) == 0
    billing.assert_whole(later, double)


def test_no_way_back_without_a_permission_in_writing(two):
    who = make.member()
    row = expelling.propose(who.pk, reason="-", by=two[0], at=NOON)
    with refused("expulsion.stale"):
        expelling.readmit(row.pk, reason="好", by=two[0], at=NOON)
    expelling.consent(row.pk, by=two[1], at=NOON)
    late = NOON + 900 * DAY
    assert policies.may_apply(who, at=late).code == "application.expelled"
    assert policies.may_renew(who, at=NOON).code == "renewal.expelled"
    with refused("suspension.reason"):
        expelling.readmit(row.pk, reason=" ", by=two[0], at=NOON)
    expelling.readmit(row.pk, reason="三年过去了，欢迎再来。", by=two[0], at=late)
    assert policies.may_apply(who, at=late)
    assert Message.objects.get(kind="members/may_apply_again").context["reason"] == "三年过去了，欢迎再来。"


def test_never_oneself_nobody_without_membership_and_never_the_last_administrator(two):
    who = make.member(roles=("administrator",))
    with refused("expulsion.own"):
        expelling.propose(who.pk, reason="-", by=who, at=NOON)
    with refused("expulsion.no_member"):
        expelling.propose(make.person().pk, reason="-", by=who, at=NOON)
    with refused("suspension.reason"):
        expelling.propose(who.pk, reason=" ", by=two[0], at=NOON)
    row = expelling.propose(who.pk, reason="-", by=two[0], at=NOON)
    with refused("expulsion.asked"):
        expelling.propose(who.pk, reason="-", by=two[1], at=NOON)
    for one in two:
        one.groups.clear()
    with refused("standing.administrators"):
        expelling.consent(row.pk, by=two[1], at=NOON)
    with refused("role.last_administrator"):
        expelling.propose(who.pk, reason="-", by=two[0], at=NOON)
    assert Term.objects.get(person=who).closed_at is None


def test_roles_go_with_the_membership(two):
    who = make.member(roles=("organizer",))
    row = expelling.propose(who.pk, reason="-", by=two[0], at=NOON)
    expelling.consent(row.pk, by=two[1], at=NOON)
    assert not who.groups.exists() and Message.objects.filter(person=who, kind="members/role_taken").exists()


def test_refused_by_another_or_taken_back_by_who_proposed(two):
    for act, by, wrong, code in (
        (expelling.refuse, two[1], two[0], "expulsion.same_person"),
        (expelling.withdraw, two[0], two[1], "expulsion.not_yours"),
    ):
        who = make.member()
        row = expelling.propose(who.pk, reason="-", by=two[0], at=NOON)
        with refused(code):
            act(row.pk, reason="证据不足", by=wrong, at=NOON)
        act(row.pk, reason="证据不足", by=by, at=NOON)
        assert policies.in_good_standing(who, day_of(NOON))
        assert Expulsion.objects.get(pk=row.pk).status in ("refused", "withdrawn")


def test_whoever_is_no_administrator_any_more_neither_proposes_nor_carries_out(two):
    one, other = two
    who = make.member()
    row = expelling.propose(who.pk, reason="骗了别的会员。", by=one, at=NOON)
    other.groups.clear()
    for act in (expelling.consent, lambda pk, **how: expelling.propose(make.member().pk, reason="为什么", **how)):
        with refused("standing.administrators"):
            act(row.pk, by=other, at=NOON)
    assert policies.in_good_standing(who, day_of(NOON))
    assert Expulsion.objects.get().status == "asked"
