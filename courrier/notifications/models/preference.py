from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Preference(models.Model):
    """What somebody wants to be told, and how; without a row, as its fields say by default."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="notification_preference"
    )
    digest = models.BooleanField(_("résumé du matin par courriel"), default=True)

    class Meta:
        verbose_name = _("préférence")
        verbose_name_plural = _("préférences")

    def __str__(self) -> str:
        return str(self.user)
