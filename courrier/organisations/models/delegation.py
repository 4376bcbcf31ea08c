from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models.organisation import Organisation
from courrier.organisations.models.user import User


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, day: date) -> DelegationQuerySet:
        """Replacements on that day. One that somebody named for themselves ends with their account."""
        rule = Q(absent__is_active=True) | (Q(named_by__isnull=False) & ~Q(named_by=F("absent")))
        return self.filter(rule, starts_on__lte=day, ends_on__gte=day)


class Delegation(models.Model):
    """Somebody is away and names who works in their place, from day to day inclusive.

    Somebody in charge may name it for them (`named_by`), also after they left.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="delegations")
    absent = models.ForeignKey(User, models.CASCADE, related_name="absences")
    substitute = models.ForeignKey(User, models.CASCADE, related_name="replacements")
    starts_on = models.DateField(_("du"))
    ends_on = models.DateField(_("au"))
    reason = models.CharField(_("motif"), max_length=120, blank=True)
    named_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("désigné par")
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("remplacement")
        verbose_name_plural = _("remplacements")
        indexes = [models.Index(fields=["substitute", "ends_on"], name="delegation_of_substitute")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(absent=F("substitute")), name="delegation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.absent} → {self.substitute}"
