from django.db import models

from courrier.mail.models.mail import Direction
from courrier.organisations.models import Organisation


class RegisterCounter(models.Model):
    """The last number given in one register; its row is locked while a letter takes the next one."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="counters")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "direction", "year"], name="register_counter_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.direction} {self.year}: {self.last}"
