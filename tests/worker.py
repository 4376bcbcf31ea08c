"""A worker for tests: does in this process what waits in the queue, with the product's own code."""

from datetime import timedelta

from django.utils import timezone

from workflows import jobs
from workflows.models import JobRun


def work_off(most: int = 100) -> int:
    """Do every job that waits, and those that follow from it; returns how many."""
    for done in range(most):
        waiting = JobRun.objects.filter(holder="").order_by("pk").first()
        if waiting is None:
            return done
        jobs.run(waiting.task_id)
    raise AssertionError(f"jobs do not end: {list(JobRun.objects.all())}")


def only_job() -> JobRun:
    return JobRun.objects.get()


def let_leases_run_out() -> None:
    """As if everyone who vouched for a job had been silent long enough."""
    JobRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
