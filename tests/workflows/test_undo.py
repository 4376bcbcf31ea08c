from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.classification.models import Example
from courrier.mail.models import Assignment, AssignmentState, Mail, MailState
from courrier.mail.qualification import Qualification
from courrier.organisations.models import Role
from tests import build
from tests.workflows.conftest import Town
from workflows import actions

pytestmark = pytest.mark.django_db


def situation(mail: Mail) -> dict[str, object]:
    """Where a letter is, without when."""
    mail = Mail.objects.get(pk=mail.pk)
    desks = Assignment.objects.open().filter(mail=mail).order_by("department__code", "role")
    return {
        "state": mail.state,
        "desks": list(desks.values_list("department__code", "role", "state", "accepted_by")),
        "examples": Example.objects.count(),
    }


def accepted(town: Town) -> Assignment:
    (mine,) = town.dispatched()
    actions.accept(mine, town.agent)
    return mine


Act = Callable[[Town, Assignment], object]

ACTIONS: dict[str, Act] = {
    "redirect": lambda town, mine: actions.redirect(mine, town.agent, town.tec, "voirie"),
    "send back": lambda town, mine: actions.send_back(mine, town.agent, "pas pour nous"),
    "close": lambda town, mine: actions.close(mine, town.agent, "fait"),
    "split": lambda town, mine: actions.split(mine, town.agent, town.tec, "le trou"),
    "ask": lambda town, mine: actions.ask_opinion(mine, town.agent, town.tec, "un avis ?"),
}


@pytest.mark.parametrize("name", list(ACTIONS))
def test_an_action_undone_is_as_if_it_had_not_been(town: Town, name: str) -> None:
    mine = accepted(town)
    before = situation(mine.mail)
    ACTIONS[name](town, mine)
    assert situation(mine.mail) != before
    actions.undo(mine.mail, town.agent)
    assert situation(mine.mail) == before
    actions.close(mine, town.agent, "on continue comme avant")
    assert Mail.objects.get().state == MailState.CLOSED
    assert list(breaks(f"mail:{mine.mail_id}")) == []


@pytest.mark.parametrize("name", list(ACTIONS))
def test_an_action_undone_can_be_done_again(town: Town, name: str) -> None:
    mine = accepted(town)
    ACTIONS[name](town, mine)
    once = situation(mine.mail)
    actions.undo(mine.mail, town.agent)
    ACTIONS[name](town, mine)
    assert situation(mine.mail) == once


def test_a_letter_accepted_by_mistake_is_free_again(town: Town) -> None:
    mine = accepted(town)
    actions.undo(mine.mail, town.agent)
    mine.refresh_from_db()
    assert (mine.state, mine.accepted_by) == (AssignmentState.PENDING, None)
    actions.accept(mine, town.agent)


def test_a_qualification_undone_waits_at_the_desk_and_taught_nothing(town: Town) -> None:
    mail = town.waiting()
    before = situation(mail)
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb], copies=[town.tec]))
    actions.undo(mail, town.desk)
    assert situation(mail) == before
    actions.qualify(mail, town.desk, Qualification(departments=[town.tec]))
    assert mail.assignments.open().get().department == town.tec


def test_a_copy_put_away_by_mistake_comes_back(town: Town) -> None:
    mail = town.waiting()
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb], copies=[town.tec]))
    copy = mail.assignments.get(department=town.tec)
    before = situation(mail)
    actions.acknowledge(copy, town.other)
    actions.undo(mail, town.other)
    assert situation(mail) == before


def test_a_letter_given_away_comes_back(town: Town) -> None:
    mine = accepted(town)
    colleague = build.member(town.organisation, Role.AGENT, town.urb, username="collegue")
    actions.hand_over(mine, town.agent, colleague)
    actions.undo(mine.mail, town.agent)
    mine.refresh_from_db()
    assert mine.accepted_by == town.agent


def test_nobody_undoes_what_another_did(town: Town) -> None:
    mine = accepted(town)
    for user in (town.other, town.desk):
        assert actions.undoable(mine.mail, user) is None
        with pytest.raises(actions.ActionRefused):
            actions.undo(mine.mail, user)


def test_nothing_is_undone_once_something_followed(town: Town) -> None:
    (mine,) = town.dispatched()
    new = actions.redirect(mine, town.agent, town.tec, "voirie")
    actions.accept(new, town.other)
    with pytest.raises(actions.ActionRefused, match="a eu lieu depuis"):
        actions.undo(mine.mail, town.agent)


def test_nothing_is_undone_half_an_hour_later(town: Town) -> None:
    mine = accepted(town)
    Event.objects.filter(mail_id=mine.mail_id).update(at=timezone.now() - timedelta(minutes=31))
    assert actions.undoable(mine.mail, town.agent) is None


def test_a_note_in_between_does_not_stand_in_the_way(town: Town) -> None:
    from courrier.annotations.notes import annotate

    mine = accepted(town)
    annotate(mine.mail, town.agent, "finalement non")
    actions.undo(mine.mail, town.agent)
    mine.refresh_from_db()
    assert mine.state == AssignmentState.PENDING
