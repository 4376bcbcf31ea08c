"""ReceptionFlow: what happens to a letter from its arrival to its closing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.activation import Activation
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from courrier.mail import reading
from courrier.mail.models import AssignmentRole, Mail, MailState
from courrier.mail.registration import Upload, prepared, register
from courrier.mail.together import held_together
from courrier.organisations.models import Organisation, User
from workflows import circuits, classifying, dispatching, together
from workflows.models import ReceptionProcess
from workflows.nodes import Job, PersonTask


class ReceptionFlow(flow.Flow):
    """Réception d'un courrier"""

    process_class = ReceptionProcess
    # The letter's row is the mutex, taken by every caller before it comes here.
    lock_impl = lock.no_lock

    start = flow.StartHandle(this.begin).Annotation(title=_("Enregistrement")).Next(this.read)

    read = (
        Job(
            work=reading.read_letter,
            begin=reading.begin_reading,
            apply=reading.keep_reading,
            give_up=reading.give_up_reading,
            queue="letters",
        )
        .Annotation(title=_("Lecture"))
        .Next(this.readable)
    )

    readable = flow.If(this.was_read).Annotation(title=_("Lisible ?")).Then(this.classify).Else(this.repair)

    repair = PersonTask("retry").Annotation(title=_("Illisible : à reprendre")).Next(this.repaired)

    repaired = (
        flow.If(this.read_again)
        .Annotation(title=_("Lire à nouveau ?"))
        .Then(this.read)
        .Else(this.direction_wants)
    )

    classify = (
        Job(
            work=classifying.understand_letter,
            apply=classifying.keep_suggestions,
            give_up=classifying.go_without,
        )
        .Annotation(title=_("Compréhension"))
        .Next(this.index)
    )

    index = (
        Job(work=classifying.index_letter, apply=classifying.indexed, give_up=classifying.index_later)
        .Annotation(title=_("Mise en recherche"))
        .Next(this.certain)
    )

    certain = (
        flow.If(this.needs_nobody).Annotation(title=_("Sûr ?")).Then(this.direction_wants).Else(this.qualify)
    )

    qualify = PersonTask("qualify").Annotation(title=_("Qualification")).Next(this.direction_wants)

    direction_wants = (
        flow.If(this.goes_by_direction)
        .Annotation(title=_("Répartition par la direction ?"))
        .Then(this.arbitrate)
        .Else(this.dispatch)
    )

    arbitrate = (
        PersonTask("arbitrate").Annotation(title=_("Répartition par la direction")).Next(this.dispatch)
    )

    dispatch = (
        flow.Function(this.send_to_departments).Annotation(title=_("Envoi aux services")).Next(this.handled)
    )

    handled = flow.Handle().Annotation(title=_("Traitement par les services")).Next(this.came_back)

    came_back = (
        flow.If(this.was_sent_back).Annotation(title=_("Renvoyé ?")).Then(this.qualify).Else(this.close)
    )

    close = flow.Function(this.close_letter).Annotation(title=_("Clôture")).Next(this.end)

    end = flow.End().Annotation(title=_("Fin"))

    def begin(self, activation: Activation, mail: Mail) -> ReceptionProcess:
        activation.process.mail = mail
        process: ReceptionProcess = activation.process
        return process

    def was_read(self, activation: Activation) -> bool:
        return bool(current(activation).state != MailState.FAILED)

    def read_again(self, activation: Activation) -> bool:
        return bool(activation.process.data.get("decision") == "retry")

    def needs_nobody(self, activation: Activation) -> bool:
        """A rule's own qualification, where the organisation trusts it; otherwise the letter waits for reception."""
        mail = current(activation)
        wanted = dispatching.certain_qualification(mail)
        if wanted is None:
            dispatching.await_qualification(mail)
            return False
        dispatching.decide(activation.process, mail, wanted, user=None)
        return True

    def goes_by_direction(self, activation: Activation) -> bool:
        """Whether the letter's circuit has the general direction say where it goes; settled at the first passage."""
        mail = current(activation)
        wanted = circuits.needs_dispatch_by_direction(circuits.settle_circuit(activation.process, mail))
        if wanted:
            dispatching.await_direction(mail)
        return wanted

    def send_to_departments(self, activation: Activation) -> None:
        from workflows.handling import start_handling

        for assignment in dispatching.assign(activation.process, current(activation)):
            if assignment.role == AssignmentRole.ACTION:
                start_handling(assignment)

    def was_sent_back(self, activation: Activation) -> bool:
        sent_back = activation.process.data.get("decision") == "sent_back"
        if sent_back:
            dispatching.await_qualification(current(activation))
        return bool(sent_back)

    def close_letter(self, activation: Activation) -> None:
        dispatching.close_letter(current(activation))


def current(activation: Activation) -> Mail:
    """The letter as the transaction has it now; the process may hold an older copy."""
    if under_way := held_together(activation.process.mail_id):
        return under_way.letters[activation.process.mail_id]
    mail: Mail = Mail.objects.select_related("organisation").get(pk=activation.process.mail_id)
    return mail


def receive(organisation: Organisation, upload: Upload, user: User | None) -> Mail:
    """Take a letter in and set it on its way, in one transaction; raises Refused and takes nothing."""
    with prepared(upload) as ready, transaction.atomic():
        mail = register(organisation, ready, user)
        ReceptionFlow.start.run(mail=mail)
    return mail


def settle(mail: Mail, decision: str) -> None:
    """Move the letter on from the departments' treatment, where it still is: done, or sent back to reception."""
    if under_way := together.steps_with(mail.pk):
        under_way.letters.work.append(together.Settle(mail, decision))
        return
    process = ReceptionProcess.objects.get(mail=mail)
    task = Task.objects.filter(process=process, flow_task=ReceptionFlow.handled, status=STATUS.NEW).first()
    if task is None:
        return
    set_decision(process, decision)
    task.process = process
    ReceptionFlow.handled.run(task)


def set_decision(process: Any, decision: str, **data: int) -> None:
    process.data = {**process.data, "decision": decision, **data}
    process.save(update_fields=["data"])


__all__ = ["ReceptionFlow", "receive", "set_decision", "settle"]
