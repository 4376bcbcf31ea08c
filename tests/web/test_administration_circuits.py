"""Drawing the steps that letters go through."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courrier.audit.models import Event
from courrier.organisations.models import Role
from tests import build
from tests.web import town as towns
from workflows.models import Circuit, StepKind, Who
from workflows.models.circuit import Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(town: towns.Town) -> Client:
    return town.client(build.member(town.organisation, Role.ADMINISTRATOR))


def post(client: Client, steps: list[tuple[str, str]], do: str = "save", code: str = "facture") -> Any:
    typed = {"kind": [kind for kind, _who in steps], "who": [who for _kind, who in steps], "do": do}
    return client.post(reverse("web:circuit", args=[code]), typed)


WHOLE = [("opinion", "in:TEC"), ("approval", "manager"), ("signature", "elected")]


def test_what_was_drawn_is_in_force_and_told(town: towns.Town, client: Client) -> None:
    assert post(client, WHOLE).status_code == 302
    kind = town.organisation.document_types.get(code="facture")
    now = Circuit.objects.in_force(town.organisation, kind)
    assert now is not None
    assert now.drawn() == [
        Step(StepKind.OPINION, None, "TEC"),
        Step(StepKind.APPROVAL, Who.MANAGER),
        Step(StepKind.SIGNATURE, Who.ELECTED),
    ]
    shown = client.get(reverse("web:circuit", args=["facture"])).context["rows"]
    assert [(row.kind, row.who) for row in shown] == WHOLE
    assert "avis (TEC) → visa (responsable du service)" in client.get(reverse("web:journal")).content.decode()
    assert "Facture" in client.get(reverse("web:circuits")).content.decode()


def test_steps_are_added_moved_and_taken_away_before_anything_is_saved(client: Client) -> None:
    def after(do: str) -> list[tuple[str, str]]:
        return [(row.kind, row.who) for row in post(client, WHOLE, do).context["rows"]]

    assert after("add") == [*WHOLE, ("", "")]
    assert after("up:1") == [WHOLE[1], WHOLE[0], WHOLE[2]]
    assert after("down:1") == [WHOLE[0], WHOLE[2], WHOLE[1]]
    assert after("remove:0") == WHOLE[1:]
    assert after("up:0") == after("down:2") == after("remove:9") == after("up:x") == WHOLE
    assert not Circuit.objects.exists()


@pytest.mark.parametrize(
    "steps",
    [
        [("", "manager")],
        [("approval", "")],
        [("approval", "in:TEC")],
        [("opinion", "manager")],
        [("opinion", "in:XYZ")],
        [("signature", "elected"), ("approval", "manager")],
        [("approval", "manager"), ("approval", "manager")],
        [("dispatch", "elected")],
        [("autre", "autre")],
    ],
)
def test_steps_that_make_no_circuit_are_refused_and_stay(
    client: Client, steps: list[tuple[str, str]]
) -> None:
    answer = post(client, steps)
    assert answer.status_code == 422
    assert [(row.kind, row.who) for row in answer.context["rows"]] == steps
    assert answer.context["refused"]
    assert not Circuit.objects.exists()


def test_without_steps_letters_need_no_circuit_any_more(town: towns.Town, client: Client) -> None:
    post(client, WHOLE)
    post(client, [])
    kind = town.organisation.document_types.get(code="facture")
    now = Circuit.objects.in_force(town.organisation, kind)
    assert now is not None
    assert now.drawn() == []
    assert Event.objects.filter(verb="circuit_drawn").count() == 2


def test_the_circuit_of_all_letters_has_a_page_of_its_own(town: towns.Town, client: Client) -> None:
    client.post(reverse("web:circuit_of_all"), {"kind": ["approval"], "who": ["direction"], "do": "save"})
    now = Circuit.objects.in_force(town.organisation, None)
    assert now is not None
    assert now.document_type is None
    assert client.get(reverse("web:circuits")).context["everyones"] == now


def test_a_type_is_chosen_from_the_list(client: Client) -> None:
    chosen = client.get(reverse("web:circuit_chosen"), {"type": "facture"})
    assert chosen["Location"] == reverse("web:circuit", args=["facture"])
    assert client.get(reverse("web:circuit_chosen"), {"type": ""})["Location"] == reverse("web:circuits")
