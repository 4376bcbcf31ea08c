"""Writing a reply, and seeing it as it will be sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.audit.chain import record
from courrier.mail.locking import locked
from courrier.mail.models import Assignment
from courrier.mail.rights import access_of, acts_on, can
from courrier.organisations.language import town_language
from courrier.replies.approvals import signature_of
from courrier.replies.models import Reply, ReplyChannel, ReplyPurpose, ReplyState, Template

if TYPE_CHECKING:
    from courrier.organisations.models import User


class DraftRefused(Exception):
    """A draft that can't be written. `message` says in French why; `forbidden` whether it is a matter of rights."""

    def __init__(self, message: str, *, forbidden: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.forbidden = forbidden


def draft_reply(assignment: Assignment, user: User, template: Template | None = None) -> Reply:
    """Start a reply to the assignment's letter, addressed to its sender; a draft under way is taken up again."""
    with locked(assignment.mail_id) as mail:
        current = Assignment.objects.get(pk=assignment.pk)
        if not can(user, "reply", current):
            raise DraftRefused(
                _("Prenez d'abord ce courrier en charge pour y répondre."),
                forbidden=not acts_on(access_of(user), current),
            )
        unsent = [ReplyState.DRAFT, ReplyState.FAILED]
        drafts = Reply.objects.filter(assignment=current, state__in=unsent, purpose=ReplyPurpose.ANSWER)
        started = drafts.first()
        if started is not None and template is None:
            return started
        reply = started or Reply(mail=mail, assignment=current, author=user)
        with town_language():
            usual = _("Votre courrier : %(subject)s") % {"subject": mail.subject or mail.number}
        subject = (template.subject if template else "") or usual
        return begin(reply, user, subject, filled(template, mail) if template else "")


def prepare_letter(
    assignment: Assignment, user: User, purpose: ReplyPurpose, subject: str, body: str
) -> Reply:
    """A draft to the letter's sender with a text of the house, beside the answer that may be under way.

    One of its kind that has not left yet is written anew. The caller holds the letter and has checked the right.
    """
    unsent = [ReplyState.DRAFT, ReplyState.FAILED]
    earlier = Reply.objects.filter(assignment=assignment, state__in=unsent, purpose=purpose).first()
    reply = earlier or Reply(mail=assignment.mail, assignment=assignment, author=user, purpose=purpose)
    return begin(reply, user, subject, body)


def begin(reply: Reply, user: User, subject: str, body: str) -> Reply:
    """Address a draft to the sender of its letter, give it its words, and write it down."""
    mail = reply.mail
    sender = mail.sender
    reply.channel = ReplyChannel.EMAIL if sender and sender.email else ReplyChannel.POST
    reply.email = sender.email if sender else ""
    reply.recipient = address_of(sender) if sender else ""
    reply.subject, reply.body = subject[:300], body
    reply.save()
    record(mail.organisation, "reply_drafted", mail_id=mail.pk, actor=user, reply=reply.pk)
    return reply


def address_of(sender: object) -> str:
    """Name and postal address, a line each."""
    place = f"{getattr(sender, 'postcode', '')} {getattr(sender, 'city', '')}".strip()
    lines = [str(getattr(sender, "name", "")), *str(getattr(sender, "address", "")).splitlines()]
    if place and place not in lines:
        lines.append(place)
    return "\n".join(line for line in lines if line.strip())


def filled(template: Template, mail: object) -> str:
    """The template's text with `{number}`, `{received_on}`, `{subject}` and `{sender}` of the letter in place."""
    values = {
        "number": str(getattr(mail, "number", "")),
        "received_on": f"{getattr(mail, 'received_on', ''):%d/%m/%Y}",
        "subject": str(getattr(mail, "subject", "")),
        "sender": str(getattr(mail, "sender", "") or ""),
    }
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), template.body)


def save_draft(
    reply: Reply, user: User, *, channel: str, recipient: str, email: str, subject: str, body: str
) -> Reply:
    """Keep what was typed. A reply on its way, or sent, changes no more."""
    if reply.assignment is None:
        raise DraftRefused(_("Cette réponse n'est rattachée à aucun service."))
    with locked(reply.mail_id):
        current = Reply.objects.select_for_update(of=("self",)).select_related("assignment").get(pk=reply.pk)
        if current.assignment is None or not can(user, "reply", current.assignment):
            raise DraftRefused(_("Vous ne pouvez plus modifier cette réponse."))
        if current.state not in {ReplyState.DRAFT, ReplyState.FAILED}:
            raise DraftRefused(_("Cette réponse est déjà partie."))
        if channel not in ReplyChannel.values:
            raise DraftRefused(_("Choisissez l'envoi par courriel ou par la poste."))
        current.channel, current.email = channel, email.strip()
        current.recipient, current.subject = recipient.strip(), subject.strip()[:300]
        current.body = body.strip()
        current.save()
    return current


def render_pdf(reply: Reply) -> bytes:
    """The reply as a letter of the collectivité, A4, as PDF/UA."""
    from weasyprint import HTML

    context = {
        "reply": reply,
        "mail": reply.mail,
        "today": timezone.localdate(),
        "signature": signature_of(reply),
    }
    with town_language():
        html = render_to_string("replies/letter.html", context)

    def no_fetching(url: str) -> dict[str, object]:
        raise ValueError(f"a letter loads nothing from outside: {url}")

    pdf: bytes = HTML(string=html, url_fetcher=no_fetching).write_pdf(pdf_variant="pdf/ua-1")
    return pdf
