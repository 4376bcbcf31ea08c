import pytest
from viewflow.workflow.models import Process

from courrier.mail.models import AssignmentRole, AssignmentState, Mail, MailState
from courrier.organisations.models import Role
from tests import build
from tests.workflows.conftest import Town
from workflows import actions

pytestmark = pytest.mark.django_db


def test_a_department_asks_another_and_goes_on_when_it_has_answered(town: Town) -> None:
    (mine,) = town.dispatched()
    actions.accept(mine, town.agent)
    asked = actions.ask_opinion(mine, town.agent, town.tec, "La voie est-elle assez large ?")
    assert (asked.role, asked.department) == (AssignmentRole.OPINION, town.tec)
    with pytest.raises(actions.ActionRefused, match="attendez l'avis"):
        actions.close(mine, town.agent, "fait")
    actions.answer_opinion(asked, town.other, "Oui, six mètres.")
    actions.close(mine, town.agent, "fait")
    assert Mail.objects.get().state == MailState.CLOSED
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == (AssignmentState.DONE, "Oui, six mètres.")
    assert set(Process.objects.values_list("status", flat=True)) == {"DONE"}


def test_who_was_asked_reads_the_letter_and_nothing_more(town: Town) -> None:
    (mine,) = town.dispatched()
    assert not Mail.objects.visible_to(town.other).exists()
    actions.accept(mine, town.agent)
    asked = actions.ask_opinion(mine, town.agent, town.tec, "Un avis ?")
    assert Mail.objects.visible_to(town.other).exists()
    for action in (actions.accept, actions.acknowledge, actions.take_over):
        with pytest.raises(actions.ActionRefused):
            action(asked, town.other)


def test_a_question_withdrawn_frees_who_asked(town: Town) -> None:
    (mine,) = town.dispatched()
    actions.accept(mine, town.agent)
    asked = actions.ask_opinion(mine, town.agent, town.tec, "Un avis ?")
    actions.withdraw_question(mine, town.agent)
    with pytest.raises(actions.ActionRefused):
        actions.answer_opinion(asked, town.other, "trop tard")
    actions.close(mine, town.agent, "fait sans avis")
    assert Mail.objects.get().state == MailState.CLOSED


def test_a_question_is_asked_once_and_never_of_oneself(town: Town) -> None:
    (mine,) = town.dispatched()
    actions.accept(mine, town.agent)
    with pytest.raises(actions.ActionRefused):
        actions.ask_opinion(mine, town.agent, town.urb, "Un avis ?")
    actions.ask_opinion(mine, town.agent, town.tec, "Un avis ?")
    with pytest.raises(actions.ActionRefused, match="déjà demandé"):
        actions.ask_opinion(mine, town.agent, town.tec, "Un avis ?")


def test_a_letter_in_hand_goes_to_a_colleague_of_the_department_only(town: Town) -> None:
    colleague = build.member(town.organisation, Role.AGENT, town.urb, username="collegue")
    (mine,) = town.dispatched()
    actions.accept(mine, town.agent)
    with pytest.raises(actions.ActionRefused, match="ne traite pas"):
        actions.hand_over(mine, town.agent, town.other)
    actions.hand_over(mine, town.agent, colleague)
    mine.refresh_from_db()
    assert mine.accepted_by == colleague
    actions.take_over(mine, town.agent)
    mine.refresh_from_db()
    assert mine.accepted_by == town.agent
    with pytest.raises(actions.ActionRefused, match="déjà ce courrier"):
        actions.take_over(mine, town.agent)


def test_a_letter_with_two_requests_is_handled_twice(town: Town) -> None:
    (mine,) = town.dispatched()
    actions.accept(mine, town.agent)
    theirs = actions.split(mine, town.agent, town.tec, "le nid-de-poule devant chez lui")
    actions.close(mine, town.agent, "permis instruit")
    assert Mail.objects.get().state == MailState.IN_PROGRESS
    actions.accept(theirs, town.other)
    actions.close(theirs, town.other, "rebouché")
    assert Mail.objects.get().state == MailState.CLOSED


def test_a_letter_that_bounces_goes_to_the_general_direction(town: Town) -> None:
    direction = build.department(town.organisation, "DGS")
    direction.arbitrates = True
    direction.save()
    head = build.member(town.organisation, Role.AGENT, direction)
    (first,) = town.dispatched()
    second = actions.redirect(first, town.agent, town.tec, "pour la voirie")
    assert second.department == town.tec
    third = actions.redirect(second, town.other, town.urb, "non, pour l'urbanisme")
    assert third.department == direction, "two departments do not want it"
    settled = actions.redirect(third, head, town.tec, "la direction tranche : voirie")
    assert settled.department == town.tec
    again = actions.redirect(settled, town.other, town.urb, "toujours pas")
    assert again.department == town.urb, "the count starts anew after the direction's word"
