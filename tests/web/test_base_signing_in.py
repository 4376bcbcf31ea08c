"""Signing in and out, and where each starts from."""

import pytest
from django.test import Client
from django.urls import reverse

from courrier.organisations.models import Membership, Role, User
from tests import build
from tests.web import town as towns

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    ["home", "reception", "reception_letters", "qualification", "senders", "inbox", "search", "register"],
)
def test_every_page_asks_who_is_there(name: str, town: towns.Town) -> None:
    answer = Client().get(reverse(f"web:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("web:login"))


def test_a_wrong_password_says_so_and_keeps_the_name(town: towns.Town) -> None:
    answer = Client().post(reverse("web:login"), {"username": town.desk.username, "password": "faux"})
    page = answer.content.decode()
    assert f'value="{town.desk.username}"' in page
    assert 'role="alert"' in page
    assert "valides" in page


def test_each_starts_at_their_own_desk(town: towns.Town) -> None:
    starts = {
        user: client_of(user).get(reverse("web:home"))["Location"]
        for user in (town.desk, town.agent, town.direction)
    }
    assert starts == {
        town.desk: reverse("web:reception"),
        town.agent: reverse("web:inbox"),
        town.direction: reverse("web:register"),
    }


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_account_without_a_place_is_told_what_to_do() -> None:
    client = client_of(User.objects.create_user("seul"))
    answer = client.get(reverse("web:home"))
    assert answer.status_code == 403
    assert "administrateur" in answer.content.decode()
    assert client.get(reverse("web:reception")).status_code == 403


def test_signing_out_is_a_form_and_ends_the_session(town: towns.Town) -> None:
    client = town.client()
    assert client.get(reverse("web:logout")).status_code == 405
    client.post(reverse("web:logout"))
    assert client.get(reverse("web:reception")).status_code == 302


def test_only_ones_own_collectivites_can_be_chosen(town: towns.Town) -> None:
    second, foreign = build.organisation("lucmau"), build.organisation("pompejac")
    Membership.objects.create(user=town.desk, organisation=second, role=Role.RECEPTION)
    client = town.client()

    def shown() -> str:
        return str(client.get(reverse("web:reception")).context["navigation"].organisation)

    assert shown() == town.organisation.name
    client.post(reverse("web:choose_organisation"), {"organisation": foreign.pk})
    assert shown() == town.organisation.name
    client.post(reverse("web:choose_organisation"), {"organisation": second.pk})
    assert shown() == second.name
