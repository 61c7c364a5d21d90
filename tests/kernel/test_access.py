"""Roles and the door of the desk; which page asks for which role stands in tests/architecture/access.py."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from community.kernel import access
from tests.make import person

pytestmark = pytest.mark.django_db


@access.desk(access.REVIEWER, access.TREASURER)
def room(request):
    return HttpResponse("inside")


def knock(rf, who) -> HttpResponse:
    request = rf.get("/desk/room/")
    request.user = who
    return room(request)


@pytest.fixture
def no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR = False


def test_nobody_and_people_without_a_role_hold_none():
    assert access.roles_of(AnonymousUser()) == frozenset()
    assert access.roles_of(person()) == frozenset()


def test_a_role_is_its_own_and_an_administrator_holds_them_all():
    assert access.roles_of(person(roles=("reviewer",))) == {"reviewer"}
    assert access.roles_of(person(roles=("administrator",))) == set(access.ROLES)
    assert not access.has_role(person(roles=("reviewer",)), "treasurer", "organizer")


def test_a_group_that_is_no_role_opens_nothing():
    who = person()
    who.groups.add(Group.objects.create(name="friends of the house"))
    assert access.roles_of(who) == frozenset()


def test_flags_of_the_framework_give_no_role():
    assert access.roles_of(person(is_staff=True, is_superuser=True)) == frozenset()


def test_roles_are_asked_once_per_request(django_assert_num_queries):
    who = person(roles=("reviewer",))
    with django_assert_num_queries(1):
        for role in access.ROLES * 3:
            access.has_role(who, role)


@pytest.mark.parametrize("roles", [(), ("organizer",)])
def test_the_door_stays_shut_without_the_role(rf, no_second_factor, roles):
    with pytest.raises(PermissionDenied):
        knock(rf, person(roles=roles))


@pytest.mark.parametrize("role", ["reviewer", "treasurer", "administrator"])
def test_any_of_the_named_roles_opens_it(rf, no_second_factor, role):
    assert knock(rf, person(roles=(role,))).content == b"inside"


def test_staff_without_a_second_factor_is_led_to_set_one_up(rf, settings):
    settings.STAFF_SECOND_FACTOR = True
    answer = knock(rf, person(roles=("reviewer",)))
    assert (answer.status_code, answer.url) == (302, "/accounts/2fa/")
    with pytest.raises(PermissionDenied):  # the role is asked first: strangers learn nothing about the door
        knock(rf, person())


def test_a_second_factor_opens_it(rf, settings):
    settings.STAFF_SECOND_FACTOR = True
    who = person(roles=("reviewer",))
    Authenticator.objects.create(user=who, type=Authenticator.Type.TOTP, data={"secret": "only for tests"})
    assert knock(rf, who).content == b"inside"


def test_support_pages_need_the_administrator_and_a_second_factor(client, settings):
    settings.STAFF_SECOND_FACTOR = True
    admin = person(roles=("administrator",), is_staff=True, is_superuser=True)
    for who in (admin, person(roles=("organizer",), is_staff=True), person(is_staff=True, is_superuser=True)):
        client.force_login(who)
        assert client.get("/admin/").status_code in (302, 403)
    Authenticator.objects.create(user=admin, type=Authenticator.Type.TOTP, data={})
    client.force_login(admin)
    assert client.get("/admin/").status_code == 200
