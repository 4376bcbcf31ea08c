"""The signature book: the visas and the signature a reply needs before it leaves."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from courrier.audit.chain import record
from courrier.mail.locking import changed
from courrier.mail.models import Mail
from courrier.mail.rights import Access, gives, replaced_in
from courrier.organisations.models import User
from courrier.replies.models import Approval, ApprovalState, Reply, ReplyState


def submit(mail: Mail, reply: Reply, steps: Sequence[tuple[str, str]]) -> None:
    """Put the reply through `steps`, each a kind (approval, signature) and a role, in order; the letter is locked.

    Handed in again after a refusal, it starts anew, in a new round.
    """
    assert reply.assignment is not None, "only an assignment's reply is submitted"  # noqa: S101
    round_ = (reply.approvals.aggregate(last=Max("round"))["last"] or 0) + 1
    Approval.objects.bulk_create(
        Approval(
            organisation=mail.organisation,
            reply=reply,
            department_id=reply.assignment.department_id,
            round=round_,
            position=position,
            kind=kind,
            role=role,
        )
        for position, (kind, role) in enumerate(steps)
    )
    if any(role == "elected" for _kind, role in steps) and not mail.shown_to_elected:
        mail.shown_to_elected = True
        changed(mail)


def open_next(reply: Reply) -> Approval | None:
    """Have the next visa of the reply wait for who gives it; None where it needs no more."""
    following = reply.approvals.filter(state=ApprovalState.LATER).order_by("round", "position").first()
    if following is not None:
        following.state = ApprovalState.PENDING
        following.save(update_fields=["state"])
    return following


def decide(mail: Mail, approval: Approval, user: User, *, approved: bool, comment: str) -> None:
    """Write what was decided; a refusal gives the reply back to its author, and what was to come falls away."""
    approval.state = ApprovalState.APPROVED if approved else ApprovalState.REFUSED
    approval.given_by, approval.given_at, approval.comment = user, timezone.now(), comment.strip()[:500]
    approval.save()
    if not approved:
        approval.reply.approvals.filter(state=ApprovalState.LATER).delete()
        approval.reply.state, approval.reply.failure_reason = ReplyState.DRAFT, approval.comment
        approval.reply.save()
    place = (approval.role, approval.organisation_id, approval.department_id)
    record(
        mail.organisation,
        "reply_approved" if approved else "reply_refused",
        mail_id=mail.pk,
        actor=user,
        on_behalf_of=replaced_in(user, place[1], lambda access: gives(access, *place)),
        reply=approval.reply_id,
        kind=approval.kind,
        role=approval.role,
        comment=approval.comment,
    )


def call_back(reply: Reply) -> None:
    """Make the reply a draft again: what it still waits for falls away."""
    reply.approvals.filter(state__in=[ApprovalState.LATER, ApprovalState.PENDING]).delete()
    reply.state = ReplyState.DRAFT
    reply.save()


def waiting_for(access: Access) -> QuerySet[Approval]:
    """The signature book of one person: what waits for their visa or signature, oldest first."""
    mine = Q(role="manager", department__in=access.managed)
    mine |= Q(role="direction", organisation__in=access.direction)
    mine |= Q(role="elected", organisation__in=access.elected)
    pending = Approval.objects.filter(mine, state=ApprovalState.PENDING).order_by("pk")
    return pending.select_related("reply__mail__sender", "reply__author", "department")


def may_give(access: Access, approval: Approval) -> bool:
    """Whether this visa is the person's to give now."""
    right = gives(access, approval.role, approval.organisation_id, approval.department_id)
    return right and approval.state == ApprovalState.PENDING


def signature_of(reply: Reply) -> Approval | None:
    """The signature the reply carries, if it was signed."""
    signed = reply.approvals.filter(kind="signature", state=ApprovalState.APPROVED)
    return signed.select_related("given_by").order_by("-round").first()
