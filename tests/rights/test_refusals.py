"""A refusal says whether it is a matter of rights (403) or of time (409); and rights changed are rights at once."""

from __future__ import annotations

import pytest
from django.utils.functional import SimpleLazyObject

from courrier.mail.models import Mail, MailState
from courrier.mail.qualification import Qualification
from courrier.mail.rights import access_of, can, forget_access
from courrier.organisations.models import Membership, Role, User
from tests import build
from tests.workflows.conftest import Town, town
from workflows import actions

__all__ = ["town"]

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]


def test_the_user_of_a_request_is_asked_anew_after_a_change(town: Town) -> None:
    """A request's user is a SimpleLazyObject: attributes live on the real one behind it."""
    behind = User.objects.get(pk=town.agent.pk)
    lazy = SimpleLazyObject(lambda: behind)
    assert access_of(lazy).acting == {town.urb.pk}  # type: ignore[arg-type]
    Membership.objects.create(
        user=behind, organisation=town.organisation, department=town.tec, role=Role.AGENT
    )
    forget_access(lazy)  # type: ignore[arg-type]
    assert access_of(lazy).acting == {town.urb.pk, town.tec.pk}  # type: ignore[arg-type]
    assert access_of(behind).acting == {town.urb.pk, town.tec.pk}
    forget_access(User.objects.get(pk=town.agent.pk))  # nothing known yet: nothing to forget


def test_what_is_not_ones_to_do_is_forbidden_though_one_sees_the_letter(town: Town) -> None:
    (assignment,) = town.dispatched()
    archivist = build.member(town.organisation, Role.ARCHIVIST)
    for user in (archivist, town.agent):
        with pytest.raises(actions.ActionRefused, match="Votre fonction") as refused:
            actions.cancel(assignment.mail, user, "erreur")
        assert refused.value.forbidden


def test_what_is_ones_to_do_at_another_time_is_not_forbidden(town: Town) -> None:
    (assignment,) = town.dispatched()
    with pytest.raises(actions.ActionRefused, match="en cours") as refused:
        actions.qualify(assignment.mail, town.desk, Qualification(departments=[town.tec]))
    assert not refused.value.forbidden


def test_what_one_does_not_see_is_forbidden(town: Town) -> None:
    mail = town.waiting()
    stranger = build.member(build.organisation("lucmau"), Role.RECEPTION)
    with pytest.raises(actions.ActionRefused, match="pas accès") as refused:
        actions.cancel(mail, stranger, "erreur")
    assert refused.value.forbidden


def test_who_reads_a_letter_of_a_department_without_acting_there_is_told_it_is_not_theirs(town: Town) -> None:
    (assignment,) = town.dispatched()
    for user in (town.desk, build.member(town.organisation, Role.READER, town.urb)):
        assert can(user, "read", assignment.mail)
        with pytest.raises(actions.ActionRefused, match="vos bannettes") as refused:
            actions.accept(assignment, user)
        assert refused.value.forbidden


def test_who_reads_in_one_department_writes_only_where_they_work(town: Town) -> None:
    (assignment,) = town.dispatched()
    Membership.objects.create(
        user=town.other, organisation=town.organisation, department=town.urb, role=Role.READER
    )
    reader = User.objects.get(pk=town.other.pk)
    assert can(reader, "read", assignment.mail)
    assert not can(reader, "annotate", assignment.mail)
    assert can(town.agent, "annotate", assignment.mail)


def test_a_function_that_ended_undoes_nothing(town: Town) -> None:
    (assignment,) = town.dispatched()
    actions.accept(assignment, town.agent)
    Membership.objects.filter(user=town.agent).delete()
    with pytest.raises(actions.ActionRefused, match="ne permet plus") as refused:
        actions.undo(assignment.mail, User.objects.get(pk=town.agent.pk))
    assert refused.value.forbidden
    assert Mail.objects.get().state == MailState.IN_PROGRESS
