from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.mail.models import Mail
from courrier.mailboxes.sealing import opened, seal
from courrier.organisations.models import Organisation

LEASE = timedelta(minutes=15)
"""How long a look into a mailbox keeps others out; one whose worker died is taken up again after it."""


class Security(models.TextChoices):
    TLS = "tls", _("TLS (port 993)")
    STARTTLS = "starttls", _("STARTTLS (port 143)")
    PLAIN = "plain", _("aucune (serveur de cette machine seulement)")


class Mailbox(models.Model):
    """A mailbox on an IMAP server whose messages become letters of the collectivité."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="mailboxes")
    address = models.EmailField(_("adresse"))
    host = models.CharField(_("serveur IMAP"), max_length=200)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(
        _("chiffrement"), max_length=10, choices=Security.choices, default=Security.TLS
    )
    username = models.CharField(_("identifiant"), max_length=200)
    sealed_password = models.TextField()
    folder = models.CharField(_("dossier relevé"), max_length=100, default="INBOX")
    done_folder = models.CharField(
        _("dossier des messages enregistrés"), max_length=100, default="Enregistrés"
    )
    refused_folder = models.CharField(_("dossier des messages refusés"), max_length=100, default="Refusés")
    active = models.BooleanField(_("relevée"), default=True)
    looked_at = models.DateTimeField(null=True, editable=False)
    trouble = models.CharField(max_length=300, blank=True, editable=False)
    trouble_since = models.DateTimeField(null=True, editable=False)
    held_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["address"]
        verbose_name = _("boîte aux lettres")
        verbose_name_plural = _("boîtes aux lettres")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "host", "username", "folder"], name="mailbox_once_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return self.address

    def give_password(self, password: str) -> None:
        self.sealed_password = seal(password)

    @property
    def password(self) -> str | None:
        """The password in clear; None where the installation's key was changed since it was given."""
        return opened(self.sealed_password)

    def take_hold(self, now: datetime) -> bool:
        """Whether this worker alone may look into the mailbox now."""
        free = Q(held_until=None) | Q(held_until__lt=now)
        return bool(Mailbox.objects.filter(free, pk=self.pk).update(held_until=now + LEASE))

    def let_go(self, trouble: str = "") -> None:
        """Note how the look went; the same trouble keeps the day it began."""
        now = timezone.now()
        since = (self.trouble_since or now) if trouble else None
        looked = {} if trouble else {"looked_at": now}
        Mailbox.objects.filter(pk=self.pk).update(
            held_until=None, trouble=trouble[:300], trouble_since=since, **looked
        )


class Outcome(models.TextChoices):
    RECEIVED = "received", _("enregistré")
    DUPLICATE = "duplicate", _("déjà enregistré")
    REFUSED = "refused", _("refusé")


class Message(models.Model):
    """A message that was dealt with, so that it is never dealt with twice: told by the SHA-256 of its bytes."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="messages")
    sha256 = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    mail = models.ForeignKey(Mail, models.SET_NULL, null=True, related_name="+")
    sender = models.CharField(_("expéditeur"), max_length=200, blank=True)
    subject = models.CharField(_("objet"), max_length=200, blank=True)
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    dealt_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["mailbox", "sha256"], name="message_once_per_mailbox")]
        indexes = [models.Index(fields=["mailbox", "outcome", "-id"], name="message_by_outcome")]

    def __str__(self) -> str:
        return self.subject
