from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.mail.models import Assignment
from courrier.organisations.models import Organisation


class Stage(models.TextChoices):
    BEFORE = "before", _("avant l'échéance")
    ON = "on", _("à l'échéance")
    LATE = "late", _("après l'échéance")
    ESCALATED = "escalated", _("au responsable")
    LEGAL = "legal", _("avant la date légale")


class ReminderPolicy(models.Model):
    """When a collectivité reminds its people of due dates, in working days; without a row, by default."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="reminder_policy"
    )
    days_before = models.PositiveSmallIntegerField(
        _("rappel avant l'échéance"), default=3, validators=[MaxValueValidator(60)]
    )
    days_before_legal = models.PositiveSmallIntegerField(
        _("rappel avant la date légale"), default=10, validators=[MaxValueValidator(60)]
    )
    days_late = models.PositiveSmallIntegerField(
        _("retard signalé au responsable après"), default=5, validators=[MaxValueValidator(60)]
    )

    class Meta:
        verbose_name = _("règle des rappels")
        verbose_name_plural = _("règles des rappels")

    def __str__(self) -> str:
        return str(self.organisation)


class Reminder(models.Model):
    """A reminder that was made of an assignment's due date; each stage once, however often the clock strikes."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="reminders")
    due_on = models.DateField()
    stage = models.CharField(max_length=10, choices=Stage.choices)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("rappel")
        verbose_name_plural = _("rappels")
        constraints = [
            models.UniqueConstraint(fields=["assignment", "due_on", "stage"], name="reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.stage} {self.due_on}"
