from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DigestSent(models.Model):
    """The digest of one person for one day: claimed before it is made, so that two workers never both send it.

    `lease_until` is when another may take it over. `handed_at` is set before the message goes to the server, and
    taken back where the server refuses it: a worker that died in between may have sent it, and nobody sends again.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests")
    day = models.DateField()
    holder = models.CharField(max_length=32)
    lease_until = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=1)
    handed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("résumé envoyé")
        verbose_name_plural = _("résumés envoyés")
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="digest_once_a_day")]
        indexes = [
            models.Index(
                fields=["day", "lease_until"], condition=Q(sent_at__isnull=True), name="digest_unsent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.day}"
