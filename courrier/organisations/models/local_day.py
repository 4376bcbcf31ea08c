from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models.organisation import Organisation


class LocalDay(models.Model):
    """A day on which this collectivité does not work though it is no public holiday, or the reverse.

    It moves the collectivité's own delays, in working days. Delays set by law know public holidays alone.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="local_days")
    day = models.DateField(_("jour"))
    name = models.CharField(_("nom"), max_length=120)
    worked = models.BooleanField(
        _("jour férié travaillé"),
        default=False,
        help_text=_(
            "coché : ce jour férié est travaillé ici, par exemple le Vendredi saint dans une commune "
            "d'Alsace-Moselle sans temple protestant ; sinon : jour chômé ici"
        ),
    )

    class Meta:
        ordering = ["day"]
        verbose_name = _("jour local")
        verbose_name_plural = _("jours locaux")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "day"], name="local_day_once_per_organisation")
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} · {self.name}"
