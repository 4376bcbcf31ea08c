from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models.organisation import Organisation


class DepartmentQuerySet(models.QuerySet["Department"]):
    def open(self) -> DepartmentQuerySet:
        return self.filter(closed_on__isnull=True)


class Department(models.Model):
    """A service of the collectivité; services form a tree."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="departments")
    code = models.CharField(_("code"), max_length=12)
    name = models.CharField(_("nom"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("rattaché à")
    )
    email = models.EmailField(_("courriel"), blank=True)
    arbitrates = models.BooleanField(
        _("tranche"), default=False, help_text=_("reçoit les courriers que les services se renvoient")
    )
    closed_on = models.DateField(_("fermé le"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("repris par")
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="department_code_once_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"
