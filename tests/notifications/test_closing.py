"""A department closes or merges: its open letters move in one action, each history says so."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.mail.models import Assignment, AssignmentRole, AssignmentState
from courrier.mail.rights import forget_access
from courrier.notifications.models import Notification, ReminderPolicy
from courrier.organisations.closing import ClosingRefused
from courrier.organisations.models import Department, Membership, Role, User
from courrier.replies.drafting import draft_reply
from courrier.replies.models import Reply, ReplyState
from tests import build
from tests.notifications.conftest import Town
from workflows import actions, dispatching
from workflows.actions import closing
from workflows.handling import HandlingFlow

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(town: Town) -> User:
    return build.member(town.organisation, Role.ADMINISTRATOR, username="admin")


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def reloaded(assignment: Assignment) -> Assignment:
    return Assignment.objects.get(pk=assignment.pk)


def nothing_is_lost(town: Town) -> None:
    assert not Assignment.objects.open().filter(department=town.urb).exists()
    for chain in Event.objects.values_list("chain", flat=True).distinct():
        assert not list(breaks(chain))


def test_open_letters_move_with_what_is_under_way(town: Town, admin: User) -> None:
    waiting, taken = town.assigned(), town.assigned()
    actions.accept(taken, fresh(town.agent))
    copied = town.assigned(town.tec)
    copy = dispatching.place(copied.mail, town.urb, AssignmentRole.COPY)
    report = actions.close_department(town.urb, town.tec, admin)
    assert sorted(report.moved) == sorted(each.mail.number for each in (waiting, taken, copied))
    for each in (waiting, taken, copy):
        assert reloaded(each).department == town.tec
    assert reloaded(taken).accepted_by == town.agent
    nothing_is_lost(town)
    event = Event.objects.filter(mail_id=waiting.mail_id).last()
    assert event is not None
    assert (event.verb, event.actor, event.data["from_"], event.data["to"]) == ("moved", admin, "URB", "TEC")
    agent = fresh(town.agent)
    actions.close(reloaded(taken), agent, "Sans objet")
    actions.accept(reloaded(waiting), fresh(town.other))


def test_the_people_go_there_too_and_still_read_what_was_theirs(town: Town, admin: User) -> None:
    assert actions.close_department(town.urb, town.tec, admin).people == 3
    roles = dict(Membership.objects.filter(department=town.tec).values_list("user__username", "role"))
    assert roles == {"technicien": "agent", "responsable": "agent", "agent": "agent", "collegue": "agent"}
    assert Membership.objects.filter(department=town.urb).count() == 3


def test_the_people_stay_where_one_says_so(town: Town, admin: User) -> None:
    assert actions.close_department(town.urb, town.tec, admin, people_follow=False).people == 0


def test_what_the_successor_had_already_is_kept_once_where_it_is_further_on(town: Town, admin: User) -> None:
    here = town.assigned(town.urb, town.tec)
    there = here.mail.assignments.get(department=town.tec)
    agent = fresh(town.agent)
    actions.accept(here, agent)
    reply = draft_reply(here, agent)
    report = actions.close_department(town.urb, town.tec, admin)
    assert report.moved == []
    assert report.joined_up == [here.mail.number]
    assert reloaded(here).department == town.tec
    assert reloaded(there).state == AssignmentState.WITHDRAWN
    assert Reply.objects.get(pk=reply.pk).assignment_id == here.pk
    live = Task.objects.filter(process__in=[there.handling.pk], status__in=[STATUS.NEW, STATUS.ASSIGNED])
    assert not live.exists()
    nothing_is_lost(town)
    actions.close(reloaded(here), fresh(town.agent), "Sans objet")
    here.mail.refresh_from_db()
    assert here.mail.state == "closed", "nothing of the other handling keeps the letter open"


def test_a_draft_of_the_handling_that_ends_is_kept(town: Town, admin: User) -> None:
    here = town.assigned(town.urb, town.tec)
    there = here.mail.assignments.get(department=town.tec)
    actions.accept(here, fresh(town.agent))
    reply = draft_reply(here, fresh(town.agent))
    actions.accept(there, fresh(town.other))
    actions.close_department(town.urb, town.tec, admin)
    assert Reply.objects.get(pk=reply.pk).assignment_id == there.pk


def test_a_reply_that_is_leaving_leaves_and_two_are_told_to_wait(town: Town, admin: User) -> None:
    here = town.assigned(town.urb, town.tec)
    there = here.mail.assignments.get(department=town.tec)
    for assignment, user in ((here, town.agent), (there, town.other)):
        actions.accept(assignment, fresh(user))
        reply = draft_reply(assignment, fresh(user))
        Reply.objects.filter(pk=reply.pk).update(state=ReplyState.SENDING)
    with pytest.raises(actions.ActionRefused, match="en cours d'envoi"):
        actions.close_department(town.urb, town.tec, admin)
    town.urb.refresh_from_db()
    assert town.urb.closed_on is None, "all or nothing"
    assert reloaded(here).department == town.urb


def test_a_department_does_not_wait_for_its_own_opinion(town: Town, admin: User) -> None:
    asking = town.assigned()
    agent = fresh(town.agent)
    actions.accept(asking, agent)
    asked = actions.ask_opinion(asking, agent, town.tec, "Qu'en pensez-vous ?")
    actions.close_department(town.urb, town.tec, admin)
    assert reloaded(asked).state == AssignmentState.WITHDRAWN
    assert Task.objects.filter(
        process=asking.handling.pk, flow_task=HandlingFlow.handle, status=STATUS.NEW
    ).exists(), "who asked goes on"
    actions.close(reloaded(asking), fresh(town.agent), "Sans objet")


def test_an_opinion_moves_and_its_answer_reaches_who_asked(town: Town, admin: User) -> None:
    third = build.department(town.organisation, "FIN")
    asking = town.assigned(town.tec)
    actions.accept(asking, fresh(town.other))
    asked = actions.ask_opinion(asking, fresh(town.other), town.urb, "Qu'en pensez-vous ?")
    actions.close_department(town.urb, third, admin)
    assert reloaded(asked).department == third
    actions.answer_opinion(reloaded(asked), fresh(town.agent), "Du bien")
    actions.close(reloaded(asking), fresh(town.other), "Sans objet")


def test_done_again_it_moves_only_what_came_since(town: Town, admin: User) -> None:
    town.assigned()
    actions.close_department(town.urb, town.tec, admin)
    events = Event.objects.count()
    again = actions.close_department(town.urb, town.tec, admin)
    assert (again.moved, again.people) == ([], 0)
    assert Event.objects.count() == events
    sent = dispatching.place(town.letter(), town.urb, AssignmentRole.COPY)
    assert sent.department == town.tec, "nothing goes to a closed department any more"
    late = Assignment.objects.create(
        organisation=town.organisation, mail=town.letter(), department=town.urb, role=AssignmentRole.COPY
    )
    assert actions.close_department(town.urb, town.tec, admin).moved == [late.mail.number]


def test_what_sends_letters_there_and_what_is_below_follow(town: Town, admin: User) -> None:
    kind = build.document_type(town.organisation, "permis", town.urb)
    below = build.department(town.organisation, "ADS", parent=town.urb)
    town.urb.arbitrates = True
    town.urb.save()
    actions.close_department(town.urb, town.tec, admin)
    kind.refresh_from_db()
    below.refresh_from_db()
    town.tec.refresh_from_db()
    assert (kind.department, below.parent, town.tec.arbitrates) == (town.tec, town.tec, True)


def test_a_department_merged_into_one_below_it_leaves_no_ring(town: Town, admin: User) -> None:
    below = build.department(town.organisation, "ADS", parent=town.urb)
    actions.close_department(town.urb, below, admin)
    below.refresh_from_db()
    assert below.parent is None


def test_who_may_and_into_what(town: Town, admin: User) -> None:
    with pytest.raises(actions.ActionRefused):
        actions.close_department(town.urb, town.tec, fresh(town.manager))
    elsewhere = build.department(build.organisation("lucmau"), "X")
    Department.objects.filter(pk=town.tec.pk).update(closed_on="2026-01-01")
    for successor in (town.urb, elsewhere, town.tec):
        with pytest.raises(ClosingRefused):
            actions.close_department(town.urb, successor, admin)


def test_killed_half_way_nothing_has_moved(town: Town, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    town.assigned()
    town.assigned()
    move, done = closing.move, []

    def killed_at_the_second(*args: object) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(1)
        move(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(closing, "move", killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            actions.close_department(town.urb, town.tec, admin)
    assert Assignment.objects.open().filter(department=town.urb).count() == 2
    assert not Event.objects.filter(verb="moved").exists()
    town.urb.refresh_from_db()
    assert town.urb.closed_on is None


def test_who_takes_over_hears_of_it_once_for_all_letters(town: Town, admin: User) -> None:
    town.assigned()
    town.assigned()
    actions.close_department(town.urb, town.tec, admin, people_follow=False)
    told = Notification.objects.get(user=town.other)
    assert (told.kind, told.data["count"]) == ("moved", 2)


def test_the_page_counts_before_and_says_after(town: Town, admin: User) -> None:
    town.assigned()
    browser = Client()
    browser.force_login(admin)
    address = reverse("web:department_close", args=["URB"])
    page = browser.get(address).content.decode()
    assert "1 courrier en cours change de service" in page
    answer = browser.post(address, {"successor": town.tec.pk, "people_follow": "on"}, follow=True)
    assert "est fermé : 1 courrier passe à" in answer.content.decode()
    assert "Tous ses courriers en cours y sont" in answer.content.decode()
    assert browser.post(address, {"successor": ""}).status_code == 422
    browser.post(reverse("web:department_reopen", args=["URB"]))
    town.urb.refresh_from_db()
    assert town.urb.closed_on is None


def test_the_list_of_departments_and_the_days_of_reminders(town: Town, admin: User) -> None:
    town.assigned()
    browser = Client()
    browser.force_login(admin)
    page = browser.get(reverse("web:departments")).content.decode()
    assert reverse("web:department_close", args=["URB"]) in page
    assert '<td class="end number">1</td>' in page
    answer = browser.post(
        reverse("web:reminders"), {"days_before": 1, "days_before_legal": 10, "days_late": 0}
    )
    assert answer.status_code == 422
    browser.post(reverse("web:reminders"), {"days_before": 1, "days_before_legal": 10, "days_late": 2})
    assert ReminderPolicy.objects.get(organisation=town.organisation).days_late == 2
    browser.force_login(town.agent)
    for name in ("web:departments", "web:reminders"):
        assert browser.get(reverse(name)).status_code == 403


def test_the_page_is_for_administrators(town: Town) -> None:
    browser = Client()
    browser.force_login(town.manager)
    for name in ("web:department_close", "web:department_reopen"):
        assert browser.post(reverse(name, args=["URB"])).status_code == 403
    forget_access(town.manager)
    assert browser.get(reverse("web:department_close", args=["URB"])).status_code == 403
