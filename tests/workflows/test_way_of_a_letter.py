import pytest
from viewflow.workflow.models import Process

from courrier.audit.chain import breaks
from courrier.audit.models import Event
from courrier.mail.models import AssignmentState, DocumentRole, Mail, MailState
from courrier.mail.qualification import Qualification
from courrier.organisations.models import Role
from courrier.replies.drafting import draft_reply, save_draft
from courrier.replies.models import ReplyState
from tests import build
from tests.worker import work_off
from tests.workflows.conftest import Town
from workflows import actions

pytestmark = pytest.mark.django_db


def test_a_letter_is_read_understood_and_waits_for_reception(town: Town) -> None:
    mail = town.waiting()
    assert mail.state == MailState.TO_QUALIFY
    assert "permis de construire" in mail.pages.get().text
    assert {document.role for document in mail.documents.all()} == {
        DocumentRole.ORIGINAL,
        DocumentRole.SEARCHABLE,
    }
    assert mail.suggestions.filter(field="department", rank=0).exists()


def test_a_letter_goes_from_qualification_to_its_closing(town: Town) -> None:
    (assignment,) = town.dispatched()
    actions.accept(assignment, town.agent)
    reply = draft_reply(assignment, town.agent)
    save_draft(
        reply, town.agent, channel="post", recipient="Jean Dupont", email="", subject="Re", body="Bonjour,"
    )
    actions.send_reply(reply, town.agent)
    assert reply.state == ReplyState.SENDING
    work_off()
    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT
    actions.close(assignment, town.agent)
    mail = Mail.objects.get()
    assert mail.state == MailState.CLOSED
    assert mail.closed_at is not None
    assert mail.documents.filter(role=DocumentRole.REPLY).count() == 1
    assert set(Process.objects.values_list("status", flat=True)) == {"DONE"}
    story = list(Event.objects.filter(mail_id=mail.pk).order_by("sequence").values_list("verb", flat=True))
    assert story == [
        "registered", "read", "classified", "qualified", "dispatched", "accepted",
        "reply_drafted", "reply_sending", "reply_sent", "closed_assignment", "closed",
    ]  # fmt: skip
    assert list(breaks(f"mail:{mail.pk}")) == []


def test_closing_without_a_reply_wants_a_reason(town: Town) -> None:
    (assignment,) = town.dispatched()
    actions.accept(assignment, town.agent)
    with pytest.raises(actions.ActionRefused, match="sans réponse"):
        actions.close(assignment, town.agent)
    actions.close(assignment, town.agent, "vu au guichet")
    assert Mail.objects.get().state == MailState.CLOSED


def test_a_redirected_letter_is_on_the_other_desk_and_only_there(town: Town) -> None:
    (assignment,) = town.dispatched()
    new = actions.redirect(assignment, town.agent, town.tec, "c'est de la voirie")
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.REDIRECTED
    assert (new.department, new.state, new.came_from) == (town.tec, AssignmentState.PENDING, assignment)
    actions.accept(new, town.other)
    actions.close(new, town.other, "trou rebouché")
    assert Mail.objects.get().state == MailState.CLOSED


def test_a_letter_sent_back_waits_for_reception_again(town: Town) -> None:
    (assignment,) = town.dispatched()
    actions.send_back(assignment, town.agent, "rien à voir avec nous")
    mail = Mail.objects.get()
    assert mail.state == MailState.TO_QUALIFY
    actions.qualify(mail, town.desk, Qualification(departments=[town.tec]))
    mail.refresh_from_db()
    assert mail.state == MailState.IN_PROGRESS
    assert mail.assignments.open().get().department == town.tec


def test_a_letter_for_two_departments_closes_with_the_second(town: Town) -> None:
    first, second = town.dispatched(town.urb, town.tec)
    actions.accept(first, town.agent)
    actions.close(first, town.agent, "fait")
    assert Mail.objects.get().state == MailState.IN_PROGRESS
    actions.accept(second, town.other)
    actions.close(second, town.other, "fait")
    assert Mail.objects.get().state == MailState.CLOSED


def test_a_letter_that_one_of_two_departments_sent_back_goes_on_with_the_other(town: Town) -> None:
    first, second = town.dispatched(town.urb, town.tec)
    actions.send_back(first, town.agent, "pas pour nous")
    actions.accept(second, town.other)
    actions.close(second, town.other, "fait")
    mail = Mail.objects.get()
    assert mail.state == MailState.TO_QUALIFY, "reception still has to place the other half"
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb]))
    again = mail.assignments.open().get()
    actions.accept(again, town.agent)
    actions.close(again, town.agent, "fait")
    mail.refresh_from_db()
    assert mail.state == MailState.CLOSED


def test_a_copy_leaves_the_inbox_once_read_and_holds_nothing_up(town: Town) -> None:
    mail = town.waiting()
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb], copies=[town.tec]))
    copy = mail.assignments.get(department=town.tec)
    actions.acknowledge(copy, town.other)
    copy.refresh_from_db()
    assert copy.state == AssignmentState.DONE
    mail.refresh_from_db()
    assert mail.state == MailState.IN_PROGRESS


def test_a_cancelled_letter_leaves_every_desk_and_ends_its_processes(town: Town) -> None:
    (assignment,) = town.dispatched()
    actions.cancel(assignment.mail, town.desk, "publicité")
    mail = Mail.objects.get()
    assert mail.state == MailState.CANCELLED
    assert not mail.assignments.open().exists()
    assert set(Process.objects.values_list("status", flat=True)) == {"CANCELED"}


def test_a_letter_cancelled_while_it_is_read_stays_cancelled(town: Town) -> None:
    mail = town.received()
    actions.cancel(mail, town.desk, "erreur")
    work_off()
    mail.refresh_from_db()
    assert mail.state == MailState.CANCELLED


def test_what_the_organisation_trusts_is_dispatched_without_a_reader(town: Town) -> None:
    town.organisation.dispatch_threshold = 0.0
    town.organisation.save()
    mail = town.waiting()
    assert mail.state == MailState.IN_PROGRESS
    assert mail.assignments.get().department == town.urb
    assert mail.document_type is not None
    assert mail.due_on is not None


def test_an_agent_of_another_department_is_told_it_is_not_theirs(town: Town) -> None:
    (assignment,) = town.dispatched()
    with pytest.raises(actions.ActionRefused) as refusal:
        actions.accept(assignment, town.other)
    assert refusal.value.forbidden


def test_the_second_who_accepts_is_told_who_was_first(town: Town) -> None:
    (assignment,) = town.dispatched()
    colleague = build.member(town.organisation, Role.AGENT, town.urb, username="collegue")
    actions.accept(assignment, town.agent)
    with pytest.raises(actions.ActionRefused, match=r"agent-urb.* a déjà pris"):
        actions.accept(assignment, colleague)


def test_a_personal_letter_is_read_by_who_took_it_and_nobody_else(town: Town) -> None:
    colleague = build.member(town.organisation, Role.AGENT, town.urb, username="collegue")
    head = build.member(town.organisation, Role.DIRECTION)
    mail = town.waiting()
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb], confidentiality="personal"))
    everyone = (town.desk, town.agent, colleague, head)
    assert not any(Mail.objects.visible_to(user).exists() for user in everyone)
    actions.accept(mail.assignments.get(), town.agent)
    assert [Mail.objects.visible_to(user).exists() for user in everyone] == [False, True, False, False]
    actions.hand_over(mail.assignments.get(), town.agent, colleague)
    assert [Mail.objects.visible_to(user).exists() for user in everyone] == [False, False, True, False]
