"""What people do to letters: each checks the right, holds the letter, changes it, moves its flow, writes it down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.models import Task
from viewflow.workflow.status import PROCESS, STATUS

from courrier.audit.chain import record
from courrier.classification import learning
from courrier.mail import registration
from courrier.mail.locking import changed, locked
from courrier.mail.models import Assignment, AssignmentRole, AssignmentState, Mail
from courrier.mail.qualification import Qualification
from courrier.mail.rights import can
from courrier.organisations.models import Department, User
from courrier.replies.models import Reply, ReplyState
from workflows import dispatching
from workflows.handling import HandlingFlow, open_actions, start_handling
from workflows.models import HandlingProcess, ReceptionProcess
from workflows.nodes import finish_person_task
from workflows.nodes.person import waiting_task
from workflows.reception import ReceptionFlow, set_decision, settle


class ActionRefused(Exception):
    """An action that can't be done now. `message` says in French why; `forbidden` whether it is a matter of rights."""

    def __init__(self, message: str, *, forbidden: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.forbidden = forbidden


def qualify(mail: Mail, user: User, wanted: Qualification) -> None:
    """Say what the letter is and send it to its departments."""
    if not wanted.departments:
        raise ActionRefused(_("Choisissez au moins un service."))
    with locked(mail.pk) as held:
        allow(user, "qualify", held)
        process = ReceptionProcess.objects.get(mail=held)
        task = waiting_task(process, ReceptionFlow.qualify, ReceptionFlow.repair)
        if task is None:
            raise ActionRefused(_("Ce courrier n'attend pas de qualification."))
        learning.learn_from_qualification(held, user, wanted)
        held.failure_code = held.failure_reason = ""
        dispatching.decide(process, held, wanted, user)
        advance(process, task, user)


def retry_reading(mail: Mail, user: User) -> None:
    """Have a letter that could not be read, read again."""
    with locked(mail.pk) as held:
        allow(user, "retry", held)
        process = ReceptionProcess.objects.get(mail=held)
        task = waiting_task(process, ReceptionFlow.repair)
        if task is None:
            raise ActionRefused(_("Ce courrier n'attend pas de nouvelle lecture."))
        record(held.organisation, "reading_retried", mail_id=held.pk, actor=user)
        set_decision(process, "retry")
        advance(process, task, user)


def cancel(mail: Mail, user: User, reason: str) -> None:
    """Cancel a letter registered by mistake; its number stays, its desks are cleared and its processes end."""
    if not reason.strip():
        raise ActionRefused(_("Dites pourquoi ce numéro est annulé."))
    with locked(mail.pk) as held:
        allow(user, "cancel", held)
        open_here = Assignment.objects.open().filter(mail=held)
        open_here.update(
            state=AssignmentState.SENT_BACK, finished_at=timezone.now(), reason=reason.strip()[:300]
        )
        held.job_runs.all().delete()
        for process in processes_of(held):
            end(process)
        registration.cancel(held.pk, user, reason.strip()[:200])


def accept(assignment: Assignment, user: User) -> None:
    """Take a letter in hand."""
    with held_assignment(assignment, user, "accept") as held:
        held.state = AssignmentState.ACCEPTED
        held.accepted_by, held.accepted_at = user, timezone.now()
        held.save()
        changed(held.mail)
        record(
            held.organisation, "accepted", mail_id=held.mail_id, actor=user, department=held.department.code
        )
        step(held, user, "accepted")


def redirect(assignment: Assignment, user: User, department: Department, reason: str) -> Assignment:
    """Pass a letter on to the department it is for; returns its new assignment."""
    if not reason.strip():
        raise ActionRefused(_("Dites en quelques mots pourquoi ce courrier revient à un autre service."))
    with held_assignment(assignment, user, "redirect") as held:
        mail = held.mail
        if department.organisation_id != held.organisation_id or department.closed_on:
            raise ActionRefused(_("Ce service n'existe plus : choisissez-en un autre."))
        if Assignment.objects.open().for_action().filter(mail=mail, department=department).exists():
            raise ActionRefused(_("Ce service a déjà ce courrier."))
        leave(held, AssignmentState.REDIRECTED, reason)
        record(
            held.organisation,
            "redirected",
            mail_id=mail.pk,
            actor=user,
            department=held.department.code,
            to=department.code,
            reason=reason.strip(),
        )
        new = dispatching.place(
            mail, department, AssignmentRole.ACTION, came_from=held, reason=reason.strip()[:300]
        )
        start_handling(new)
        learning.learn_from_redirect(held, department, user)
        changed(mail)
        step(held, user, "redirected")
        return new


def send_back(assignment: Assignment, user: User, reason: str) -> None:
    """Give a letter back to reception, to be sent elsewhere."""
    if not reason.strip():
        raise ActionRefused(_("Dites à l'accueil pourquoi vous renvoyez ce courrier."))
    with held_assignment(assignment, user, "send_back") as held:
        leave(held, AssignmentState.SENT_BACK, reason)
        record(
            held.organisation,
            "sent_back",
            mail_id=held.mail_id,
            actor=user,
            department=held.department.code,
            reason=reason.strip(),
        )
        changed(held.mail)
        step(held, user, "sent_back")
        settle(held.mail, "sent_back")


def send_reply(reply: Reply, user: User) -> None:
    """Have a reply sent; the job that does it puts the result on the reply."""
    if reply.assignment is None:
        raise ActionRefused(_("Cette réponse n'est rattachée à aucun service."))
    with held_assignment(reply.assignment, user, "reply") as held:
        current = Reply.objects.select_for_update().get(pk=reply.pk)
        if current.state not in {ReplyState.DRAFT, ReplyState.FAILED}:
            raise ActionRefused(_("Cette réponse est déjà partie."))
        if not current.body.strip():
            raise ActionRefused(_("La réponse est vide : écrivez son texte avant de l'envoyer."))
        current.state, current.failure_reason = ReplyState.SENDING, ""
        current.save()
        record(held.organisation, "reply_sending", mail_id=held.mail_id, actor=user, reply=current.pk)
        step(held, user, "reply")
    reply.refresh_from_db()


def close(assignment: Assignment, user: User, reason: str = "") -> None:
    """Finish with a letter; without a reply sent, say why."""
    with held_assignment(assignment, user, "close") as held:
        answered = held.mail.replies.filter(state=ReplyState.SENT).exists()
        if not answered and not reason.strip():
            raise ActionRefused(
                _("Aucune réponse n'a été envoyée : dites pourquoi ce courrier est clos sans réponse.")
            )
        leave(held, AssignmentState.DONE, reason)
        record(
            held.organisation,
            "closed_assignment",
            mail_id=held.mail_id,
            actor=user,
            department=held.department.code,
            reason=reason.strip(),
            answered=answered,
        )
        changed(held.mail)
        step(held, user, "closed")
        if not open_actions(held.mail):
            settle(held.mail, "done")


def acknowledge(assignment: Assignment, user: User) -> None:
    """Say that a copy was read; it leaves the inbox."""
    with held_assignment(assignment, user, "acknowledge") as held:
        leave(held, AssignmentState.DONE, "")
        held.accepted_by = user
        held.save(update_fields=["accepted_by"])
        changed(held.mail)
        record(
            held.organisation, "copy_read", mail_id=held.mail_id, actor=user, department=held.department.code
        )


@contextmanager
def held_assignment(assignment: Assignment, user: User, action: str) -> Iterator[Assignment]:
    """The assignment as it is now, its letter locked, once `user` may do `action` on it."""
    with locked(assignment.mail_id) as mail:
        held = Assignment.objects.select_related("department", "organisation").get(pk=assignment.pk)
        held.mail = mail
        if not can(user, action, held):
            raise refusal(user, held)
        yield held


def refusal(user: User, assignment: Assignment) -> ActionRefused:
    """Why an action on this assignment is refused: somebody was quicker, or it is not this user's."""
    if not can(user, "read", assignment.mail):
        return ActionRefused(_("Ce courrier n'est pas dans une de vos bannettes."), forbidden=True)
    if assignment.state == AssignmentState.ACCEPTED and assignment.accepted_by:
        return ActionRefused(
            _("%(name)s a déjà pris ce courrier en charge.") % {"name": assignment.accepted_by}
        )
    if assignment.state == AssignmentState.PENDING:
        return ActionRefused(_("Prenez d'abord ce courrier en charge."))
    return ActionRefused(
        _("Ce courrier n'est plus dans cette bannette : %(state)s.")
        % {"state": assignment.get_state_display()}
    )


def allow(user: User, action: str, mail: Mail) -> None:
    if can(user, action, mail):
        return
    if not can(user, "list", mail):
        raise ActionRefused(_("Vous n'avez pas accès à ce courrier."), forbidden=True)
    raise ActionRefused(
        _("Cette action n'est pas possible : le courrier est dans l'état « %(state)s ».")
        % {"state": mail.get_state_display()}
    )


def leave(assignment: Assignment, state: AssignmentState, reason: str) -> None:
    assignment.state = state
    assignment.reason = reason.strip()[:300]
    assignment.finished_at = timezone.now()
    assignment.save()


def step(assignment: Assignment, user: User, decision: str) -> None:
    """Move the department's process on; the action has been checked against the assignment's state already."""
    process = HandlingProcess.objects.get(assignment=assignment)
    task = waiting_task(process, HandlingFlow.accept, HandlingFlow.handle)
    if task is None:
        raise ActionRefused(_("Une réponse est en cours d'envoi : attendez qu'elle soit partie."))
    set_decision(process, decision)
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
