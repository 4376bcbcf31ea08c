"""Moving processes on from what a person did, or ending them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.base import Node
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS, STATUS

from courrier.mail.models import Assignment, Mail
from courrier.organisations.models import User
from workflows.actions.checks import ActionRefused
from workflows.handling import HandlingFlow
from workflows.models import HandlingProcess, ReceptionProcess
from workflows.nodes import finish_person_task
from workflows.nodes.person import WAITING, waiting_task
from workflows.opinion import OpinionFlow
from workflows.reception import set_decision
from workflows.together import Step, decide, steps_with


def step(assignment: Assignment, user: User, decision: str, **data: int) -> None:
    """Move the department's process on; the action has been checked against the assignment's state already."""
    if under_way := steps_with(assignment.mail_id):
        process, task = under_way.handling[assignment.pk], under_way.waiting.get(assignment.pk)
        if task is None:
            raise ActionRefused(busy_with(process))
        decide(process, decision, **data)
        under_way.letters.work.append(Step(process, task, user))
        return
    process = HandlingProcess.objects.get(assignment=assignment)
    task = waiting_task(process, HandlingFlow.accept, HandlingFlow.handle)
    if task is None:
        raise ActionRefused(busy_with(process))
    set_decision(process, decision, **data)
    advance(process, task, user)


def busy_with(process: HandlingProcess) -> str:
    """What a department's process is waiting for when it waits for nobody of the department."""
    awaits_opinion = Task.objects.filter(
        process=process, flow_task=HandlingFlow.await_opinion, status=STATUS.NEW
    ).exists()
    if awaits_opinion:
        return _(
            "Vous attendez l'avis d'un autre service : retirez d'abord votre demande pour continuer sans lui."
        )
    if Task.objects.filter(process=process, flow_task=HandlingFlow.approve, status__in=WAITING).exists():
        return _("La réponse est au parapheur : retirez-la d'abord pour continuer.")
    return _("Une réponse est en cours d'envoi : attendez qu'elle soit partie.")


def finish_by(assignment: Assignment, user: User) -> None:
    """End the process of an opinion that was given or is no longer wanted."""
    process = HandlingProcess.objects.get(assignment=assignment)
    task = waiting_task(process, OpinionFlow.give)
    if task is not None:
        advance(process, task, user)


def advance(process: ReceptionProcess | HandlingProcess, task: Task, user: User) -> None:
    task.process = process.process_ptr
    finish_person_task(task, user)


def processes_of(mail: Mail) -> Iterator[ReceptionProcess | HandlingProcess]:
    yield from ReceptionProcess.objects.filter(mail=mail)
    yield from HandlingProcess.objects.filter(assignment__mail=mail)


def end(process: ReceptionProcess | HandlingProcess) -> None:
    """End a process where it stands."""
    now = timezone.now()
    live = [STATUS.NEW, STATUS.ASSIGNED, STATUS.SCHEDULED, STATUS.STARTED]
    Task.objects.filter(process=process.pk, status__in=live).update(status=STATUS.CANCELED, finished=now)
    if process.status == PROCESS.NEW:
        process.status, process.finished = PROCESS.CANCELED, now
        process.save(update_fields=["status", "finished"])


def return_to(process: ReceptionProcess | HandlingProcess, node: Node) -> None:
    """Have a process, ended or not, wait at `node` again; its diagram shows the way it took until then."""
    now = timezone.now()
    live = [STATUS.NEW, STATUS.ASSIGNED, STATUS.SCHEDULED, STATUS.STARTED]
    Task.objects.filter(process=process.pk, status__in=live).update(status=STATUS.CANCELED, finished=now)
    last = Task.objects.filter(process=process.pk).order_by("-pk").first()
    assert last is not None, "a process has at least its start"  # noqa: S101
    last.process = process.process_ptr
    activation = node._create(last.flow_task.activation_class(last), last.token)
    activation.activate()
    process.status, process.finished = PROCESS.NEW, None
    process.save(update_fields=["status", "finished"])
