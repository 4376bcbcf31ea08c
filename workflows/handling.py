"""HandlingFlow: what one department does with a letter that was assigned to it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.activation import Activation
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from courrier.mail.models import Assignment, AssignmentRole, Mail
from courrier.replies import approvals, sending
from courrier.replies.models import Reply, ReplyState
from workflows import together
from workflows.models import HandlingProcess
from workflows.nodes import Job, PersonTask
from workflows.nodes.job import Progress


def send_letters_reply(mail_id: int, progress: Progress) -> list[sending.Sent]:
    return sending.send_waiting(mail_id)


class HandlingFlow(flow.Flow):
    """Traitement par un service"""

    process_class = HandlingProcess
    lock_impl = lock.no_lock  # as in ReceptionFlow, the letter's row is the mutex

    start = flow.StartHandle(this.begin).Annotation(title=_("Arrivée dans la bannette")).Next(this.accept)

    accept = PersonTask("accept").Annotation(title=_("Prise en charge")).Next(this.accepted)

    accepted = (
        flow.Switch()
        .Annotation(title=_("Pour nous ?"))
        .Case(this.handle, this.was_accepted)
        .Case(this.await_opinion, this.wants_opinion)
        .Default(this.leave)
    )

    handle = PersonTask("close").Annotation(title=_("Traitement")).Next(this.treated)

    treated = (
        flow.Switch()
        .Annotation(title=_("Et maintenant ?"))
        .Case(this.book, this.wants_reply)
        .Case(this.await_opinion, this.wants_opinion)
        .Case(this.close, this.is_finished)
        .Default(this.leave)
    )

    book = (
        flow.If(this.needs_approval)
        .Annotation(title=_("Visa à obtenir ?"))
        .Then(this.approve)
        .Else(this.send)
    )

    approve = PersonTask("approve").Annotation(title=_("Parapheur")).Next(this.approved)

    approved = flow.If(this.was_approved).Annotation(title=_("Accordé ?")).Then(this.book).Else(this.handle)

    send = (
        Job(work=send_letters_reply, apply=sending.keep_sent, give_up=sending.fail_sending)
        .Annotation(title=_("Envoi de la réponse"))
        .Next(this.handle)
    )

    await_opinion = flow.Handle().Annotation(title=_("Avis attendu d'un autre service")).Next(this.handle)

    close = flow.Function(this.finish).Annotation(title=_("Traité")).Next(this.end)

    leave = flow.Function(this.finish).Annotation(title=_("Réorienté ou renvoyé")).Next(this.end)

    end = flow.End().Annotation(title=_("Fin"))

    def begin(self, activation: Activation, assignment: Assignment) -> HandlingProcess:
        activation.process.assignment = assignment
        process: HandlingProcess = activation.process
        return process

    def was_accepted(self, activation: Activation) -> bool:
        return decision_of(activation) == "accepted"

    def wants_reply(self, activation: Activation) -> bool:
        return decision_of(activation) == "reply"

    def needs_approval(self, activation: Activation) -> bool:
        """Whether the reply waits for somebody's visa; if not, it is on its way."""
        reply = Reply.objects.get(pk=activation.process.data["reply"])
        if approvals.open_next(reply) is not None:
            return True
        reply.state = ReplyState.SENDING
        reply.save()
        return False

    def was_approved(self, activation: Activation) -> bool:
        return decision_of(activation) == "approved"

    def wants_opinion(self, activation: Activation) -> bool:
        return decision_of(activation) == "opinion"

    def is_finished(self, activation: Activation) -> bool:
        return decision_of(activation) == "closed"

    def finish(self, activation: Activation) -> None:
        """The assignment's own state was written by the action that led here."""


def decision_of(activation: Activation) -> str:
    return str(activation.process.data.get("decision", ""))


def start_handling(assignment: Assignment) -> None:
    if under_way := together.steps_with(assignment.mail_id):
        under_way.letters.work.append(together.Begin(HandlingFlow, assignment))
        return
    HandlingFlow.start.run(assignment=assignment)


def opinion_given(assignment: Assignment) -> None:
    """Let the department that asked go on, if it still waits; the caller holds the letter."""
    process = HandlingProcess.objects.filter(assignment=assignment).first()
    task = Task.objects.filter(
        process=process, flow_task=HandlingFlow.await_opinion, status=STATUS.NEW
    ).first()
    if process is not None and task is not None:
        task.process = process.process_ptr
        HandlingFlow.await_opinion.run(task)


def open_actions(mail: Mail) -> int:
    """How many departments still have the letter for action."""
    return Assignment.objects.open().filter(mail=mail, role=AssignmentRole.ACTION).count()
