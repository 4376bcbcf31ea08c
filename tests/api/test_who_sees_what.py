"""The API shows to each what they may read, and to a stranger nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from courrier.mail.models import Assignment, Confidentiality, Mail
from courrier.organisations.models import Role, User
from tests import build
from tests.api.conftest import Town

READING = ["", "text/", "pages/", "document.pdf", "original/", "annotations/", "replies/"]
ACTING = ["qualify/", "retry/", "cancel/", "annotations/"]
ON_ASSIGNMENTS = ["accept", "redirect", "send_back", "annotate", "reply", "close", "acknowledge"]


@pytest.fixture
def mail(town: Town) -> Mail:
    return build.received(town.organisation, town.reception)


@pytest.fixture
def elsewhere(town: Town, calling: Callable[[User], APIClient]) -> APIClient:
    """The receptionist of another town hall."""
    return calling(build.member(build.organisation("ailleurs"), Role.RECEPTION))


def codes(client: APIClient, method: str, paths: list[str]) -> set[tuple[int, str]]:
    answers = [getattr(client, method)(path, {"reason": "x", "text": "x"}) for path in paths]
    return {(answer.status_code, answer.json()["code"]) for answer in answers}


def test_without_a_token_there_is_nothing(mail: Mail) -> None:
    paths = ["/api/v1/mails/", "/api/v1/assignments/", "/api/v1/search/", f"/api/v1/mails/{mail.pk}/"]
    assert codes(APIClient(), "get", paths) == {(401, "not_authenticated")}
    assert APIClient().get(paths[0])["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("header", ["Token faux", "Token", "Token a b", "Bearer x", "Token \xff\xfe"])
def test_a_false_token_opens_nothing(db: None, header: str) -> None:
    assert APIClient().get("/api/v1/mails/", HTTP_AUTHORIZATION=header).status_code == 401


def test_the_token_of_a_closed_account_opens_nothing(town: Town, desk: APIClient) -> None:
    town.reception.is_active = False
    town.reception.save()
    assert desk.get("/api/v1/mails/").status_code == 401


def test_another_town_hall_sees_no_letter_and_does_nothing_to_it(
    elsewhere: APIClient, town: Town, mail: Mail
) -> None:
    given = Assignment.objects.create(organisation=town.organisation, mail=mail, department=town.planning)
    at = f"/api/v1/mails/{mail.pk}/"
    assert codes(elsewhere, "get", [at + part for part in READING]) == {(404, "not_found")}
    assert codes(elsewhere, "post", [at + part for part in ACTING]) == {(404, "not_found")}
    actions = [f"/api/v1/assignments/{given.pk}/{action}/" for action in ON_ASSIGNMENTS]
    assert codes(elsewhere, "get", [f"/api/v1/assignments/{given.pk}/"]) == {(404, "not_found")}
    assert codes(elsewhere, "post", actions) == {(404, "not_found")}
    for listing in ("mails", "assignments"):
        assert elsewhere.get(f"/api/v1/{listing}/").json()["count"] == 0


def test_a_department_sees_the_letters_it_was_given_and_no_others(
    planner: APIClient, town: Town, mail: Mail
) -> None:
    assert planner.get(f"/api/v1/mails/{mail.pk}/").status_code == 404
    Assignment.objects.create(organisation=town.organisation, mail=mail, department=town.planning)
    other = build.received(town.organisation, text="Une autre lettre")
    assert planner.get(f"/api/v1/mails/{mail.pk}/").status_code == 200
    found = planner.get("/api/v1/mails/").json()
    assert [each["id"] for each in found["results"]] == [mail.pk]
    assert planner.get(f"/api/v1/mails/{other.pk}/").status_code == 404


def test_a_personal_letter_is_shown_to_no_desk(desk: APIClient, mail: Mail) -> None:
    Mail.objects.update(confidentiality=Confidentiality.PERSONAL)
    assert codes(desk, "get", [f"/api/v1/mails/{mail.pk}/{part}" for part in READING]) == {(404, "not_found")}
    assert desk.get("/api/v1/mails/").json()["count"] == 0


def test_a_department_that_reads_a_letter_qualifies_and_cancels_nothing(
    planner: APIClient, town: Town, mail: Mail
) -> None:
    Assignment.objects.create(organisation=town.organisation, mail=mail, department=town.planning)
    for action in ("qualify", "retry", "cancel"):
        said = {"reason": "x", "departments": ["URB"]}
        answer = planner.post(f"/api/v1/mails/{mail.pk}/{action}/", said, format="json")
        assert answer.status_code in {403, 409}


def test_a_session_needs_its_csrf_token(town: Town, mail: Mail) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.login(username="accueil", password="un mot de passe")
    assert client.get("/api/v1/mails/").status_code == 200
    answer = client.post(f"/api/v1/mails/{mail.pk}/cancel/", {"reason": "x"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert Token.objects.count() == 0
