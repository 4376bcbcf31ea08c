from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.classification.models import DocumentType, Priority
from courrier.correspondents.models import Correspondent
from courrier.organisations.models import Organisation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from courrier.organisations.models import User


class Direction(models.TextChoices):
    INCOMING = "in", _("arrivée")
    OUTGOING = "out", _("départ")


class MailState(models.TextChoices):
    RECEIVED = "received", _("reçu")
    READING = "reading", _("en lecture")
    TO_QUALIFY = "to_qualify", _("à qualifier")
    TO_DISPATCH = "to_dispatch", _("à répartir")
    IN_PROGRESS = "in_progress", _("en cours")
    CLOSED = "closed", _("clos")
    FAILED = "failed", _("illisible")
    CANCELLED = "cancelled", _("annulé")


class Channel(models.TextChoices):
    SCAN = "scan", _("numérisation")
    UPLOAD = "upload", _("dépôt")
    FOLDER = "folder", _("dossier de numérisation")
    EMAIL = "email", _("courriel")
    API = "api", _("application")
    COUNTER = "counter", _("guichet")
    KIOSK = "kiosk", _("borne")


class Confidentiality(models.TextChoices):
    NORMAL = "normal", _("courant")
    RESTRICTED = "restricted", _("restreint au service")
    PERSONAL = "personal", _("personnel, à ne pas ouvrir")


class MailQuerySet(models.QuerySet["Mail"]):
    def visible_to(self, user: User | AnonymousUser) -> MailQuerySet:
        """Letters whose content `user` may read."""
        from courrier.mail.rights import readable_by

        return self.filter(readable_by(user))

    def registered_for(self, user: User | AnonymousUser) -> MailQuerySet:
        """Letters whose line in the register `user` may read: number, dates, state; not their content."""
        from courrier.mail.rights import listed_for

        return self.filter(listed_for(user))

    def to_qualify(self) -> MailQuerySet:
        return self.filter(state__in=[MailState.TO_QUALIFY, MailState.FAILED])

    def under_way(self) -> MailQuerySet:
        return self.exclude(state__in=[MailState.CLOSED, MailState.CANCELLED])


class Mail(models.Model):
    """A letter in the register."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="mails")
    direction = models.CharField(
        _("sens"), max_length=3, choices=Direction.choices, default=Direction.INCOMING
    )
    year = models.PositiveSmallIntegerField(_("année"))
    sequence = models.PositiveIntegerField(_("rang"))
    number = models.CharField(_("numéro"), max_length=24)

    state = models.CharField(_("état"), max_length=12, choices=MailState.choices, default=MailState.RECEIVED)
    state_since = models.DateTimeField(_("dans cet état depuis"), default=timezone.now)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_reason = models.TextField(_("cause de l'échec"), blank=True)
    cancelled_reason = models.CharField(_("motif d'annulation"), max_length=200, blank=True)

    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices, default=Channel.UPLOAD)
    received_on = models.DateField(_("reçu le"))
    registered_at = models.DateTimeField(_("enregistré le"), default=timezone.now)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    subject = models.CharField(_("objet"), max_length=300, blank=True)
    sender = models.ForeignKey(
        Correspondent,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="mails",
        verbose_name=_("expéditeur"),
    )
    letter_date = models.DateField(_("date du courrier"), null=True, blank=True)
    document_type = models.ForeignKey(
        DocumentType, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("type")
    )
    references = models.JSONField(_("références"), default=list, blank=True)
    registered_post = models.BooleanField(_("recommandé"), default=False)
    confidentiality = models.CharField(
        _("confidentialité"), max_length=10, choices=Confidentiality.choices, default=Confidentiality.NORMAL
    )
    priority = models.CharField(
        _("priorité"), max_length=8, choices=Priority.choices, blank=True, default=Priority.NORMAL
    )
    tags = models.JSONField(
        _("étiquettes"), default=list, blank=True, help_text=_("mots posés par une règle ou par l'accueil")
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="held_mails",
        verbose_name=_("remis à"),
    )
    shown_to_elected = models.BooleanField(
        _("soumis aux élus"), default=False, help_text=_("une réponse passe ou est passée par leur visa")
    )
    due_on = models.DateField(_("réponse attendue le"), null=True, blank=True)
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)
    duplicate_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="duplicates"
    )
    changed_at = models.DateTimeField(auto_now=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-sequence"]
        verbose_name = _("courrier")
        verbose_name_plural = _("courriers")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "direction", "year", "sequence"], name="mail_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-year", "-sequence"], name="mail_register"),
            models.Index(fields=["organisation", "number"], name="mail_number"),
            models.Index(fields=["organisation", "received_on"], name="mail_received_on"),
            models.Index(
                fields=["organisation", "state", "-registered_at"],
                name="mail_under_way",
                condition=~Q(state__in=["closed", "cancelled"]),
            ),
            models.Index(fields=["state", "state_since"], name="mail_state_since"),
            models.Index(fields=["sender", "-registered_at"], name="mail_of_sender"),
            # The register's filters: rare states, periods, beginnings of numbers, what elected members see.
            models.Index(
                fields=["organisation", "state", "-year", "-sequence"],
                condition=~Q(state="closed"),
                name="mail_register_state",
            ),
            models.Index(fields=["organisation", "year", "received_on"], name="mail_register_period"),
            models.Index(
                fields=["organisation", "number"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="mail_register_number",
            ),
            models.Index(fields=["organisation"], condition=Q(shown_to_elected=True), name="mail_of_elected"),
        ]

    def __str__(self) -> str:
        return self.number
