"""The command palette: pages, letters and acts proposed to whom may have them."""

from __future__ import annotations

import pytest
from django.test import Client

from courrier.mail.models import Confidentiality
from courrier.organisations.models import Role, User
from tests import build
from tests.web import town as towns
from tests.web.desk import placed
from tests.web.test_search import indexed

pytestmark = pytest.mark.django_db


def proposed(town: towns.Town, user: User, typed: str = "") -> dict[str, list[dict[str, str]]]:
    answer = town.client(user).get("/commandes/", {"q": typed})
    assert answer.status_code == 200
    found: dict[str, list[dict[str, str]]] = answer.json()
    return found


def test_without_words_it_proposes_the_pages_that_the_person_may_open(town: towns.Town) -> None:
    labels = [each["label"] for each in proposed(town, town.agent)["pages"]]
    assert "Registre" in labels
    assert town.urb.name in labels
    assert "Journal" not in labels
    assert "À qualifier" not in labels
    administrator = build.member(town.organisation, Role.ADMINISTRATOR)
    assert "Journal" in [each["label"] for each in proposed(town, administrator)["pages"]]


def test_a_register_number_proposes_its_letter(town: towns.Town) -> None:
    found = placed(town, town.urb, subject="Permis de M. Martin")
    indexed(found.mail, "permis")
    (line,) = proposed(town, town.agent, found.mail.number)["letters"]
    assert line["label"] == "Permis de M. Martin"
    assert found.mail.number in line["url"]


def test_words_propose_letters_and_a_search_for_them(town: towns.Town) -> None:
    found = placed(town, town.urb, subject="Permis de M. Martin")
    indexed(found.mail, "une véranda en zinc")
    answer = proposed(town, town.agent, "véranda")
    assert [each["label"] for each in answer["letters"]] == ["Permis de M. Martin"]
    assert answer["search"]["url"].startswith("/recherche/?q=v")  # type: ignore[call-overload]


def test_a_letter_that_one_may_not_read_is_not_proposed(town: towns.Town) -> None:
    found = placed(town, town.fin, subject="Secret", confidentiality=Confidentiality.RESTRICTED)
    indexed(found.mail, "secret")
    assert proposed(town, town.agent, "secret")["letters"] == []
    assert proposed(town, town.agent, found.mail.number)["letters"] == []


def test_it_asks_for_a_signed_in_person(client: Client) -> None:
    assert client.get("/commandes/").status_code == 302
