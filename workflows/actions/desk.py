"""What reception does: qualify a letter, have it read again, cancel its number."""

from __future__ import annotations

from django.utils.translation import gettext as _

from courrier.audit.chain import record
from courrier.classification import learning
from courrier.mail import registration
from courrier.mail.locking import locked
from courrier.mail.models import Assignment, AssignmentState, Mail
from courrier.mail.qualification import Qualification
from courrier.mail.rights import acting_for
from courrier.organisations.models import Department, User
from courrier.replies import approvals
from courrier.replies.models import ReplyState
from workflows import dispatching
from workflows.actions.checks import ActionRefused, allow, leave, said
from workflows.actions.moves import advance, end, processes_of
from workflows.models import ReceptionProcess
from workflows.nodes.person import waiting_task
from workflows.reception import ReceptionFlow, set_decision


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
        replaced = acting_for(user, held)
        record(held.organisation, "reading_retried", mail_id=held.pk, actor=user, on_behalf_of=replaced)
        set_decision(process, "retry")
        advance(process, task, user)


def cancel(mail: Mail, user: User, reason: str) -> None:
    """Cancel a letter registered by mistake; its number stays, its desks are cleared and its processes end."""
    reason = said(reason, _("Dites pourquoi ce numéro est annulé."))
    with locked(mail.pk) as held:
        allow(user, "cancel", held)
        for assignment in Assignment.objects.open().filter(mail=held):
            leave(assignment, AssignmentState.WITHDRAWN, reason)
        for reply in held.replies.filter(state__in=[ReplyState.AWAITING, ReplyState.SENDING]):
            approvals.call_back(reply)
        held.job_runs.all().delete()
        for process in processes_of(held):
            end(process)
        registration.cancel(held.pk, user, reason[:200])


def arbitrate(mail: Mail, user: User, departments: list[Department], copies: list[Department]) -> None:
    """The general direction says where a letter goes, where its circuit asks for that."""
    if not departments:
        raise ActionRefused(_("Choisissez au moins un service."))
    with locked(mail.pk) as held:
        allow(user, "arbitrate", held)
        process = ReceptionProcess.objects.get(mail=held)
        task = waiting_task(process, ReceptionFlow.arbitrate)
        if task is None:
            raise ActionRefused(_("Ce courrier n'attend pas d'être réparti."))
        dispatching.go_to(process, departments, copies)
        record(
            held.organisation,
            "arbitrated",
            mail_id=held.pk,
            actor=user,
            on_behalf_of=acting_for(user, held),
            departments=[each.code for each in departments],
            copies=[each.code for each in copies],
        )
        advance(process, task, user)
