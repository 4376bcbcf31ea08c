"""The signature book: giving or refusing a visa, signing, taking a reply back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from courrier.mail.locking import locked
from courrier.mail.rights import access_of
from courrier.organisations.models import User
from courrier.replies import approvals
from courrier.replies.models import Approval, ApprovalState, Reply, ReplyState
from workflows.actions.checks import ActionRefused, held_assignment, note, said
from workflows.actions.moves import advance, return_to
from workflows.handling import HandlingFlow
from workflows.models import HandlingProcess
from workflows.nodes.person import waiting_task
from workflows.reception import set_decision


def approve(approval: Approval, user: User, comment: str = "") -> None:
    """Give the visa, or sign; the reply goes to the next who has to, or leaves."""
    decide(approval, user, approved=True, comment=comment)


def refuse(approval: Approval, user: User, comment: str) -> None:
    """Give the reply back to its author, with what to change."""
    decide(approval, user, approved=False, comment=said(comment, _("Dites ce qui est à reprendre.")))


def decide(approval: Approval, user: User, *, approved: bool, comment: str) -> None:
    with locked(approval.reply.mail_id) as mail:
        held = Approval.objects.select_related("reply__assignment").get(pk=approval.pk)
        if not approvals.may_give(access_of(user), held):
            raise refusal(held)
        process = HandlingProcess.objects.get(assignment=held.reply.assignment)
        task = waiting_task(process, HandlingFlow.approve)
        if task is None:
            raise ActionRefused(_("Cette réponse n'attend plus de visa."))
        approvals.decide(mail, held, user, approved=approved, comment=comment)
        set_decision(process, "approved" if approved else "refused")
        advance(process, task, user)


def refusal(approval: Approval) -> ActionRefused:
    if approval.state == ApprovalState.APPROVED:
        return ActionRefused(_("%(name)s a déjà donné ce visa.") % {"name": approval.given_by})
    if approval.state == ApprovalState.REFUSED:
        return ActionRefused(_("%(name)s a déjà refusé cette réponse.") % {"name": approval.given_by})
    return ActionRefused(_("Ce visa n'est pas le vôtre."), forbidden=True)


def take_back(reply: Reply, user: User) -> None:
    """Take a reply out of the signature book, to change it."""
    if reply.assignment is None:
        raise ActionRefused(_("Cette réponse n'est rattachée à aucun service."))
    with held_assignment(reply.assignment, user, "reply") as held:
        current = Reply.objects.select_for_update().get(pk=reply.pk)
        if current.state != ReplyState.AWAITING:
            raise ActionRefused(_("Cette réponse n'est plus au parapheur."))
        approvals.call_back(current)
        note(held, "reply_taken_back", user, reply=current.pk)
        return_to(HandlingProcess.objects.get(assignment=held), HandlingFlow.handle)
