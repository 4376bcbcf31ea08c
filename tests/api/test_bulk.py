"""One action on many letters by the API: a report of what was done and what was not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from courrier.mail.models import Assignment, AssignmentState
from courrier.organisations.models import Role, User
from tests import build
from tests.web import town as towns
from tests.web.desk import placed

pytestmark = pytest.mark.django_db
URL = "/api/v1/assignments/bulk/"
Calling = Callable[[User], APIClient]


@pytest.fixture
def here() -> towns.Town:
    return towns.found()


def test_what_may_be_done_is_done_and_the_rest_told(here: towns.Town, calling: Calling) -> None:
    own, other = placed(here, here.urb), placed(here, here.tec)
    asked = {"action": "accept", "assignments": [own.assignment.pk, other.assignment.pk]}
    answer = calling(here.agent).post(URL, asked, format="json")
    assert answer.status_code == 200
    assert answer.json() == {
        "done": [{"assignment": own.assignment.pk, "mail": own.mail.pk, "number": own.mail.number}],
        "left": [
            {
                "assignment": other.assignment.pk,
                "number": "",
                "reason": "Ce courrier n'est pas dans une de vos bannettes.",
            }
        ],
    }


def test_redirect_close_and_hand_over(here: towns.Town, calling: Calling) -> None:
    colleague = build.member(here.organisation, Role.MANAGER, here.urb, username="chef")
    first, second, third = (placed(here, here.urb).assignment.pk for _each in range(3))
    client = calling(here.agent)

    def done(action: str, *ids: int, **more: str) -> list[int]:
        said = client.post(URL, {"action": action, "assignments": ids, **more}, format="json").json()
        return [each["assignment"] for each in said["done"]]

    assert done("redirect", first, department="TEC", reason="voirie") == [first]
    assert done("accept", second, third) == [second, third]
    assert done("hand_over", second, colleague="chef") == [second]
    assert done("close", second, third, reason="publicité") == [second, third]
    found = dict(Assignment.objects.values_list("pk", "state"))
    assert (found[first], found[third]) == (AssignmentState.REDIRECTED, AssignmentState.DONE)
    assert Assignment.objects.get(pk=second).accepted_by == colleague


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"action": "redirect", "assignments": [1], "department": "TEC"}, "reason"),
        ({"action": "redirect", "assignments": [1], "department": "NON", "reason": "x"}, "department"),
        ({"action": "close", "assignments": [1], "reason": " "}, "reason"),
        ({"action": "hand_over", "assignments": [1], "colleague": "personne"}, "colleague"),
        ({"action": "accept", "assignments": []}, "assignments"),
        ({"action": "accept", "assignments": list(range(1, 202))}, "assignments"),
        ({"action": "burn", "assignments": [1]}, "action"),
    ],
)
def test_what_is_missing_is_named(
    here: towns.Town, calling: Calling, asked: dict[str, object], field: str
) -> None:
    answer = calling(here.agent).post(URL, asked, format="json")
    assert answer.status_code == 400
    assert field in str(answer.json()["fields"])


def test_the_description_tells_of_it(here: towns.Town, calling: Calling) -> None:
    schema = calling(here.agent).get("/api/v1/schema/?format=json").json()
    assert "post" in schema["paths"]["/api/v1/assignments/bulk/"]
