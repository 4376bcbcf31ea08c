"""Sending replies: the PDF is kept on the letter, and goes by e-mail or waits to be printed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.forms import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.audit.chain import record
from courrier.mail.content import store
from courrier.mail.locking import changed
from courrier.mail.models import Document, DocumentRole, Mail
from courrier.replies.drafting import render_pdf
from courrier.replies.models import Reply, ReplyChannel, ReplyState


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a reply: its PDF, and why it did not leave, if it did not."""

    reply_id: int
    sha256: str
    size: int
    problem: str = ""


def send_waiting(mail_id: int) -> list[Sent]:
    """Send the letter's replies that are to be sent. May run again after a crash: an e-mail then carries the same
    Message-ID, so that the receiver's server can tell it is the same."""
    waiting = Reply.objects.filter(mail=mail_id, state=ReplyState.SENDING)
    return [send(reply) for reply in waiting.select_related("mail__organisation", "author", "mail__sender")]


def send(reply: Reply) -> Sent:
    pdf = render_pdf(reply)
    sha256, size = store(io.BytesIO(pdf))
    problem = send_email(reply, pdf) if reply.channel == ReplyChannel.EMAIL else ""
    return Sent(reply.pk, sha256, size, problem)


def send_email(reply: Reply, pdf: bytes) -> str:
    """Send by e-mail; returns why it can't be, or "". A server that does not answer raises, and the job is retried."""
    try:
        validate_email(reply.email)
    except ValidationError:
        return _("L'adresse de courriel « %(email)s » n'est pas valable.") % {"email": reply.email}
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2] or "localhost"
    message = EmailMessage(
        subject=" ".join(reply.subject.split()),
        body=reply.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[reply.email],
        reply_to=[reply.mail.organisation.email] if reply.mail.organisation.email else None,
        headers={"Message-ID": f"<reply-{reply.pk}-{reply.created_at:%Y%m%d%H%M%S}@{domain}>"},
    )
    message.attach(f"reponse-{reply.mail.number}.pdf", pdf, "application/pdf")
    try:
        message.send()
    except SMTPException as error:
        if is_final(error):
            return _("Le serveur de courriel a refusé le message : %(reason)s") % {"reason": error}
        raise
    return ""


def is_final(error: SMTPException) -> bool:
    """Whether trying again is useless: a 5xx answer, for the message or for all its recipients."""
    codes = [getattr(error, "smtp_code", 0)]
    codes += [code for code, _reason in getattr(error, "recipients", {}).values()]
    return any(500 <= code < 600 for code in codes)


def keep_sent(mail: Mail, results: list[Sent]) -> None:
    """Write what became of the replies, the letter locked."""
    for result in results:
        reply = Reply.objects.select_for_update().get(pk=result.reply_id)
        if reply.state != ReplyState.SENDING:
            continue
        if result.problem:
            fail(mail, reply, result.problem)
        else:
            succeed(mail, reply, result)
    changed(mail)


def succeed(mail: Mail, reply: Reply, result: Sent) -> None:
    document, _created = Document.objects.get_or_create(
        mail=mail,
        role=DocumentRole.REPLY,
        sha256=result.sha256,
        defaults={
            "organisation": mail.organisation,
            "size": result.size,
            "media_type": "application/pdf",
            "name": f"reponse-{mail.number}-{reply.pk}.pdf",
        },
    )
    reply.state, reply.sent_at, reply.document = ReplyState.SENT, timezone.now(), document
    reply.save()
    to = reply.email if reply.channel == ReplyChannel.EMAIL else reply.recipient.splitlines()[:1]
    record(
        mail.organisation,
        "reply_sent",
        mail_id=mail.pk,
        actor=reply.author,
        reply=reply.pk,
        purpose=reply.purpose,
        channel=reply.channel,
        to=to,
    )


def fail(mail: Mail, reply: Reply, problem: str) -> None:
    reply.state, reply.failure_reason = ReplyState.FAILED, problem
    reply.save()
    record(mail.organisation, "reply_failed", mail_id=mail.pk, reply=reply.pk, problem=problem)


def fail_sending(mail: Mail, error: str) -> None:
    """The server did not answer at any try: the reply is a draft again, with the reason."""
    for reply in Reply.objects.filter(mail=mail, state=ReplyState.SENDING):
        fail(
            mail,
            reply,
            _("Le serveur de courriel ne répond pas. Réessayez plus tard. (%(error)s)") % {"error": error},
        )
    changed(mail)
