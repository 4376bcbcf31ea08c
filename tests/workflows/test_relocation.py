"""Thousands of letters move in the background: killed in the middle, the rest goes on, nothing twice, nothing lost."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.mail.models import Assignment
from courrier.notifications.models import Notification
from courrier.organisations.closing import ClosingRefused
from courrier.organisations.models import Role, User
from courrier.replies.drafting import draft_reply
from courrier.replies.models import Reply, ReplyState
from tests import build
from tests.web import town as towns
from tests.web.desk import placed
from workflows import actions
from workflows.actions import closing, relocating
from workflows.models import Relocation

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> towns.Town:
    return towns.found()


@pytest.fixture
def admin(town: towns.Town) -> User:
    return build.member(town.organisation, Role.ADMINISTRATOR, username="admin")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relocating, "BATCH", 3)


class Killed(BaseException):
    """The worker dies here."""


def dies_at(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    """Have the worker die in the middle of the `number`th letter, its changes half made."""
    real, seen = getattr(closing, name), []

    def dying(*given):  # type: ignore[no-untyped-def]
        seen.append(given)
        result = real(*given)
        if len(seen) == number:
            raise Killed
        return result

    monkeypatch.setattr(relocating, name, dying)


def nothing_lost(moved: list[int], verb: str) -> None:
    events = Counter(Event.objects.filter(verb=verb).values_list("mail_id", flat=True))
    assert events == Counter(moved), "each letter's history tells of it once"
    for chain in Event.objects.values_list("chain", flat=True).distinct():
        assert not list(breaks(chain))


def lose_lease() -> None:
    Relocation.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_closing_killed_in_the_middle_goes_on(
    town: towns.Town, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [placed(town, town.urb) for _each in range(8)]
    run = actions.begin_closing(town.urb, town.tec, admin)
    dies_at(monkeypatch, "move_letter", 5)
    with pytest.raises(Killed):
        relocating.run(run.pk)
    run.refresh_from_db()
    there = Assignment.objects.filter(department=town.tec).count()
    assert (run.moved, there) == (3, 3), "the batch that died left nothing half done"
    relocating.run(run.pk)
    assert Assignment.objects.filter(department=town.tec).count() == 3, "another worker waits for the lease"
    lose_lease()
    assert relocating.restart_lost() == 1
    relocating.run(run.pk)
    run.refresh_from_db()
    assert (run.moved, run.total, run.percent) == (8, 8, 100)
    assert run.finished_at is not None
    assert not Assignment.objects.open().filter(department=town.urb).exists()
    nothing_lost([each.mail.pk for each in made], "moved")
    assert Event.objects.filter(verb="department_closed").count() == 1
    relocating.run(run.pk)
    assert Event.objects.filter(verb="department_closed").count() == 1, "a message may come twice"


def test_nobody_sends_letters_there_meanwhile(town: towns.Town, admin: User) -> None:
    placed(town, town.urb)
    actions.begin_closing(town.urb, town.tec, admin)
    other = placed(town, town.fin).assignment
    clerk = build.member(town.organisation, Role.AGENT, town.fin)
    with pytest.raises(actions.ActionRefused, match="n'existe plus"):
        actions.redirect(other, clerk, town.urb, "c'est un permis")


def test_letters_are_dealt_with_while_they_wait_to_be_moved(town: towns.Town, admin: User) -> None:
    first, second = placed(town, town.urb).assignment, placed(town, town.urb).assignment
    run = actions.begin_closing(town.urb, town.tec, admin)
    actions.accept(first, town.agent)
    actions.close(Assignment.objects.get(pk=first.pk), town.agent, "publicité")
    relocating.run(run.pk)
    run.refresh_from_db()
    assert (run.moved, run.finished_at is not None) == (1, True)
    assert Assignment.objects.get(pk=second.pk).department == town.tec


def test_one_that_must_wait_does_not_hold_up_the_others(town: towns.Town, admin: User) -> None:
    both, plain = placed(town, town.urb), placed(town, town.urb)
    twin = Assignment.objects.create(organisation=town.organisation, mail=both.mail, department=town.tec)
    other = build.member(town.organisation, Role.AGENT, town.tec)
    actions.accept(both.assignment, town.agent)
    for assignment, user in ((both.assignment, town.agent), (twin, other)):
        Assignment.objects.filter(pk=assignment.pk).update(state="accepted", accepted_by=user)
        assignment.refresh_from_db()
        reply = draft_reply(assignment, user)
        Reply.objects.filter(pk=reply.pk).update(state=ReplyState.SENDING)
    run = actions.begin_closing(town.urb, town.tec, admin)
    relocating.run(run.pk)
    run.refresh_from_db()
    assert Assignment.objects.get(pk=plain.assignment.pk).department == town.tec
    assert run.finished_at is None
    assert "en cours d'envoi" in run.waiting
    Reply.objects.update(state=ReplyState.SENT)
    lose_lease()
    relocating.restart_lost()
    relocating.run(run.pk)
    run.refresh_from_db()
    assert run.finished_at is not None
    assert not Assignment.objects.open().filter(department=town.urb).exists()


def test_what_was_on_its_way_comes_after(town: towns.Town, admin: User) -> None:
    run = actions.begin_closing(town.urb, town.tec, admin)
    relocating.run(run.pk)
    late = placed(town, town.urb).assignment
    assert relocating.restart_lost() == 1
    relocating.run(run.pk)
    assert Assignment.objects.get(pk=late.pk).department == town.tec


def test_asked_twice_it_is_one_and_another_successor_is_refused(town: towns.Town, admin: User) -> None:
    placed(town, town.urb)
    run = actions.begin_closing(town.urb, town.tec, admin)
    assert actions.begin_closing(town.urb, town.tec, admin) == run
    with pytest.raises(ClosingRefused):
        actions.begin_closing(town.urb, town.fin, admin)
    with pytest.raises(actions.ActionRefused):
        actions.begin_closing(town.tec, town.fin, town.agent)


def test_letters_in_hand_are_given_over_killed_in_the_middle(
    town: towns.Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = build.member(town.organisation, Role.MANAGER, town.urb)
    colleague = build.member(town.organisation, Role.AGENT, town.urb, username="collegue")
    made = [placed(town, town.urb) for _each in range(7)]
    actions.accept_all([each.assignment.pk for each in made], town.agent)
    (run,) = actions.begin_hand_over(town.agent, colleague, manager)
    dies_at(monkeypatch, "give_held", 5)
    with pytest.raises(Killed):
        relocating.run(run.pk)
    assert Assignment.objects.filter(accepted_by=colleague).count() == 3
    lose_lease()
    relocating.restart_lost()
    relocating.run(run.pk)
    assert Assignment.objects.filter(accepted_by=colleague).count() == 7
    nothing_lost([each.mail.pk for each in made], "handed_over")
    told = Notification.objects.filter(user=colleague, kind="given")
    assert [each.data["count"] for each in told] == [7], "one line for all"
