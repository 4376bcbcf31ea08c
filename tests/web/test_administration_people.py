"""Accounts and functions of people, as an administrator gives them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courrier.audit.models import Event
from courrier.mail.rights import access_of
from courrier.organisations.models import Membership, Role, User
from courrier.organisations.people import drawn_password
from tests import build
from tests.web import town as towns

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(town: towns.Town) -> User:
    return build.member(town.organisation, Role.ADMINISTRATOR)


@pytest.fixture
def client(town: towns.Town, admin: User) -> Client:
    return town.client(admin)


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "first_name": "Nadia",
        "last_name": "Belkacem",
        "username": "n.belkacem",
        "email": "",
        "password": "mika-ruto-bafi-zelu-42",
        **changes,
    }


def functions_of(person: User) -> set[tuple[str, str]]:
    rows = person.memberships.select_related("department")
    return {(each.role, each.department.code if each.department else "") for each in rows}


def test_an_account_is_opened_with_its_functions_and_opens(town: towns.Town, client: Client) -> None:
    where = {f"in_{town.urb.pk}": "manager", f"in_{town.fin.pk}": "reader", "role_reception": "on"}
    answer = client.post(reverse("web:person_add"), typed(**where), follow=True)
    assert "n.belkacem" in answer.content.decode()
    person = User.objects.get(username="n.belkacem")
    assert functions_of(person) == {("reception", ""), ("manager", "URB"), ("reader", "FIN")}
    signed = Client().post(
        reverse("web:login"), {"username": "n.belkacem", "password": "mika-ruto-bafi-zelu-42"}
    )
    assert signed.status_code == 302


def test_a_password_is_drawn_and_shown_in_the_form(client: Client) -> None:
    first, second = (
        client.get(reverse("web:person_add")).context["form"]["password"].value() for _each in range(2)
    )
    assert first != second
    assert len(first) >= 20
    assert drawn_password() != drawn_password()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "mairie", "role_reception": "on"}, "12"),
        ({"username": "ACCUEIL", "role_reception": "on"}, "déjà pris"),
        ({}, "au moins une fonction"),
        ({"username": "n b", "role_reception": "on"}, "Rien n'est changé"),
    ],
)
def test_what_does_not_do_is_said_and_makes_no_account(
    town: towns.Town, client: Client, changes: dict[str, Any], said: str
) -> None:
    build.member(town.organisation, Role.RECEPTION, username="accueil")
    before = User.objects.count()
    answer = client.post(reverse("web:person_add"), typed(**changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="Belkacem"' in answer.content.decode()
    assert User.objects.count() == before


def change(client: Client, person: User, **changes: Any) -> Any:
    known = {"first_name": person.first_name, "last_name": person.last_name or "X", "email": ""}
    return client.post(reverse("web:person", args=[person.pk]), {**known, **changes})


def test_functions_are_given_and_taken_at_once(town: towns.Town, client: Client) -> None:
    session = town.client(town.agent)
    assert session.get(reverse("web:inbox_of", args=["URB"])).status_code == 200
    change(client, town.agent, **{f"in_{town.tec.pk}": "agent", "email": "a@cazalis.example"})
    assert functions_of(town.agent) == {("agent", "TEC")}
    assert session.get(reverse("web:inbox_of", args=["URB"])).status_code in {403, 404}
    event = Event.objects.get(verb="functions_changed", data__thing=town.agent.username)
    assert (event.data["before"], event.data["after"]) == (
        {"functions": "agent URB"},
        {"functions": "agent TEC"},
    )
    town.agent.refresh_from_db()
    assert town.agent.email == "a@cazalis.example"


def test_a_place_left_as_it_was_keeps_all_its_roles(town: towns.Town, client: Client) -> None:
    Membership.objects.create(
        user=town.agent, organisation=town.organisation, department=town.urb, role=Role.MANAGER
    )
    change(client, town.agent, **{f"in_{town.urb.pk}": "manager", "role_archivist": "on"})
    assert functions_of(town.agent) == {("agent", "URB"), ("manager", "URB"), ("archivist", "")}


def test_what_somebody_was_in_a_closed_department_stays(town: towns.Town, client: Client) -> None:
    town.urb.closed_on = "2026-01-01"  # type: ignore[assignment]
    town.urb.save()
    change(client, town.agent, role_reception="on")
    assert functions_of(town.agent) == {("agent", "URB"), ("reception", "")}


def test_the_last_administrator_stays_one(town: towns.Town, admin: User, client: Client) -> None:
    answer = change(client, admin, first_name="Autre", role_reception="on")
    assert answer.status_code == 422
    assert "seul administrateur" in answer.content.decode()
    admin.refresh_from_db()
    assert functions_of(admin) == {("administrator", "")}
    assert admin.first_name != "Autre", "all or nothing"
    second = build.member(town.organisation, Role.ADMINISTRATOR, username="second")
    assert change(client, admin, role_reception="on")["Location"] == reverse("web:home")
    assert access_of(User.objects.get(pk=admin.pk)).administered == set()
    assert access_of(second).administered


def test_a_closed_account_opens_no_more_until_it_is_opened_again(town: towns.Town, client: Client) -> None:
    session = town.client(town.agent)
    client.post(reverse("web:person_switch", args=[town.agent.pk]), {"active": "0"})
    assert session.get(reverse("web:inbox_of", args=["URB"]))["Location"].startswith(reverse("web:login"))
    client.post(reverse("web:person_switch", args=[town.agent.pk]), {"active": "1"})
    town.agent.refresh_from_db()
    assert town.agent.is_active
    verbs = Event.objects.filter(data__thing=town.agent.username).values_list("verb", flat=True)
    assert {"account_closed", "account_reopened"} <= set(verbs)


def test_nobody_closes_their_own_account(admin: User, client: Client) -> None:
    client.post(reverse("web:person_switch", args=[admin.pk]), {"active": "0"})
    admin.refresh_from_db()
    assert admin.is_active


def test_a_new_password_ends_the_old_one_and_its_sessions_and_is_written_nowhere(
    town: towns.Town, client: Client
) -> None:
    session = town.client(town.agent)
    client.post(reverse("web:person_password", args=[town.agent.pk]), {"password": "mika-ruto-bafi-zelu-42"})
    town.agent.refresh_from_db()
    assert town.agent.check_password("mika-ruto-bafi-zelu-42")
    assert session.get(reverse("web:inbox_of", args=["URB"]))["Location"].startswith(reverse("web:login"))
    event = Event.objects.get(verb="password_set")
    assert "mika" not in str(event.data)
    weak = client.post(reverse("web:person_password", args=[town.agent.pk]), {"password": "mairie"})
    assert weak.status_code == 422


def test_an_account_shared_with_another_collectivite_is_not_taken_over(
    town: towns.Town, client: Client
) -> None:
    other = build.organisation("lucmau")
    Membership.objects.create(user=town.agent, organisation=other, role=Role.DIRECTION)
    address = reverse("web:person_password", args=[town.agent.pk])
    assert client.post(address, {"password": "mika-ruto-bafi-zelu-42"}).status_code == 403
    client.post(reverse("web:person_switch", args=[town.agent.pk]), {"active": "0"})
    change(client, town.agent, first_name="Autre", **{f"in_{town.tec.pk}": "agent"})
    town.agent.refresh_from_db()
    assert town.agent.check_password("un mot de passe")
    assert town.agent.is_active
    assert town.agent.first_name != "Autre"
    assert functions_of(town.agent) == {("direction", ""), ("agent", "TEC")}, (
        "functions here are ours to give"
    )


def test_people_change_their_own_password(town: towns.Town) -> None:
    session = town.client(town.agent)
    new = {"new_password1": "mika-ruto-bafi-zelu-42", "new_password2": "mika-ruto-bafi-zelu-42"}
    assert session.post(reverse("web:own_password"), {"old_password": "faux", **new}).status_code == 422
    session.post(reverse("web:own_password"), {"old_password": "un mot de passe", **new})
    town.agent.refresh_from_db()
    assert town.agent.check_password("mika-ruto-bafi-zelu-42")
    assert session.get(reverse("web:inbox_of", args=["URB"])).status_code == 200, "this session goes on"
