from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.classification.models.trained_model import TrainedModel
from courrier.organisations.models import Organisation

SILENT = timedelta(minutes=30)
"""A training that has told nothing for so long has died, or its message was lost."""


class TrainingRun(models.Model):
    """One training in the background: who asked for it, how far it is, what it came to."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="training_runs")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    replaces = models.BooleanField(
        default=False, help_text=_("mis en service quoi que dise la comparaison : des courriers sont oubliés")
    )
    asked_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0, help_text=_("courriers relus"))
    total = models.PositiveIntegerField(default=0)
    model = models.ForeignKey(TrainedModel, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=300, blank=True)
    failed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("apprentissage")
        verbose_name_plural = _("apprentissages")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(finished_at=None), name="one_training_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def lost(self) -> bool:
        return self.finished_at is None and timezone.now() - self.told_at > SILENT
