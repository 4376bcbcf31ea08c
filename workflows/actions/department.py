"""What a department does with a letter: accept, redirect, send back, answer, close."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.classification import learning
from courrier.mail.locking import changed
from courrier.mail.models import Assignment, AssignmentRole, AssignmentState
from courrier.organisations.models import Department, User
from courrier.replies import approvals
from courrier.replies.models import SETTLES, Reply, ReplyState
from workflows import dispatching
from workflows.actions.checks import ActionRefused, able_to_take, held_assignment, hold, leave, note, said
from workflows.actions.moves import step
from workflows.actions.opinions import ask_for_circuit
from workflows.circuits import approval_steps
from workflows.handling import open_actions, start_handling
from workflows.reception import settle


def accept(assignment: Assignment, user: User) -> None:
    """Take a letter in hand."""
    with held_assignment(assignment, user, "accept") as held:
        held.state = AssignmentState.ACCEPTED
        held.accepted_by, held.accepted_at = user, timezone.now()
        held.save()
        hold(held.mail, user)
        changed(held.mail)
        note(held, "accepted", user)
        asked = ask_for_circuit(held)
        step(held, user, "opinion" if asked else "accepted")


def redirect(assignment: Assignment, user: User, department: Department, reason: str) -> Assignment:
    """Pass a letter on to the department it is for; returns its new assignment.

    A letter that a second department redirects goes to the one that arbitrates instead, with its history.
    """
    reason = said(reason, _("Dites en quelques mots pourquoi ce courrier revient à un autre service."))
    with held_assignment(assignment, user, "redirect") as held:
        mail = held.mail
        able_to_take(held, department)
        leave(held, AssignmentState.REDIRECTED, reason)
        receiver = arbiter_of(held) or department
        new = dispatching.place(mail, receiver, AssignmentRole.ACTION, came_from=held, reason=reason[:300])
        note(
            held,
            "redirected",
            user,
            wanted=department.code,
            to=new.department.code,
            reason=reason,
            new=new.pk,
        )
        start_handling(new)
        learning.learn_from_redirect(held, department, user)
        changed(mail)
        step(held, user, "redirected")
        return new


def arbiter_of(assignment: Assignment) -> Department | None:
    """The department that settles where a letter belongs, once this redirect is the second since it last did."""
    earlier = assignment.came_from
    arbiter = (
        Department.objects.open().filter(organisation=assignment.organisation_id, arbitrates=True).first()
    )
    if arbiter is None or assignment.department_id == arbiter.pk or earlier is None:
        return None
    if earlier.state != AssignmentState.REDIRECTED or earlier.department_id == arbiter.pk:
        return None
    has_it = Assignment.objects.open().for_action().filter(mail=assignment.mail_id, department=arbiter)
    return None if has_it.exists() else arbiter


def send_back(assignment: Assignment, user: User, reason: str) -> None:
    """Give a letter back to reception, to be sent elsewhere."""
    reason = said(reason, _("Dites à l'accueil pourquoi vous renvoyez ce courrier."))
    with held_assignment(assignment, user, "send_back") as held:
        leave(held, AssignmentState.SENT_BACK, reason)
        note(held, "sent_back", user, reason=reason)
        changed(held.mail)
        step(held, user, "sent_back")
        settle(held.mail, "sent_back")


def send_reply(reply: Reply, user: User) -> None:
    """Have a reply sent, through the visas its circuit asks for; the job that sends it writes the result on it."""
    if reply.assignment is None:
        raise ActionRefused(_("Cette réponse n'est rattachée à aucun service."))
    with held_assignment(reply.assignment, user, "reply") as held:
        current = Reply.objects.select_for_update().get(pk=reply.pk)
        if current.state not in {ReplyState.DRAFT, ReplyState.FAILED}:
            raise ActionRefused(_("Cette réponse est déjà partie."))
        if not current.body.strip():
            raise ActionRefused(_("La réponse est vide : écrivez son texte avant de l'envoyer."))
        steps = approval_steps(held)
        current.state, current.failure_reason = ReplyState.AWAITING, ""
        current.save()
        if steps:
            approvals.submit(held.mail, current, steps)
        note(held, "reply_submitted" if steps else "reply_sending", user, reply=current.pk)
        step(held, user, "reply", reply=current.pk)
    reply.refresh_from_db()


def close(assignment: Assignment, user: User, reason: str = "") -> None:
    """Finish with a letter; without a reply sent, say why."""
    with held_assignment(assignment, user, "close") as held:
        answered = held.mail.replies.filter(state=ReplyState.SENT, purpose__in=SETTLES).exists()
        if not answered:
            reason = said(
                reason,
                _("Aucune réponse n'a été envoyée : dites pourquoi ce courrier est clos sans réponse."),
            )
        leave(held, AssignmentState.DONE, reason)
        note(held, "closed_assignment", user, reason=reason.strip(), answered=answered)
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
        note(held, "copy_read", user)
