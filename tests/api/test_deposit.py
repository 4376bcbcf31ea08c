"""A file handed in through the API becomes a letter with a number."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from rest_framework.test import APIClient

from courrier.mail.models import Channel, Mail
from courrier.organisations.models import Membership, Role, User
from tests import build
from tests.api.conftest import Town
from tests.worker import work_off


def letter(content: bytes | None = None) -> io.BytesIO:
    file = io.BytesIO(content or build.pdf())
    file.name = "lettre.pdf"
    return file


def test_a_deposit_answers_the_number_and_where_the_letter_is(desk: APIClient, town: Town) -> None:
    answer = desk.post("/api/v1/mails/", {"file": letter()}, format="multipart")
    mail = Mail.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": mail.pk, "number": mail.number, "state": "received"}
    assert answer["Location"].endswith(f"/api/v1/mails/{mail.pk}/")
    assert (mail.channel, mail.registered_by) == (Channel.API, town.reception)
    assert desk.get(answer["Location"]).json()["number"] == mail.number


def test_the_day_and_the_channel_are_those_that_were_said(desk: APIClient) -> None:
    said = {"file": letter(), "received_on": "2026-03-04", "channel": "scan"}
    assert desk.post("/api/v1/mails/", said, format="multipart").status_code == 201
    mail = Mail.objects.get()
    assert (mail.received_on, mail.channel) == (date(2026, 3, 4), Channel.SCAN)


def test_a_deposited_letter_is_read_and_understood(desk: APIClient) -> None:
    mail = desk.post("/api/v1/mails/", {"file": letter()}, format="multipart").json()["id"]
    work_off()
    assert desk.get(f"/api/v1/mails/{mail}/").json()["state"] == "to_qualify"


def test_an_agent_of_a_department_registers_nothing(planner: APIClient) -> None:
    answer = planner.post("/api/v1/mails/", {"file": letter()}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert not Mail.objects.exists()


@pytest.fixture
def of_two(town: Town) -> User:
    """A receptionist of two town halls."""
    other = build.organisation("saint-symphorien")
    Membership.objects.create(user=town.reception, organisation=other, role=Role.RECEPTION)
    return town.reception


def test_who_works_in_two_town_halls_says_which(of_two: User, calling: Callable[[User], APIClient]) -> None:
    client = calling(of_two)
    answer = client.post("/api/v1/mails/", {"file": letter()}, format="multipart")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["organisation"]
    said = {"file": letter(), "organisation": "saint-symphorien"}
    assert client.post("/api/v1/mails/", said, format="multipart").status_code == 201
    assert Mail.objects.get().organisation.slug == "saint-symphorien"


def test_another_town_hall_cannot_be_named(desk: APIClient) -> None:
    build.organisation("ailleurs")
    said = {"file": letter(), "organisation": "ailleurs"}
    answer = desk.post("/api/v1/mails/", said, format="multipart")
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["organisation"]


def test_the_same_bytes_in_two_town_halls_are_two_letters(
    of_two: User, calling: Callable[[User], APIClient]
) -> None:
    for slug in ("cazalis", "saint-symphorien"):
        said = {"file": letter(), "organisation": slug}
        assert calling(of_two).post("/api/v1/mails/", said, format="multipart").status_code == 201


def test_a_token_from_the_command_line_opens_the_door(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    call_command("api_token", "accueil")
    token = capsys.readouterr().out.strip()
    call_command("api_token", "accueil")
    assert capsys.readouterr().out.strip() == token
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert client.get("/api/v1/mails/").status_code == 200
    call_command("api_token", "accueil", "--new")
    assert client.get("/api/v1/mails/").status_code == 401


def test_a_token_of_nobody_is_not_made(db: None) -> None:
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError, match="personne"):
        call_command("api_token", "personne")
