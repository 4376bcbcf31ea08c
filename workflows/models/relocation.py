from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models import Department, Organisation


class RelocationQuerySet(models.QuerySet["Relocation"]):
    def under_way(self) -> RelocationQuerySet:
        return self.filter(finished_at__isnull=True)

    def lost(self, now: datetime) -> RelocationQuerySet:
        """Those nobody vouches for: never delivered, their worker dead, or due for another look."""
        return self.under_way().filter(lease_until__lt=now)


class Relocation(models.Model):
    """Many letters on their way in the background: from a department that closed to the one that takes over, or from
    somebody's hands into a colleague's.

    `moved` letters arrived; `beside` were there already, or could not go; `waiting` is why some cannot go yet.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("demandé par")
    )
    department = models.ForeignKey(
        Department, models.CASCADE, null=True, blank=True, related_name="relocations"
    )
    successor = models.ForeignKey(Department, models.CASCADE, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="relocations"
    )
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    total = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    beside = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    waiting = models.CharField(max_length=300, blank=True)
    holder = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(default=timezone.now, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RelocationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["department"],
                condition=Q(finished_at__isnull=True, department__isnull=False),
                name="relocation_of_department_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(finished_at__isnull=True, person__isnull=False),
                name="relocation_of_person_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department or self.person} → {self.successor or self.colleague}"

    @property
    def done(self) -> int:
        return min(self.moved + self.beside, self.total)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100

    def lease_for(self, length: timedelta) -> None:
        self.lease_until = timezone.now() + length
