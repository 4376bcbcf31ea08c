"""Long lists in parts: a key in an address that is none of the list asks for its first part."""

from __future__ import annotations

import pytest

from courrier.mail.models import AssignmentState
from tests.web import town as towns
from tests.web.desk import placed
from workflows import actions

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", ["apres", "avant"])
@pytest.mark.parametrize("key", ["t1-1", "1", "1-", "t-1", "1-x", "99999999999999999999-1"])
def test_a_key_that_is_none_of_the_register_shows_its_beginning(way: str, key: str) -> None:
    town = towns.found()
    mail = town.letter()
    answer = town.client(town.desk).get(f"/registre/?{way}={key}")
    assert answer.status_code == 200
    assert mail.number in answer.content.decode()


@pytest.mark.parametrize("way", ["apres", "avant"])
@pytest.mark.parametrize("key", ["1-1", "t1", "tt1-1", "t99999999999999999999-1"])
def test_a_key_that_is_none_of_what_was_dealt_with_shows_its_beginning(way: str, key: str) -> None:
    town = towns.found()
    found = placed(town, town.urb)
    actions.accept(found.assignment, town.agent)
    actions.close(found.assignment, town.agent, "publicité")
    found.assignment.refresh_from_db()
    assert found.assignment.state == AssignmentState.DONE
    answer = town.client(town.agent).get(f"/bannette/URB/?vue=traites&{way}={key}")
    assert answer.status_code == 200
    assert found.mail.number in answer.content.decode()
