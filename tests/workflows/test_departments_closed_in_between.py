"""A department closes between a decision and its effect: the letter never lies where nobody looks."""

from __future__ import annotations

import pytest

from courrier.mail.models import Mail
from courrier.mail.qualification import Qualification
from courrier.organisations.models import Department, Role
from tests import build
from tests.workflows.conftest import Town
from workflows import actions

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]


def test_a_letter_decided_for_a_department_that_closed_goes_to_its_successor(town: Town) -> None:
    mail = town.waiting()
    chosen = Department.objects.get(pk=town.urb.pk)  # as a form read it that is sent later
    actions.close_department(town.urb, town.tec, build.member(town.organisation, Role.ADMINISTRATOR))
    actions.qualify(mail, town.desk, Qualification(departments=[chosen, town.tec]))
    assert [each.department for each in mail.assignments.open()] == [town.tec]


def test_nothing_is_undone_back_into_a_closed_department(town: Town) -> None:
    (mine,) = town.dispatched()
    new = actions.redirect(mine, town.agent, town.tec, "voirie")
    Department.objects.filter(pk=town.urb.pk).update(closed_on="2026-01-01", successor=town.tec)
    with pytest.raises(actions.ActionRefused, match="est fermé"):
        actions.undo(Mail.objects.get(), town.agent)
    assert Mail.objects.get().assignments.open().get() == new
