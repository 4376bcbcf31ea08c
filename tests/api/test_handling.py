"""A letter's way through the departments, by the API alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from courrier.mail.models import AssignmentState, Mail, MailState
from courrier.organisations.models import User
from tests import build
from tests.api.conftest import Town
from tests.worker import work_off


@pytest.fixture
def mail(town: Town) -> Mail:
    mail = build.received(town.organisation, town.reception)
    work_off()
    mail.refresh_from_db()
    return mail


@pytest.fixture
def assignment(desk: APIClient, mail: Mail) -> int:
    """The letter's assignment to URB; FIN has a copy."""
    asked = {"departments": ["URB"], "copies": ["FIN"], "document_type": "permis"}
    said = desk.post(f"/api/v1/mails/{mail.pk}/qualify/", asked, format="json").json()
    return next(each["id"] for each in said["assignments"] if each["department"] == "URB")


def act(client: APIClient, assignment: int, action: str, **said: object):  # type: ignore[no-untyped-def]
    return client.post(f"/api/v1/assignments/{assignment}/{action}/", said, format="json")


def test_an_empty_body_accepts_all_suggestions(desk: APIClient, mail: Mail) -> None:
    best = desk.get(f"/api/v1/mails/{mail.pk}/").json()["suggestions"]
    said = desk.post(f"/api/v1/mails/{mail.pk}/qualify/").json()
    assert [each["department"] for each in said["assignments"]] == [best["department"][0]["value"]]
    assert said["subject"] == best["subject"][0]["value"]
    assert said["letter_date"] == best["letter_date"][0]["value"]
    assert said["sender"]["name"] == best["sender"][0]["value"]["name"]
    assert said["state"] == "in_progress"


