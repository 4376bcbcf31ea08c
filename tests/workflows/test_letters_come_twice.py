"""The same letter come twice: recognised, attached to the first with its number kept, taken apart again."""

from __future__ import annotations

import pytest
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.mail.models import Assignment, Mail, MailState
from courrier.mail.qualification import Qualification
from tests.web import town as towns
from workflows import actions
from workflows.actions.attaching import attach, detach
from workflows.dispatching import certain_qualification
from workflows.models import ReceptionProcess
from workflows.reception import ReceptionFlow

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> towns.Town:
    return towns.found()


def refreshed(mail: Mail) -> Mail:
    mail.refresh_from_db()
    return mail


def waits_at_desk(mail: Mail) -> bool:
    process = ReceptionProcess.objects.get(mail=mail)
    return Task.objects.filter(
        process=process, flow_task=ReceptionFlow.qualify, status__in=[STATUS.NEW, STATUS.ASSIGNED]
    ).exists()


def test_an_attached_letter_keeps_its_number_and_goes_to_nobody(town: towns.Town) -> None:
    first, second = town.waiting(2)
    actions.qualify(first, town.desk, Qualification(departments=[town.urb]))
    assert attach(second, town.desk, first) == first
    second = refreshed(second)
    assert (second.state, second.duplicate_of, bool(second.closed_at)) == (MailState.CLOSED, first, True)
    assert not Assignment.objects.filter(mail=second).exists()
    assert not waits_at_desk(second)
    told = Event.objects.get(mail_id=second.pk, verb="attached").data
    assert told["to"] == first.number
    assert Event.objects.get(mail_id=first.pk, verb="duplicate_attached").data["number"] == second.number
    assert not [*breaks(f"mail:{first.pk}"), *breaks(f"mail:{second.pk}")]


def test_undo_and_taking_apart_bring_it_back_to_the_desk(town: towns.Town) -> None:
    first, second = town.waiting(2)
    attach(second, town.desk, first)
    assert actions.undo(second, town.desk) == "attached"
    assert (refreshed(second).state, second.duplicate_of, second.closed_at) == (
        MailState.TO_QUALIFY,
        None,
        None,
    )
    attach(second, town.desk, first)
    detach(second, town.desk)
    assert refreshed(second).state == MailState.TO_QUALIFY
    actions.qualify(second, town.desk, Qualification(departments=[town.tec]))
    assert Assignment.objects.get(mail=second).department == town.tec


def test_what_happens_to_the_first_can_still_be_undone(town: towns.Town) -> None:
    first, second = town.waiting(2)
    actions.qualify(first, town.desk, Qualification(departments=[town.urb]))
    attach(second, town.desk, first)
    assert actions.undo(first, town.desk) == "qualified"


def test_a_duplicate_of_a_duplicate_goes_to_the_first(town: towns.Town) -> None:
    first, second, third = town.waiting(3)
    attach(second, town.desk, first)
    assert attach(third, town.desk, refreshed(second)) == first


def test_what_cannot_be_attached_is_refused(town: towns.Town) -> None:
    first, second, third = town.waiting(3)
    with pytest.raises(actions.ActionRefused):
        attach(first, town.desk, first)
    with pytest.raises(actions.ActionRefused) as refused:
        attach(second, town.agent, first)
    assert refused.value.forbidden
    actions.cancel(third, town.desk, "publicité")
    with pytest.raises(actions.ActionRefused):
        attach(second, town.desk, refreshed(third))
    actions.qualify(second, town.desk, Qualification(departments=[town.urb]))
    with pytest.raises(actions.ActionRefused):
        attach(refreshed(second), town.desk, first)
    with pytest.raises(actions.ActionRefused):
        detach(first, town.desk)
    assert refreshed(first).state == MailState.TO_QUALIFY


def test_two_who_attach_each_others_letters_make_no_circle(town: towns.Town) -> None:
    first, second = town.waiting(2)
    stale = Mail.objects.get(pk=first.pk)
    attach(second, town.desk, first)
    with pytest.raises(actions.ActionRefused):
        attach(stale, town.desk, Mail.objects.get(pk=second.pk))
    assert refreshed(first).duplicate_of is None


def test_a_letter_come_twice_never_goes_without_a_reader(town: towns.Town) -> None:
    first, second = town.waiting(2)
    town.organisation.dispatch_threshold = 0.01
    town.organisation.save()
    first, second = (Mail.objects.select_related("organisation").get(pk=each.pk) for each in (first, second))
    assert certain_qualification(first) is not None
    assert certain_qualification(second) is None
