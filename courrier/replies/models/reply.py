from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.mail.models import Assignment, Document, Mail


class ReplyChannel(models.TextChoices):
    POST = "post", _("courrier postal")
    EMAIL = "email", _("courriel")


class ReplyState(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    AWAITING = "awaiting", _("à viser")
    SENDING = "sending", _("en cours d'envoi")
    SENT = "sent", _("envoyée")
    FAILED = "failed", _("échec de l'envoi")


class ReplyPurpose(models.TextChoices):
    """What a reply is for; only an answer ends the delay of a request."""

    ANSWER = "answer", _("réponse")
    RECEIPT = "receipt", _("accusé de réception")
    DOCUMENTS = "documents", _("demande de pièces")
    TRANSMISSION = "transmission", _("avis de transmission")


SETTLES = (ReplyPurpose.ANSWER, ReplyPurpose.TRANSMISSION)
"""What a letter may be closed on without saying why."""


class Reply(models.Model):
    """An answer to a letter, from draft to sent."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="replies")
    assignment = models.ForeignKey(Assignment, models.SET_NULL, null=True, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="replies")
    state = models.CharField(_("état"), max_length=10, choices=ReplyState.choices, default=ReplyState.DRAFT)
    purpose = models.CharField(
        _("nature"), max_length=12, choices=ReplyPurpose.choices, default=ReplyPurpose.ANSWER
    )
    channel = models.CharField(
        _("envoi par"), max_length=8, choices=ReplyChannel.choices, default=ReplyChannel.POST
    )
    recipient = models.TextField(_("destinataire"), blank=True, help_text=_("nom et adresse postale"))
    email = models.EmailField(_("courriel"), blank=True)
    subject = models.CharField(_("objet"), max_length=300)
    body = models.TextField(_("texte"))
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)
    sent_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    failure_reason = models.TextField(blank=True)
    document = models.ForeignKey(Document, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("réponse")
        verbose_name_plural = _("réponses")
        indexes = [models.Index(fields=["mail", "-created_at"], name="reply_of_mail")]

    def __str__(self) -> str:
        return self.subject
