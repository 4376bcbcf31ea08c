from __future__ import annotations

from django.db import models
from django.utils import timezone
from viewflow.workflow.models import Process

from courrier.mail.models import Assignment, Mail


class ReceptionProcess(Process):
    """A letter's way from its arrival to its closing."""

    mail = models.OneToOneField(Mail, models.CASCADE, related_name="reception")


class HandlingProcess(Process):
    """What one department does with a letter that was assigned to it."""

    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="handling")
    decision = models.CharField(max_length=20, blank=True)


class JobRun(models.Model):
    """A job that a worker has in hand; its heartbeat tells whether that worker is alive."""

    task_id = models.BigIntegerField(unique=True)
    worker = models.CharField(max_length=120)
    attempt = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField(default=timezone.now)
    heartbeat_at = models.DateTimeField(default=timezone.now, db_index=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.task_id} ({self.attempt})"
