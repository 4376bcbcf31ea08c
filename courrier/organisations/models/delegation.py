from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models.organisation import Organisation
from courrier.organisations.models.user import User


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, day: date) -> DelegationQuerySet:
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Delegation(models.Model):
    """Somebody is away and names who works in their place, from day to day inclusive."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="delegations")
    absent = models.ForeignKey(User, models.CASCADE, related_name="absences")
    substitute = models.ForeignKey(User, models.CASCADE, related_name="replacements")
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    reason = models.CharField(_("motif"), max_length=120, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("remplacement")
        verbose_name_plural = _("remplacements")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="delegation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.absent} → {self.substitute}"
