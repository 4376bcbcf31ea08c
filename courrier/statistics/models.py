from __future__ import annotations

from django.db import models

from courrier.organisations.models import Organisation


class DayCount(models.Model):
    """What there is to count of the letters received on one day, as numbers alone: see `courrier.statistics.day`.

    Made from the register by `courrier.statistics.counting`, which makes it again when a letter of that day changes.
    """

    # without an index of its own: that of the constraint begins with it
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="day_counts", db_index=False)
    day = models.DateField()
    layout = models.PositiveSmallIntegerField()
    letters = models.PositiveIntegerField(default=0)
    content = models.BinaryField()

    class Meta:
        ordering = ["organisation", "day"]
        constraints = [models.UniqueConstraint(fields=["organisation", "day"], name="day_count_once")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.day}"


class CountedUntil(models.Model):
    """Up to when the events of a collectivité have been counted; its row is held while a day is counted."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="counted_until")
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.organisation}: {self.at}"
