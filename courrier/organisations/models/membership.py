from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models.department import Department
from courrier.organisations.models.organisation import Organisation
from courrier.organisations.models.user import User


class Role(models.TextChoices):
    RECEPTION = "reception", _("accueil")
    DIRECTION = "direction", _("direction générale")
    ELECTED = "elected", _("élu")
    ARCHIVIST = "archivist", _("archiviste")
    ADMINISTRATOR = "administrator", _("administrateur")
    MANAGER = "manager", _("responsable")
    AGENT = "agent", _("agent")
    READER = "reader", _("lecteur")


DEPARTMENT_ROLES = (Role.MANAGER, Role.AGENT, Role.READER)
"""Roles held in a department; the others are held in the organisation as a whole."""


class Membership(models.Model):
    """What one person is in one collectivité: a role there, or in one of its departments."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    department = models.ForeignKey(
        Department, models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(_("rôle"), max_length=16, choices=Role.choices)

    class Meta:
        ordering = ["organisation", "department", "role"]
        verbose_name = _("fonction")
        verbose_name_plural = _("fonctions")
        constraints = [
            # Two, since SQLite cannot count a missing department as a value.
            models.UniqueConstraint(
                fields=["user", "department", "role"],
                condition=Q(department__isnull=False),
                name="membership_once_in_department",
            ),
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(department__isnull=True),
                name="membership_once_in_organisation",
            ),
            models.CheckConstraint(
                condition=Q(role__in=DEPARTMENT_ROLES, department__isnull=False)
                | (~Q(role__in=DEPARTMENT_ROLES) & Q(department__isnull=True)),
                name="membership_department_fits_role",
            ),
        ]

    def __str__(self) -> str:
        place = self.department or self.organisation
        return f"{self.user} · {self.get_role_display()} · {place}"
