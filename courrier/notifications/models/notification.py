from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.mail.models import Mail
from courrier.organisations.models import Organisation


class Kind(models.TextChoices):
    ARRIVED = "arrived", _("nouveau courrier")
    COPY = "copy", _("copie")
    REDIRECTED = "redirected", _("réorientation")
    BOUNCED = "bounced", _("courrier que les services se renvoient")
    SENT_BACK = "sent_back", _("renvoi à l'accueil")
    TO_DISPATCH = "to_dispatch", _("courrier à répartir")
    SPLIT = "split", _("partie d'une demande")
    ACCEPTED = "accepted", _("prise en charge")
    GIVEN = "given", _("courrier confié")
    TAKEN = "taken", _("courrier repris")
    CANCELLED = "cancelled", _("numéro annulé")
    OPINION_ASKED = "opinion_asked", _("avis demandé")
    OPINION_GIVEN = "opinion_given", _("avis rendu")
    MENTION = "mention", _("mention")
    ANSWER = "answer", _("réponse à une note")
    VISA = "visa", _("visa à donner")
    REPLY_APPROVED = "reply_approved", _("réponse acceptée")
    REPLY_REFUSED = "reply_refused", _("réponse à reprendre")
    REPLY_FAILED = "reply_failed", _("réponse qui n'est pas partie")
    DUE_SOON = "due_soon", _("échéance proche")
    DUE_TODAY = "due_today", _("échéance du jour")
    LATE = "late", _("retard")
    ESCALATED = "escalated", _("retard signalé au responsable")
    LEGAL_SOON = "legal_soon", _("date légale proche")
    CLOCK = "clock", _("délai légal")
    SILENCE = "silence", _("décision implicite")
    MOVED = "moved", _("reprise d'un service")
    REPLACES = "replaces", _("remplacement")
    FOUND = "found", _("recherche enregistrée")


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)

    def to_email(self) -> NotificationQuerySet:
        """What nobody has read yet, on the page or in a digest."""
        return self.filter(read_at__isnull=True, emailed_at__isnull=True)

    def about(self, key: str) -> NotificationQuerySet:
        """What was said of one thing, by the beginning of its key up to a colon: `assignment:12`."""
        return self.filter(Q(key=key) | Q(key__startswith=f"{key}:"))


class Notification(models.Model):
    """One thing told to one person, once: `key` names the thing.

    `data` has the pieces of its sentence: department, detail (what was said with it), count, due_on (ISO), days
    (working days late), names (whom the person replaces). It is shown only where the letter may be read.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    mail = models.ForeignKey(Mail, models.CASCADE, null=True, blank=True, related_name="notifications")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    key = models.CharField(max_length=80)
    by = models.CharField(_("par"), max_length=320, blank=True)
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    emailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notification_of_user"),
            models.Index(
                fields=["user", "organisation"],
                condition=Q(read_at__isnull=True),
                name="notification_unread",
            ),
            models.Index(fields=["mail"], condition=Q(read_at__isnull=True), name="notification_of_mail"),
            models.Index(
                fields=["organisation", "user"],
                condition=Q(read_at__isnull=True, emailed_at__isnull=True),
                name="notification_to_email",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"
