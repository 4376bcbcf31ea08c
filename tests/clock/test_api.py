"""The legal delay by the API: as on the page, with the same rights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from rest_framework.test import APIClient

from courrier.clock.models import ClockEvent
from courrier.mail.models import Mail
from courrier.organisations.models import Role, User
from courrier.replies.models import Reply
from tests import build
from tests.api.conftest import client_of
from tests.clock.conftest import Hall

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_2027")]


def clock(client: APIClient, mail: Mail, action: str = "", **said: object):  # type: ignore[no-untyped-def]
    address = f"/api/v1/mails/{mail.pk}/clock/"
    return client.post(f"{address}{action}/", said, format="json") if action else client.get(address)


def test_it_tells_where_the_delay_stands_and_why(hall: Hall) -> None:
    said = clock(client_of(hall.agent), hall.letter()).json()
    assert (said["state"], said["rule"]["code"], said["rule"]["length"]) == (
        "running",
        "subvention",
        "2 mois",
    )
    assert (said["implicit"]["on"], said["implicit"]["silence"]) == ("2026-03-12", "refus")
    (legal, target) = said["dates"]
    assert (legal["kind"], legal["date"], legal["article"]) == (
        "answer",
        "2026-03-12",
        "art. L231-4, 3° du CRPA",
    )
    assert target["kind"] == "target"
    assert "transmit" in said["actions"]
    assert said["events"] == said["pauses"] == []


def test_documents_from_asking_to_arrival(hall: Hall) -> None:
    mail, agent = hall.letter(), client_of(hall.agent)
    said = clock(
        agent, mail, "request_documents", documents=["budget"], on="2026-01-20", until="2026-02-20"
    ).json()
    assert (said["state"], said["warning"]) == ("waiting", "")
    assert "- budget" in Reply.objects.get(pk=said["letter"]).body
    said = clock(client_of(hall.desk), mail, "documents_received", on="2026-01-30").json()
    assert (said["state"], said["pauses"]) == ("running", [{"first": "2026-01-20", "last": "2026-01-30"}])
    assert [each["kind"] for each in said["events"]] == ["documents_requested", "documents_received"]
    assert "decide" not in said["actions"]


Said = dict[str, object]


@pytest.mark.parametrize(
    ("action", "said", "state"),
    [
        ("decide", {"on": "2026-02-01"}, "answered"),
        ("transmit", {"administration": "Département", "on": "2026-02-01"}, "transmitted"),
        ("choose_rule", {"rule": "cada"}, "running"),
        ("first_received_elsewhere", {"administration": "Préfecture", "on": "2026-01-02"}, "running"),
    ],
)
def test_each_action(hall: Hall, action: str, said: Said, state: str) -> None:
    answer = clock(client_of(hall.agent), hall.letter(), action, **said)
    assert (answer.status_code, answer.json()["state"]) == (200, state)


def test_extension_acknowledgement_and_withdrawal(hall: Hall) -> None:
    agent, permit = client_of(hall.agent), hall.letter("declaration-prealable")
    said = clock(agent, permit, "extend", extension="urbanisme-un-mois", on="2026-01-20").json()
    assert {"2026-03-12"} == {each["date"] for each in said["dates"] if each["kind"] == "answer"}
    event = said["events"][0]["id"]
    said = clock(agent, permit, "withdraw", event=event, reason="erreur").json()
    assert said["events"] == []
    receipt = clock(agent, hall.letter(), "acknowledge_receipt")
    assert receipt.status_code == 201
    assert "réputée rejetée" in receipt.json()["body"]
    assert clock(agent, permit, "acknowledge_receipt").status_code == 409


def test_what_cannot_be_is_said_in_words(hall: Hall) -> None:
    mail, agent = hall.letter(), client_of(hall.agent)
    answer = clock(agent, mail, "request_documents", documents=["budget"], on="2026-01-20")
    assert (answer.status_code, "Donnez un délai" in answer.json()["detail"]) == (409, True)
    answer = clock(agent, mail, "decide", on="hier")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert clock(agent, mail, "choose_rule", rule="rien").status_code == 409
    assert not ClockEvent.objects.exists()


Who = Callable[[Hall], User]


@pytest.mark.parametrize(
    ("who", "read", "act"),
    [
        (lambda hall: hall.desk, 200, 403),
        (lambda hall: hall.other, 404, 404),
        (lambda hall: build.member(hall.organisation, Role.READER, hall.cul), 200, 403),
        (lambda hall: build.member(build.organisation("lucmau"), Role.DIRECTION), 404, 404),
    ],
)
def test_rights_are_those_of_the_page(hall: Hall, who: Who, read: int, act: int) -> None:
    mail, client = hall.letter(), client_of(who(hall))
    assert clock(client, mail).status_code == read
    assert clock(client, mail, "decide", on=str(date(2026, 2, 1))).status_code == act
    assert not ClockEvent.objects.exists()
