"""Whom each thing that happens to a letter concerns, once, and nobody of what they did themselves."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from courrier.annotations.notes import annotate
from courrier.audit.models import Event
from courrier.mail.models import AssignmentRole, Confidentiality, MailState
from courrier.mail.qualification import Qualification
from courrier.notifications.models import Kind, Notification
from courrier.notifications.telling import arrival
from courrier.organisations.models import Membership, Role, User
from courrier.replies import sending
from courrier.replies.drafting import draft_reply
from courrier.replies.models import Approval, ReplyState
from tests import build
from tests.notifications.conftest import Town, notify, waiting_for_the_desk
from workflows import actions, dispatching
from workflows.models import Circuit, ReceptionProcess

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_new_letter_is_for_who_works_in_its_department(town: Town) -> None:
    mail = town.letter(MailState.TO_QUALIFY)
    dispatching.place(mail, town.urb, AssignmentRole.ACTION)
    assert town.told() == {name: ["arrived"] for name in ("responsable", "agent", "collegue")}


def test_who_sends_a_letter_to_their_own_department_is_not_told(town: Town) -> None:
    Membership.objects.create(
        user=town.desk, organisation=town.organisation, role=Role.AGENT, department=town.urb
    )
    mail = town.letter(MailState.TO_QUALIFY)
    waiting_for_the_desk(mail)
    actions.qualify(mail, fresh(town.desk), Qualification(departments=[town.urb], subject="permis"))
    assert set(town.told()) == {"responsable", "agent", "collegue"}


def test_a_department_with_nobody_is_told_to_who_manages_above(town: Town) -> None:
    below = build.department(town.organisation, "ADS", parent=town.urb)
    dispatching.place(town.letter(), below, AssignmentRole.ACTION)
    assert set(town.told()) == {"responsable"}


def test_a_copy_is_for_readers_too(town: Town) -> None:
    build.member(town.organisation, Role.READER, town.urb, username="lecteur")
    dispatching.place(town.letter(), town.urb, AssignmentRole.COPY)
    assert set(town.told("copy")) == {"responsable", "agent", "collegue", "lecteur"}


def test_once_a_letter_is_taken_its_colleagues_have_nothing_left_to_read(town: Town) -> None:
    assignment = town.assigned()
    notify([town.agent, town.colleague], Kind.ARRIVED, assignment.mail, arrival(assignment.pk))
    actions.accept(assignment, fresh(town.agent))
    assert not Notification.objects.unread().exists()


def test_a_redirect_tells_the_new_department_and_who_placed_the_letter(town: Town) -> None:
    Membership.objects.create(
        user=town.agent, organisation=town.organisation, role=Role.AGENT, department=town.tec
    )
    Membership.objects.create(
        user=town.desk, organisation=town.organisation, role=Role.AGENT, department=town.tec
    )
    assignment = town.assigned()
    actions.redirect(assignment, fresh(town.agent), town.tec, "C'est de la voirie")
    assert town.told() == {"technicien": ["redirected"], "accueil": ["redirected"]}, (
        "nobody twice, not the actor"
    )
    line = Notification.objects.get(user=town.other)
    assert line.by == str(town.agent)
    assert line.data["detail"] == "C'est de la voirie"


def test_who_sent_a_letter_on_hears_that_it_was_taken(town: Town) -> None:
    assignment = town.assigned()
    new = actions.redirect(assignment, fresh(town.agent), town.tec, "C'est de la voirie")
    actions.accept(new, fresh(town.other))
    assert town.told("accepted") == {"agent": ["accepted"]}


def test_the_second_redirect_is_seen_by_the_general_direction(town: Town) -> None:
    head = build.department(town.organisation, "DGS")
    head.arbitrates = True
    head.save()
    build.member(town.organisation, Role.AGENT, head, username="cabinet")
    assignment = town.assigned()
    new = actions.redirect(assignment, fresh(town.agent), town.tec, "C'est de la voirie")
    Notification.objects.all().delete()
    actions.redirect(new, fresh(town.other), town.urb, "Mais non")
    assert town.told("bounced") == {"direction": ["bounced"], "cabinet": ["bounced"]}


def test_what_is_sent_back_is_for_the_desk(town: Town) -> None:
    assignment = town.assigned()
    actions.send_back(assignment, fresh(town.agent), "Pas pour nous")
    assert town.told() == {"accueil": ["sent_back"]}
    actions.undo(assignment.mail, fresh(town.agent))
    assert town.told() == {}, "what was undone before it was read is not heard of"


def test_an_opinion_is_asked_of_the_others_and_told_to_who_asked(town: Town) -> None:
    assignment = town.assigned()
    agent = fresh(town.agent)
    actions.accept(assignment, agent)
    asked = actions.ask_opinion(assignment, agent, town.tec, "La voie est-elle publique ?")
    assert town.told() == {"technicien": ["opinion_asked"]}
    actions.answer_opinion(asked, fresh(town.other), "Oui")
    assert town.told("opinion_given") == {"agent": ["opinion_given"]}
    assert not Notification.objects.unread().filter(user=town.other).exists(), "nothing left to do there"


def test_where_who_had_the_letter_left_all_who_work_there_hear(town: Town) -> None:
    assignment = town.assigned()
    agent = fresh(town.agent)
    actions.accept(assignment, agent)
    asked = actions.ask_opinion(assignment, agent, town.tec, "La voie est-elle publique ?")
    User.objects.filter(pk=agent.pk).update(is_active=False)
    Notification.objects.all().delete()
    actions.answer_opinion(asked, fresh(town.other), "Oui")
    actions.first_received_elsewhere(assignment.mail, fresh(town.direction), "préfecture", date(2026, 3, 1))
    said = ["opinion_given", "clock"]
    assert town.told() == {"responsable": said, "collegue": said}


def test_a_letter_given_to_somebody_is_told_to_them(town: Town) -> None:
    assignment = town.assigned()
    actions.accept(assignment, fresh(town.agent))
    actions.hand_over(assignment, fresh(town.agent), town.colleague)
    assert town.told() == {"collegue": ["given"]}
    actions.take_over(assignment, fresh(town.agent))
    assert town.told("taken") == {"collegue": ["taken"]}


def test_who_is_named_in_a_note_is_told_if_they_may_read_the_letter(town: Town) -> None:
    assignment = town.assigned(confidentiality=Confidentiality.RESTRICTED)
    note = annotate(assignment.mail, fresh(town.agent), "@collegue et @technicien, qu'en pensez-vous ?")
    assert town.told() == {"collegue": ["mention"]}
    annotate(assignment.mail, fresh(town.colleague), "Rien, @agent", parent=note)
    assert town.told() == {"collegue": ["mention"], "agent": ["mention"]}, (
        "named and answered at once: told once"
    )


def test_a_reply_that_failed_is_told_to_its_author(town: Town) -> None:
    assignment = town.assigned()
    agent = fresh(town.agent)
    actions.accept(assignment, agent)
    reply = draft_reply(assignment, agent)
    reply.state = ReplyState.SENDING
    reply.save()
    sending.fail_sending(assignment.mail, "connection refused")
    assert town.told() == {"agent": ["reply_failed"]}


def test_visas_are_asked_one_after_the_other_and_the_author_hears_the_end(town: Town) -> None:
    assignment = town.assigned()
    agent = fresh(town.agent)
    actions.accept(assignment, agent)
    Circuit.objects.create(
        organisation=town.organisation,
        steps=[{"kind": "approval", "who": "manager"}, {"kind": "signature", "who": "direction"}],
    )
    process = ReceptionProcess.objects.get(mail=assignment.mail)
    process.circuit = Circuit.objects.get()
    process.save()
    reply = draft_reply(assignment, agent)
    reply.body = "Bonjour"
    reply.save()
    actions.send_reply(reply, agent)
    assert town.told() == {"responsable": ["visa"]}
    actions.approve(Approval.objects.get(state="pending"), fresh(town.manager))
    assert town.told() == {"responsable": ["visa"], "direction": ["visa"]}
    assert not Notification.objects.unread().filter(user=town.manager).exists()
    actions.refuse(Approval.objects.get(state="pending"), fresh(town.direction), "Trop long")
    assert town.told("reply_refused") == {"agent": ["reply_refused"]}
    assert not Notification.objects.unread().exclude(user=town.agent).exists()


def test_a_personal_letter_is_announced_by_its_line_alone(town: Town) -> None:
    mail = town.letter(confidentiality=Confidentiality.PERSONAL)
    dispatching.place(mail, town.urb, AssignmentRole.ACTION)
    assert set(town.told()) == {"responsable", "agent", "collegue"}


def test_a_cancelled_number_leaves_nothing_to_do(town: Town) -> None:
    assignment = town.assigned()
    actions.accept(assignment, fresh(town.agent))
    actions.cancel(assignment.mail, fresh(town.desk), "Enregistré deux fois")
    assert town.told() == {"agent": ["cancelled"]}


def test_nothing_is_told_of_what_was_rolled_back(town: Town) -> None:
    mail = town.letter()
    with transaction.atomic():
        dispatching.place(mail, town.urb, AssignmentRole.ACTION)
        assert Notification.objects.exists()
        transaction.set_rollback(True)
    assert not Notification.objects.exists()
    assert not Event.objects.exists()


def test_a_large_department_costs_as_many_queries_as_a_small_one(
    town: Town,
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as counted:
            dispatching.place(town.letter(), town.urb, AssignmentRole.ACTION)
        return len(counted)

    few = cost()
    for number in range(20):
        build.member(town.organisation, Role.AGENT, town.urb, username=f"renfort{number}")
    assert cost() == few
    assert few < 20
