"""The first page of an installation, until somebody has an account."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courrier.audit.models import Event
from courrier.mail.rights import access_of
from courrier.organisations.founding import USUAL_DEPARTMENTS, found_organisation
from courrier.organisations.models import Organisation, Role, User
from courrier.organisations.setup_code import setup_code
from courrier.organisations.typed_code import in_groups
from tests import build

pytestmark = pytest.mark.django_db

ADDRESS = "/demarrage/"


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "code": in_groups(setup_code()),
        "name": "Mairie de Cazalis",
        "address": "1, place de la Mairie\n33113 Cazalis",
        "email": "mairie@cazalis.example",
        "phone": "05 56 00 00 00",
        "departments": list(USUAL_DEPARTMENTS),
        "first_name": "Nadia",
        "last_name": "Belkacem",
        "username": "n.belkacem",
        "password": "quatre mots sans suite",
        "again": "quatre mots sans suite",
        **changes,
    }


def test_an_empty_installation_leads_to_it_from_everywhere() -> None:
    client = Client()
    assert client.get("/")["Location"] == reverse("web:login")
    assert client.get(reverse("web:login"))["Location"] == ADDRESS
    assert client.get(reverse("web:register"), follow=True).redirect_chain[-1][0] == ADDRESS
    assert client.get(ADDRESS).status_code == 200


def test_one_page_makes_everything_and_signs_in() -> None:
    client = Client()
    answer = client.post(ADDRESS, typed(), follow=True)
    assert answer.context["user"].username == "n.belkacem"
    town = Organisation.objects.get()
    assert (town.name, town.email, town.phone) == (
        "Mairie de Cazalis",
        "mairie@cazalis.example",
        "05 56 00 00 00",
    )
    assert set(town.departments.values_list("code", flat=True)) == set(USUAL_DEPARTMENTS)
    assert town.document_types.count() > 50
    user = User.objects.get()
    assert user.check_password("quatre mots sans suite")
    assert [each.role for each in user.memberships.all()] == [Role.ADMINISTRATOR]
    assert Event.objects.filter(chain=f"organisation:{town.pk}", verb="organisation_founded").exists()


def test_one_person_alone_takes_reception_and_direction_too() -> None:
    Client().post(ADDRESS, typed(also_desk="on"))
    access = access_of(User.objects.get())
    assert access.administered == access.desk == access.direction == {Organisation.objects.get().pk}


def test_only_the_departments_that_stay_ticked_are_made() -> None:
    Client().post(ADDRESS, typed(departments=["URB", "CCAS"]))
    rows = Organisation.objects.get().departments.all()
    assert {each.code: each.parent for each in rows} == {"URB": None, "CCAS": None}
    kind = Organisation.objects.get().document_types.get(code="permis-construire")
    assert kind.department is not None
    assert kind.department.code == "URB"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "ABCD-EFGH-JKMN-PQRS"}, "code"),
        ({"name": " "}, "name"),
        ({"email": "mairie"}, "email"),
        ({"departments": []}, "departments"),
        ({"departments": ["XYZ"]}, "departments"),
        ({"username": "n belkacem"}, "username"),
        ({"password": "mairie", "again": "mairie"}, "password"),
        ({"password": "n.belkacem.33", "again": "n.belkacem.33"}, "password"),
        ({"again": "autre chose"}, "again"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(changes: dict[str, Any], field: str) -> None:
    answer = Client().post(ADDRESS, typed(**changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    page = answer.content.decode()
    assert 'value="Belkacem"' in page
    assert "quatre mots" not in page, "a password is not written back"
    assert not User.objects.exists()
    assert not Organisation.objects.exists()


def test_it_is_gone_once_somebody_has_an_account() -> None:
    build.member(build.organisation(), Role.RECEPTION)
    client = Client()
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, typed()).status_code == 404
    assert User.objects.count() == 1
    assert client.get(reverse("web:login")).status_code == 200


def test_a_collectivite_founded_from_the_command_line_is_taken_over() -> None:
    town = found_organisation("cazalis", "Mairie de Cazalis", ["URB"], phone="05 56 11 11 11")
    assert "05 56 11 11 11" in Client().get(ADDRESS).content.decode()
    Client().post(ADDRESS, typed(departments=["URB", "FIN"]))
    assert Organisation.objects.get() == town
    assert set(town.departments.values_list("code", flat=True)) == {"URB", "FIN"}
    assert access_of(User.objects.get()).administered == {town.pk}
