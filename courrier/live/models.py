from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.mail.models import Mail


class PresenceQuerySet(models.QuerySet["Presence"]):
    def since(self, moment: datetime) -> PresenceQuerySet:
        """Who gave a sign of life at `moment` or later."""
        return self.filter(seen_at__gte=moment)


class Presence(models.Model):
    """Somebody has this letter open before them. A row without a sign of life for a while means nothing any more."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("présence")
        verbose_name_plural = _("présences")
        constraints = [models.UniqueConstraint(fields=["mail", "user"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.mail_id}: {self.user_id}"
