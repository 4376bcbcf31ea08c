"""Who may open the settings, and what the pages of settings cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courrier.organisations.models import Role, User
from tests import build
from tests.web import town as towns
from workflows.models import StepKind, Who
from workflows.models.circuit import Step, draw

pytestmark = pytest.mark.django_db

PLAIN = (
    "administration",
    "administration_facts",
    "department_add",
    "people",
    "person_add",
    "document_types",
    "circuits",
    "circuit_of_all",
    "reply_templates",
    "reply_template_add",
    "journal",
)


@pytest.fixture
def admin(town: towns.Town) -> User:
    return build.member(town.organisation, Role.ADMINISTRATOR)


def of_one(town: towns.Town, person: User) -> list[str]:
    """Addresses of the settings that name one thing."""
    template = town.organisation.reply_templates.create(name="Reçu", body="Bonjour")
    return [
        reverse("web:department_edit", args=["URB"]),
        reverse("web:person", args=[person.pk]),
        reverse("web:person_password", args=[person.pk]),
        reverse("web:document_type", args=["facture"]),
        reverse("web:circuit", args=["facture"]),
        reverse("web:reply_template", args=[template.pk]),
    ]


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.DIRECTION, Role.ELECTED, Role.ARCHIVIST, Role.MANAGER])
def test_settings_are_for_administrators_alone(town: towns.Town, role: Role) -> None:
    place = town.urb if role == Role.MANAGER else None
    client = town.client(build.member(town.organisation, role, place, username="qui"))
    addresses = [reverse(f"web:{name}") for name in PLAIN] + of_one(town, town.agent)
    assert {client.get(address).status_code for address in addresses} == {403}
    assert {client.post(address).status_code for address in addresses} <= {403, 405}
    posted = [
        reverse("web:person_switch", args=[town.agent.pk]),
        reverse("web:reply_template_remove", args=[town.organisation.reply_templates.get().pk]),
    ]
    assert {client.post(address).status_code for address in posted} == {403}
    town.agent.refresh_from_db()
    assert town.agent.is_active


def test_an_administrator_opens_every_page(town: towns.Town, admin: User) -> None:
    client = town.client(admin)
    addresses = [reverse(f"web:{name}") for name in PLAIN] + of_one(town, town.agent)
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(
        addresses, 200
    )


def test_what_belongs_to_another_collectivite_is_not_there(town: towns.Town) -> None:
    stranger = build.member(build.organisation("lucmau"), Role.ADMINISTRATOR)
    client = town.client(stranger)
    assert {client.get(address).status_code for address in of_one(town, town.agent)} == {404}
    client.post(reverse("web:person_switch", args=[town.agent.pk]), {"active": "0"})
    town.agent.refresh_from_db()
    assert town.agent.is_active


def test_administrators_find_the_settings_and_begin_there(town: towns.Town, admin: User) -> None:
    client = town.client(admin)
    assert client.get("/")["Location"] == reverse("web:administration")
    assert [
        each.name for each in client.get(reverse("web:people")).context["navigation"].main if each.current
    ] == ["administration"]
    others = town.client().get(reverse("web:register"))
    assert "administration" not in [each.name for each in others.context["navigation"].main]


def test_what_is_still_to_be_done_is_said_until_it_is_done(town: towns.Town, admin: User) -> None:
    client = town.client(admin)
    page = client.get(reverse("web:administration"))
    assert [each.done for each in page.context["steps"]] == [False, True, True, False]
    assert "Pour commencer" in page.content.decode()
    town.organisation.address, town.organisation.email = "1, place", "m@cazalis.example"
    town.organisation.save()
    town.letter()
    assert "Pour commencer" not in client.get(reverse("web:administration")).content.decode()


def test_the_general_direction_has_its_two_tabs(town: towns.Town) -> None:
    page = town.client(town.direction).get(reverse("web:departments")).content.decode()
    assert reverse("web:reminders") in page
    assert reverse("web:people") not in page
    assert reverse("web:department_add") not in page


@pytest.mark.parametrize(
    "name", ["administration", "people", "document_types", "circuits", "reply_templates", "journal"]
)
def test_pages_cost_the_same_however_much_there_is(town: towns.Town, admin: User, name: str) -> None:
    client = town.client(admin)
    client.get(reverse(f"web:{name}"))

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(reverse(f"web:{name}")).status_code == 200
        return len(seen)

    more(town, admin, 0)
    few = cost()
    for number in range(1, 6):
        more(town, admin, number)
    assert cost() == few


def more(town: towns.Town, admin: User, number: int) -> None:
    build.member(town.organisation, Role.AGENT, town.tec, username=f"agent-{number}")
    kind = build.document_type(town.organisation, f"type-{number}", town.fin)
    draw(town.organisation, kind, [Step(StepKind.APPROVAL, Who.MANAGER)], admin)
    town.organisation.reply_templates.create(name=f"Modèle {number}", body="Bonjour", department=town.fin)