def test_what_is_said_stands_against_what_was_suggested(desk: APIClient, mail: Mail) -> None:
    asked = {
        "departments": ["FIN"],
        "copies": ["URB"],
        "document_type": "permis",
        "sender": {"name": "SCI des Lilas", "siret": "73282932000074"},
        "subject": "Facture d'eau",
        "letter_date": None,
        "references": [{"kind": "invoice", "value": "F-12"}],
        "registered_post": True,
        "confidentiality": "restricted",
        "due_on": "2026-12-24",
    }
    said = desk.post(f"/api/v1/mails/{mail.pk}/qualify/", asked, format="json").json()
    assert {(each["department"], each["role"]) for each in said["assignments"]} == {
        ("FIN", "action"),
        ("URB", "copy"),
    }
    assert said["sender"]["name"] == "SCI des Lilas"
    same = ("document_type", "subject", "letter_date", "references", "registered_post", "due_on")
    assert {name: said[name] for name in same} == {name: asked[name] for name in same}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"departments": ["XYZ"]}, "departments"),
        ({"departments": []}, "departments"),
        ({"departments": "URB"}, "departments"),
        ({"copies": ["URB", "XYZ"]}, "copies"),
        ({"document_type": "inconnu"}, "document_type"),
        ({"letter_date": "hier"}, "letter_date"),
        ({"references": [{"kind": "autre", "value": "1"}]}, "references.0.kind"),
        ({"sender": {"email": "a@b.fr"}}, "sender.name"),
        ({"sender": "Dupont"}, "sender"),
        ({"confidentiality": "secret"}, "confidentiality"),
        ({"subject": "x" * 301}, "subject"),
        ({"subject": "nul\x00"}, "subject"),
    ],
)
def test_a_qualification_that_cannot_be_is_refused_field_by_field(
    desk: APIClient, mail: Mail, asked: dict[str, object], field: str
) -> None:
    answer = desk.post(f"/api/v1/mails/{mail.pk}/qualify/", asked, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert any(name == field or name.startswith(f"{field}.") for name in answer.json()["fields"])
    mail.refresh_from_db()
    assert mail.state == MailState.TO_QUALIFY


def test_a_letter_is_qualified_once(desk: APIClient, mail: Mail, assignment: int) -> None:
    answer = desk.post(f"/api/v1/mails/{mail.pk}/qualify/", {"departments": ["FIN"]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_possible")
    assert mail.assignments.count() == 2


def test_a_letter_is_accepted_annotated_answered_and_closed(
    planner: APIClient, mail: Mail, assignment: int
) -> None:
    found = planner.get("/api/v1/assignments/", {"state": "pending", "mine": "true"}).json()["results"]
    assert [each["id"] for each in found] == [assignment]
    assert found[0]["mail"]["number"] == mail.number
    assert found[0]["actions"] == ["accept", "redirect", "send_back"]
    accepted = act(planner, assignment, "accept").json()
    assert (accepted["state"], accepted["accepted_by"]) == ("accepted", "urbaniste")
    note = act(planner, assignment, "annotate", text="À voir avec @accueil", page=1, box=[0.1, 0.1, 0.5, 0.2])
    assert (note.status_code, note.json()["box"]) == (201, [0.1, 0.1, 0.5, 0.2])
    reply = act(planner, assignment, "reply", body="Madame,\n\nVotre dossier est complet.")
    assert (reply.status_code, reply.json()["state"]) == (201, "sending")
    work_off()
    (sent,) = planner.get(f"/api/v1/mails/{mail.pk}/replies/").json()
    assert (sent["id"], sent["state"]) == (reply.json()["id"], "sent")
    assert act(planner, assignment, "close").json()["state"] == "done"
    assert planner.get(f"/api/v1/mails/{mail.pk}/").json()["state"] == "closed"
    (written,) = planner.get(f"/api/v1/mails/{mail.pk}/annotations/").json()
    assert (written["author"], written["text"]) == ("urbaniste", "À voir avec @accueil")


def test_a_reply_may_stay_a_draft(planner: APIClient, mail: Mail, assignment: int) -> None:
    act(planner, assignment, "accept")
    draft = act(planner, assignment, "reply", body="À compléter", subject="Votre demande", send=False).json()
    assert (draft["state"], draft["subject"]) == ("draft", "Votre demande")
    assert act(planner, assignment, "reply", body="Voilà.").json()["id"] == draft["id"]


def test_closing_without_a_reply_wants_a_reason(planner: APIClient, assignment: int) -> None:
    act(planner, assignment, "accept")
    refused = act(planner, assignment, "close")
    assert refused.status_code == 409
    assert "sans réponse" in refused.json()["detail"]
    assert act(planner, assignment, "close", reason="vu au guichet").json()["state"] == "done"


def test_a_letter_for_another_department_is_redirected(
    planner: APIClient, town: Town, calling: Callable[[User], APIClient], assignment: int
) -> None:
    answer = act(planner, assignment, "redirect", department="XYZ", reason="c'est une facture")
    assert list(answer.json()["fields"]) == ["department"]
    assert list(act(planner, assignment, "redirect", department="FIN").json()["fields"]) == ["reason"]
    new = act(planner, assignment, "redirect", department="FIN", reason="c'est une facture").json()
    assert (new["department"], new["state"], new["came_from"]) == ("FIN", "pending", assignment)
    assert act(calling(town.accountant), new["id"], "accept").status_code == 200


def test_a_letter_is_sent_back_to_reception(planner: APIClient, mail: Mail, assignment: int) -> None:
    said = act(planner, assignment, "send_back", reason="pas pour nous").json()
    assert (said["state"], said["reason"]) == ("sent_back", "pas pour nous")
    mail.refresh_from_db()
    assert mail.state == MailState.TO_QUALIFY


def test_a_copy_is_acknowledged(
    town: Town, calling: Callable[[User], APIClient], mail: Mail, assignment: int
) -> None:
    accountant = calling(town.accountant)
    (copy,) = accountant.get("/api/v1/assignments/", {"mine": "true"}).json()["results"]
    assert (copy["role"], copy["actions"]) == ("copy", ["acknowledge"])
    assert act(accountant, copy["id"], "acknowledge").json()["state"] == "done"


def test_an_action_twice_is_done_once(planner: APIClient, assignment: int) -> None:
    assert act(planner, assignment, "accept").status_code == 200
    again = act(planner, assignment, "accept")
    assert (again.status_code, again.json()["code"]) == (409, "not_possible")


@pytest.mark.parametrize("action", ["accept", "redirect", "send_back", "reply", "close"])
def test_another_department_does_nothing_to_an_assignment_that_is_not_its_own(
    town: Town, calling: Callable[[User], APIClient], mail: Mail, assignment: int, action: str
) -> None:
    said = {"department": "URB", "reason": "à moi", "body": "Bonjour"}
    answer = act(calling(town.accountant), assignment, action, **said)
    assert answer.status_code in {403, 409}
    assert mail.assignments.get(pk=assignment).state == AssignmentState.PENDING


def test_a_note_outside_the_page_is_refused(desk: APIClient, mail: Mail) -> None:
    at = f"/api/v1/mails/{mail.pk}/annotations/"
    assert (
        desk.post(at, {"text": "x", "page": 1, "box": [0.5, 0.5, 0.1, 0.1]}, format="json").status_code == 409
    )
    assert desk.post(at, {"text": "x", "page": 1, "box": [0, 0, 2, 2]}, format="json").status_code == 400
    assert desk.post(at, {"text": ""}, format="json").status_code == 400
    assert desk.get(at).json() == []
