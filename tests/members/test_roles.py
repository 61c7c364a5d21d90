"""Who works for the club: given and taken by administrators, never the last one away (product.md §1 and §5)."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.kernel import audit
from community.kernel.errors import RuleBroken
from community.kernel.models import AuditEntry, Message
from community.members.models import Person
from community.members.services import reviewing, roles
from tests import make

pytestmark = pytest.mark.django_db
AT = make.NOON


def held(who: Person) -> set[str]:
    return set(Person.objects.get(pk=who.pk).groups.values_list("name", flat=True))


class TestServices:
    def test_given_once_with_a_letter_and_an_entry(self) -> None:
        admin, who = make.person(roles=("administrator",)), make.person()
        assert roles.give(who.pk, "reviewer", by=admin, at=AT)
        assert not roles.give(who.pk, "reviewer", by=admin, at=AT)
        assert held(who) == {"reviewer"}
        entry = AuditEntry.objects.get(action="person.role", person=who)
        assert (entry.actor, entry.new) == (admin, "reviewer")
        assert Message.objects.get(person=who).kind == "members/role_given"

    def test_a_shut_account_holds_no_role(self) -> None:
        who = make.person()
        Person.objects.filter(pk=who.pk).update(is_active=False)
        with pytest.raises(RuleBroken, match="role.no_account"):
            roles.give(who.pk, "reviewer", by=None, at=AT)
        assert held(who) == set()

    def test_an_administrator_opens_support_as_long_as_the_role_lasts(self) -> None:
        admin, who = make.person(roles=("administrator",)), make.person()
        roles.give(who.pk, "administrator", by=admin, at=AT)
        who.refresh_from_db()
        assert who.is_staff and who.is_superuser
        roles.take(who.pk, "administrator", by=admin, at=AT, reason="换人")
        who.refresh_from_db()
        assert not who.is_staff and not who.is_superuser
        assert AuditEntry.objects.get(action="person.role_end", person=who).reason == "换人"
        assert set(Message.objects.filter(person=who).values_list("kind", flat=True)) == {
            "members/role_given", "members/role_taken",
        }  # fmt: skip

    def test_the_last_administrator_stays(self) -> None:
        admin, shut = make.person(roles=("administrator",)), make.person(roles=("administrator",))
        Person.objects.filter(pk=shut.pk).update(is_active=False)  # does not count: nobody can sign in as this one
        with pytest.raises(RuleBroken, match="role.last_administrator"):
            roles.take(admin.pk, "administrator", by=admin, at=AT, reason="-")
        assert held(admin) == {"administrator"}

    def test_what_a_reviewer_had_claimed_falls_free_at_once(self) -> None:
        admin, who = make.person(roles=("administrator",)), make.person(roles=("reviewer", "treasurer"))
        claimed, other = make.submitted(), make.submitted()
        reviewing.claim(claimed.pk, by=who, at=AT)
        reviewing.claim(other.pk, by=admin, at=AT)
        roles.take(who.pk, "treasurer", by=admin, at=AT, reason="-")
        claimed.refresh_from_db()
        assert claimed.claimed_by == who
        roles.take(who.pk, "reviewer", by=admin, at=AT, reason="-")
        claimed.refresh_from_db()
        other.refresh_from_db()
        assert claimed.claimed_by is None and other.claimed_by == admin
        assert audit.trail(claimed).last().action == "application.release"

    def test_taking_what_is_not_held_changes_nothing(self) -> None:
        admin, who = make.person(roles=("administrator",)), make.person()
        assert not roles.take(who.pk, "reviewer", by=admin, at=AT, reason="-")
        assert not AuditEntry.objects.filter(person=who).exists()


@pytest.fixture
def admin(settings) -> Person:
    settings.STAFF_SECOND_FACTOR = False
    return make.person("管理员", roles=("administrator",))


def browser(who: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(who)
    return client


class TestPage:
    def test_give_and_take(self, admin) -> None:
        who, client = make.person("王芳"), browser(admin)
        answer = client.post(reverse("desk_roles"), {"email": who.email.upper(), "role": "organizer"}, follow=True)
        assert "王芳 holds the role now" in answer.content.decode()
        assert held(who) == {"organizer"}
        url = reverse("desk_role_take", args=[who.public_id])
        assert client.post(url, {"role": "organizer", "reason": "搬走了"}).status_code == 302
        assert held(who) == set()

    def test_what_was_typed_stays(self, admin) -> None:
        client = browser(admin)
        answer = client.post(reverse("desk_roles"), {"email": "nobody@club.test", "role": "treasurer"})
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "Nobody signs in with this address" in text and 'value="nobody@club.test"' in text
        who = make.person(roles=("reviewer",))
        answer = client.post(reverse("desk_role_take", args=[who.public_id]), {"role": "reviewer", "reason": ""})
        assert answer.status_code == 422 and answer.content.decode().count('<details class="confirm" open') == 1
        assert held(who) == {"reviewer"}

    def test_every_field_has_a_name_of_its_own(self, admin) -> None:
        for _ in range(2):
            make.person(roles=("reviewer", "treasurer"))
        text = browser(admin).get(reverse("desk_roles")).content.decode()
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids))

    def test_odd_input_is_no_address(self, admin) -> None:
        who, client = make.person(), browser(admin)
        url = reverse("desk_role_take", args=[who.public_id])
        assert client.post(url, {"role": "king", "reason": "-"}).status_code == 404
        assert client.post(reverse("desk_roles"), {"email": "\x00", "role": "king"}).status_code == 422

    def test_the_last_one_reads_why_not(self, admin) -> None:
        url = reverse("desk_role_take", args=[admin.public_id])
        answer = browser(admin).post(url, {"role": "administrator", "reason": "我要退休了"})
        assert answer.status_code == 422
        assert "Make somebody else one first" in answer.content.decode() and "我要退休了" in answer.content.decode()
        assert held(admin) == {"administrator"}

    def test_it_costs_the_same_for_3_and_60(self, admin, django_assert_max_num_queries) -> None:
        client = browser(admin)
        for many in (3, 57):
            for _ in range(many):
                roles.give(make.person().pk, "organizer", by=admin, at=timezone.now())
            with django_assert_max_num_queries(6):
                assert client.get(reverse("desk_roles")).status_code == 200


class TestFresh:
    """Roles, refunds, exports and erasure ask to sign in again when the session is old."""

    @pytest.fixture
    def client(self, settings) -> Client:
        settings.STAFF_SECOND_FACTOR = True
        who = make.person(roles=("administrator",))
        Authenticator.objects.create(user=who, type=Authenticator.Type.TOTP, data={"secret": "only for tests"})
        who.set_password("only-for-tests-1")
        who.save()
        self.who = who
        return Client()

    @pytest.mark.parametrize(
        ("method", "name", "asked"),
        [
            ("post", "desk_roles", True),
            ("get", "desk_roles", False),  # a page may be read
            ("post", "desk_refunds", True),
            ("get", "desk_refunds", False),
            ("get", "desk_month", False),
            ("get", "desk_month?format=xlsx", True),
            ("get", "desk_fapiaos?format=csv", True),
        ],
    )
    def test_an_old_session_signs_in_again_first(self, client, method, name, asked) -> None:
        name, _, query = name.partition("?")
        url = f"{reverse(name)}?{query}"
        make.sign_in(client, self.who, at=timezone.now() - timedelta(minutes=16))
        answer = getattr(client, method)(url)
        assert (answer.status_code == 302 and "/reauthenticate/" in answer.url) == asked
        make.sign_in(client, self.who, at=timezone.now() - timedelta(minutes=14))
        assert "/reauthenticate/" not in getattr(client, method)(url).headers.get("Location", "")

    def test_the_second_factor_s_own_pages_ask_whoever_has_just_signed_in_too(self, client) -> None:
        make.sign_in(client, self.who)
        answer = client.get(reverse("mfa_add_webauthn"))
        assert answer.status_code == 302 and "/reauthenticate/" in answer.url

    def test_a_file_is_always_asked_for(self, client) -> None:
        make.sign_in(client, self.who, at=timezone.now() - timedelta(minutes=16))
        answer = client.get(reverse("desk_refund_batch", args=["aaaaaaaaaaaa"]))
        assert answer.status_code == 302 and "/reauthenticate/" in answer.url

    def test_and_comes_back_to_what_was_pressed(self, client) -> None:
        """The press goes on by itself, with what was typed."""
        make.sign_in(client, self.who, at=timezone.now() - timedelta(minutes=16))
        who = make.person()
        asked = client.post(reverse("desk_roles"), {"email": who.email, "role": "reviewer"})
        assert asked.status_code == 302 and not held(who)
        done = client.post(asked.url, {"password": "only-for-tests-1"})
        assert done.status_code == 302 and done.url == reverse("desk_roles")
        assert held(who) == {"reviewer"}
