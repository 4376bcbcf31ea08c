"""Lists are narrowed by parameters, come in bounded parts and cost the same however long they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from courrier.correspondents.models import Correspondent
from courrier.mail.models import Assignment, Mail, MailState
from courrier.organisations.models import Organisation
from tests import build
from tests.api.conftest import Town


def letters(of: Organisation, count: int, first: int = 1) -> list[Mail]:
    """Lines of the register, their files left out: lists do not look into them."""
    today = timezone.localdate()
    sender = Correspondent.objects.create(organisation=of, name="Jean Dupont")
    return [
        Mail.objects.create(
            organisation=of,
            year=2026,
            sequence=rank,
            number=f"A-2026-{rank:05d}",
            received_on=today,
            sender=sender,
            document_type=of.document_types.first(),
        )
        for rank in range(first, first + count)
    ]


def numbers(client: APIClient, **asked: object) -> list[str]:
    answer = client.get("/api/v1/mails/", asked)
    assert answer.status_code == 200, answer.content
    return [each["number"] for each in answer.json()["results"]]


def queries_of(client: APIClient, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def assign(town: Town, mails: list[Mail]) -> None:
    for mail in mails:
        for department in (town.planning, town.finance):
            Assignment.objects.create(organisation=town.organisation, mail=mail, department=department)


@pytest.mark.parametrize("path", ["/api/v1/mails/?limit=100", "/api/v1/assignments/?limit=100"])
def test_a_longer_list_asks_the_database_no_more_questions(desk: APIClient, town: Town, path: str) -> None:
    assign(town, letters(town.organisation, 2))
    few = queries_of(desk, path)
    assign(town, letters(town.organisation, 40, first=3))
    assert queries_of(desk, path) == few
    assert few <= 10


def test_one_letter_asks_no_more_with_more_on_it(desk: APIClient, town: Town) -> None:
    (mail,) = letters(town.organisation, 1)
    few = queries_of(desk, f"/api/v1/mails/{mail.pk}/")
    assign(town, [mail])
    assert queries_of(desk, f"/api/v1/mails/{mail.pk}/") <= few + 2


def test_a_list_comes_in_parts_that_follow(desk: APIClient, town: Town) -> None:
    letters(town.organisation, 7)
    first = desk.get("/api/v1/mails/", {"limit": 3}).json()
    assert (first["count"], len(first["results"])) == (7, 3)
    seen, following = [each["number"] for each in first["results"]], first["next"]
    while following:
        part = desk.get(following).json()
        seen += [each["number"] for each in part["results"]]
        following = part["next"]
    assert seen == [f"A-2026-{rank:05d}" for rank in range(7, 0, -1)]


def test_a_part_has_at_most_two_hundred(desk: APIClient, town: Town) -> None:
    Mail.objects.bulk_create(
        Mail(
            organisation=town.organisation,
            year=2026,
            sequence=rank,
            number=str(rank),
            received_on="2026-01-01",
        )
        for rank in range(210)
    )
    assert len(numbers(desk, limit=100_000)) == 200
    assert len(numbers(desk)) == 50


@pytest.mark.parametrize("limit", ["0", "-1", "abc", "9" * 40, ""])
def test_a_senseless_limit_is_the_usual_one(desk: APIClient, town: Town, limit: str) -> None:
    letters(town.organisation, 1)
    assert len(numbers(desk, limit=limit)) == 1


def test_far_too_far_is_said(desk: APIClient, town: Town) -> None:
    letters(town.organisation, 1)
    answer = desk.get("/api/v1/mails/", {"offset": "9" * 30})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["offset"])


def test_lists_are_narrowed(desk: APIClient, town: Town) -> None:
    first, second = letters(town.organisation, 2)
    today = timezone.localdate()
    second.state, second.subject = MailState.IN_PROGRESS, "Facture"
    second.due_on, second.received_on = today - timedelta(days=1), today - timedelta(days=9)
    second.document_type, second.sender = None, None
    second.save()
    Assignment.objects.create(
        organisation=town.organisation, mail=second, department=town.finance, due_on=second.due_on
    )
    only_first, only_second = [first.number], [second.number]
    assert numbers(desk, state="received") == only_first
    assert numbers(desk, state=["received", "in_progress"]) == [second.number, first.number]
    assert numbers(desk, department="FIN") == only_second
    assert numbers(desk, department="URB") == []
    assert numbers(desk, document_type="permis") == only_first
    assert numbers(desk, sender="dupont") == only_first
    assert numbers(desk, number=second.number) == only_second
    assert numbers(desk, received_after=today.isoformat()) == only_first
    assert numbers(desk, received_before=(today - timedelta(days=2)).isoformat()) == only_second
    assert numbers(desk, overdue="true") == only_second
    assert numbers(desk, overdue="false") == only_first
    assert numbers(desk, ordering="received_on") == [second.number, first.number]
    assert numbers(desk, ordering="-received_on") == [first.number, second.number]
    late = desk.get("/api/v1/assignments/", {"overdue": "true", "open": "true", "department": "FIN"}).json()
    assert [each["mail"]["number"] for each in late["results"]] == only_second


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"state": "perdu"}, "state"),
        ({"received_after": "hier"}, "received_after"),
        ({"ordering": "password"}, "ordering"),
        ({"number": "a\x00b"}, "number"),
        ({"changed_after": "demain"}, "changed_after"),
    ],
)
def test_a_parameter_that_means_nothing_is_said(desk: APIClient, asked: dict[str, str], field: str) -> None:
    answer = desk.get("/api/v1/mails/", asked)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_a_search_finds_what_may_be_read(desk: APIClient, planner: APIClient, town: Town) -> None:
    from courrier.search import flush
    from tests.worker import work_off

    mail = build.received(town.organisation)
    work_off()
    flush(100)
    found = desk.get("/api/v1/search/", {"q": "permis de construire"}).json()
    assert (found["count"], [each["id"] for each in found["results"]]) == (1, [mail.pk])
    assert any(piece["found"] for piece in found["results"][0]["snippet"])
    assert planner.get("/api/v1/search/", {"q": "permis de construire"}).json()["count"] == 0
    assert desk.get("/api/v1/search/", {"q": mail.number}).json()["goes_to"] == mail.pk
    assert desk.get("/api/v1/search/", {"q": "permis", "state": ["closed"]}).json()["count"] == 0
    assert desk.get("/api/v1/search/", {"q": "permis", "sort": "hasard"}).status_code == 400
    assert desk.get("/api/v1/search/", {"q": 'é" AND ( NOT * \\', "offset": "9" * 20}).status_code == 400
    assert desk.get("/api/v1/search/", {"q": 'é" AND ( NOT * \\'}).status_code == 200
