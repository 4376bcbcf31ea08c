import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from courrier.mail.rights import access_of
from courrier.organisations.founding import (
    USUAL_DEPARTMENTS,
    AlreadyBegun,
    add_member,
    begin,
    found_organisation,
)
from courrier.organisations.models import Membership, Organisation, Role, User

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_new_collectivite_has_departments_and_types_to_begin_with() -> None:
    told("found_organisation", "Mairie de Cazalis", "--email", "mairie@cazalis.example")
    town = Organisation.objects.get(slug="mairie-de-cazalis")
    assert set(town.departments.values_list("code", flat=True)) == set(USUAL_DEPARTMENTS)
    assert town.departments.get(arbitrates=True).code == "DGS"
    assert town.departments.get(code="URB").parent == town.departments.get(code="DGS")
    assert town.document_types.count() > 50
    assert town.email == "mairie@cazalis.example"


def test_founding_twice_changes_nothing() -> None:
    town = found_organisation("cazalis", "Mairie de Cazalis")
    town.departments.filter(code="JUR").delete()
    found_organisation("cazalis", "Autre nom")
    town.refresh_from_db()
    assert (town.name, town.departments.count()) == ("Mairie de Cazalis", len(USUAL_DEPARTMENTS) - 1)


def test_the_password_shown_once_opens_the_account() -> None:
    found_organisation("cazalis", "Mairie de Cazalis")
    said = told("add_member", "cazalis", "n.belkacem", "--role", "reception", "--first-name", "Nadia")
    password = said.split()[-1]
    user = User.objects.get(username="n.belkacem")
    assert user.check_password(password)
    assert access_of(user).desk
    again = told("add_member", "cazalis", "n.belkacem", "--role", "agent", "--department", "URB")
    assert "Mot de passe" not in again, "an account that was there keeps its password"
    assert Membership.objects.filter(user=user).count() == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["ailleurs", "n", "--role", "reception"], "Aucune collectivité"),
        (["cazalis", "n", "--role", "agent"], "demande un service"),
        (["cazalis", "n", "--role", "reception", "--department", "URB"], "ne prend pas un service"),
        (["cazalis", "n", "--role", "agent", "--department", "XYZ"], "Service inconnu : XYZ"),
    ],
)
def test_what_does_not_fit_is_said_and_creates_nothing(arguments: list[str], reason: str) -> None:
    found_organisation("cazalis", "Mairie de Cazalis")
    with pytest.raises(CommandError, match=reason):
        told("add_member", *arguments)
    assert not User.objects.exists()


def test_a_weak_password_is_refused() -> None:
    town = found_organisation("cazalis", "Mairie de Cazalis")
    with pytest.raises(ValidationError):
        add_member(town, "n", Role.RECEPTION, password="mairie")
    assert not User.objects.exists()


def test_the_collectivite_and_its_administrator_are_made_in_one_command() -> None:
    said = told("found_organisation", "Mairie de Cazalis", "--admin", "s.laborde")
    password = next(line for line in said.splitlines() if line.startswith("Mot de passe")).split()[-1]
    user = User.objects.get(username="s.laborde")
    assert user.check_password(password)
    assert access_of(user).administered == {Organisation.objects.get().pk}
    assert "Mot de passe" not in told("found_organisation", "Mairie de Cazalis", "--admin", "s.laborde")


def test_a_refused_password_leaves_no_collectivite_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda: "mairie")
    with pytest.raises(CommandError):
        told("found_organisation", "Mairie de Cazalis", "--admin", "s.laborde", "--ask")
    assert not Organisation.objects.exists()


def test_an_installation_begins_once() -> None:
    begin("Mairie de Cazalis", ["URB"], username="nadia", password="quatre mots sans suite")
    with pytest.raises(AlreadyBegun):
        begin("Mairie de Lucmau", ["URB"], username="paul", password="quatre mots sans suite")
    assert (Organisation.objects.count(), User.objects.count()) == (1, 1)
