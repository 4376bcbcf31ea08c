from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from courrier.mail.models import Mail


class JobRunQuerySet(models.QuerySet["JobRun"]):
    def lost(self, now: datetime) -> JobRunQuerySet:
        """Jobs nobody vouches for any more: never delivered, their worker dead, or due for another try."""
        return self.filter(lease_until__lt=now)


class JobRun(models.Model):
    """A job of a flow that is not done: waiting in the queue, or in the hands of a worker.

    Whoever is responsible for it (queue, worker, pause before another try) holds the lease and renews it; once it
    has run out, the job is sent again.
    """

    task_id = models.BigIntegerField(unique=True)
    mail = models.ForeignKey(Mail, models.CASCADE, related_name="job_runs")
    job = models.CharField(max_length=40)
    queue = models.CharField(max_length=20, default="steps")
    holder = models.CharField(max_length=40, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    sent = models.PositiveSmallIntegerField(default=1)
    lease_until = models.DateTimeField(db_index=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    objects = JobRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.job} {self.mail_id} ({self.attempt})"

    def lease_for(self, length: timedelta) -> None:
        self.lease_until = timezone.now() + length
