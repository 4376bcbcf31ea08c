"""A letter not to be opened: its department takes it, who takes it holds it, and nobody reads it past them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courrier.mail.models import Assignment, AssignmentState, Mail, MailState
from courrier.mail.qualification import Qualification
from courrier.mail.rights import can
from courrier.organisations.models import Role, User
from tests import build
from tests.workflows.conftest import Town, town
from workflows import actions

__all__ = ["town"]

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]


@pytest.fixture
def personal(town: Town) -> Assignment:
    mail = town.waiting()
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb], confidentiality="personal"))
    return mail.assignments.get()


@pytest.fixture
def colleague(town: Town) -> User:
    return build.member(town.organisation, Role.AGENT, town.urb, username="collegue")


def readers(*people: User) -> list[User]:
    return [each for each in people if Mail.objects.visible_to(each).exists()]


def test_the_general_direction_does_not_take_what_is_not_to_be_opened(
    town: Town, personal: Assignment
) -> None:
    head = build.member(town.organisation, Role.DIRECTION)
    with pytest.raises(actions.ActionRefused) as refused:
        actions.accept(personal, head)
    assert refused.value.forbidden
    assert readers(head) == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER])
def test_nobody_takes_it_out_of_the_hands_that_hold_it(town: Town, personal: Assignment, role: Role) -> None:
    other = build.member(town.organisation, role, town.urb, username="autre")
    actions.accept(personal, town.agent)
    for attempt in (
        lambda: actions.take_over(personal, other),
        lambda: actions.hand_over(personal, other, other),
        lambda: actions.redirect(personal, other, town.tec, "voirie"),
        lambda: actions.close(personal, other, "fait"),
    ):
        with pytest.raises(actions.ActionRefused) as refused:
            attempt()
        assert refused.value.forbidden
    assert readers(town.agent, other) == [town.agent]


def test_undoing_a_hand_over_gives_back_the_reading_too(
    town: Town, personal: Assignment, colleague: User
) -> None:
    actions.accept(personal, town.agent)
    actions.hand_over(personal, town.agent, colleague)
    assert readers(town.agent, colleague) == [colleague]
    actions.undo(personal.mail, town.agent)
    assert readers(town.agent, colleague) == [town.agent]


def test_undoing_its_acceptance_leaves_it_closed_again(town: Town, personal: Assignment) -> None:
    actions.accept(personal, town.agent)
    actions.undo(personal.mail, town.agent)
    assert readers(town.agent) == []
    personal.refresh_from_db()
    assert personal.state == AssignmentState.PENDING


def test_sent_back_unopened_it_is_sent_on_unopened(town: Town, personal: Assignment) -> None:
    """It waits at reception, who may not read it: they send it on by what stands on the envelope."""
    actions.send_back(personal, town.agent, "c'est pour la voirie")
    mail = Mail.objects.get()
    assert mail.state == MailState.TO_QUALIFY
    assert can(town.desk, "qualify", mail)
    assert not can(town.desk, "read", mail)
    actions.qualify(mail, town.desk, Qualification(departments=[town.tec], confidentiality="personal"))
    actions.accept(mail.assignments.open().get(), town.other)
    assert readers(town.desk, town.agent, town.other) == [town.other]


def test_on_screen_reception_sends_it_on_without_seeing_what_it_says(town: Town, settings: Any) -> None:
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    mail = town.waiting()
    sender = {"name": "Zexpediteur"}
    wanted = Qualification(
        departments=[town.urb], confidentiality="personal", subject="zobjet", sender=sender
    )
    actions.qualify(mail, town.desk, wanted)
    actions.send_back(mail.assignments.get(), town.agent, "c'est pour la voirie")
    client = Client()
    client.force_login(town.desk)
    url = reverse("web:qualify", args=[mail.number])
    page = client.get(url).content.decode()
    assert "sans être ouvert" in page
    assert "la voirie" in page
    assert not any(each in page for each in ("zobjet", "Zexpediteur", "Jean Dupont", "/pages/1/image"))
    assert client.post(url, {"department": ""}).status_code == 422
    assert client.post(url, {"department": "TEC"}).status_code == 302
    mail.refresh_from_db()
    assert (mail.confidentiality, mail.subject, str(mail.sender)) == ("personal", "zobjet", "Zexpediteur")
    assert mail.assignments.open().get().department == town.tec
