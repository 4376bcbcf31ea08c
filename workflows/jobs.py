"""Running the jobs of flows so that each has its effect once, whatever dies, comes twice or gets lost."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection
from django.db.models import F
from django.utils import timezone
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from courrier.mail.locking import locked
from courrier.mail.models import Mail
from workflows.models import JobRun
from workflows.nodes.job import Job, queue_patience, send

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 4


def lease() -> timedelta:
    """How long a worker's word holds; it renews it every quarter of that."""
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def pause(attempt: int) -> timedelta:
    """The rest before the try that follows the `attempt`th (from 1)."""
    return timedelta(seconds=settings.JOB_PAUSE_SECONDS) * 2.0 ** (attempt - 1)


@dataclass(slots=True)
class Claim:
    """A job that this worker has in hand. `done` of `total` is its progress, in pages."""

    task_id: int
    mail_id: int
    node: Job
    holder: str
    done: int = 0
    total: int = 0

    def progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def run(task_id: int) -> None:
    """Do a job to its end. Nothing happens where it is done already or in another worker's hands."""
    claim = taken(task_id)
    if claim is None:
        return
    try:
        with vouching_for(claim):
            result = claim.node.work(claim.mail_id, claim.progress)
        finish(claim, result)
    except Exception as error:
        logger.exception("job %s of letter %s failed", claim.node.name, claim.mail_id)
        put_back(claim, f"{type(error).__name__}: {error}")


def taken(task_id: int) -> Claim | None:
    """Take the job, or None. Taken once too often, it is given up here: its worker may have died of it."""
    found = JobRun.objects.filter(task_id=task_id).first()
    if found is None:
        return None
    with locked(found.mail_id) as mail:
        held = JobRun.objects.filter(task_id=task_id).first()
        if held is None or (held.holder and held.lease_until > timezone.now()):
            return None
        task = Task.objects.get(pk=task_id)
        if held.attempt >= MOST_ATTEMPTS:
            give_up(task, mail, held)
            return None
        activation = task.flow_task.activation_class(task)
        activation.start()
        held.holder, held.attempt = uuid.uuid4().hex, held.attempt + 1
        held.lease_for(lease())
        held.save()
        if task.flow_task.begin is not None and held.attempt == 1:
            task.flow_task.begin(mail)
        return Claim(task_id, mail.pk, task.flow_task, held.holder)


@contextmanager
def vouching_for(claim: Claim) -> Iterator[None]:
    """Renew the lease from a thread while the work goes on: a dead worker stops renewing."""
    over = threading.Event()

    def renew() -> None:
        told = (0, 0)
        waited = 0.0
        while not over.wait(1.0):
            waited += 1.0
            if waited >= settings.JOB_LEASE_SECONDS / 4 or (claim.done, claim.total) != told:
                told, waited = (claim.done, claim.total), 0.0
                renewed(claim)
        connection.close()

    thread = threading.Thread(target=renew, name=f"lease-{claim.task_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def renewed(claim: Claim) -> None:
    close_old_connections()
    try:
        JobRun.objects.filter(task_id=claim.task_id, holder=claim.holder).update(
            lease_until=timezone.now() + lease(), done=claim.done, total=claim.total
        )
    except Exception:
        logger.warning("the lease of job %s was not renewed", claim.task_id, exc_info=True)


def finish(claim: Claim, result: Any) -> None:
    """Write the result and move the flow on, unless the job is no longer this worker's."""
    with locked(claim.mail_id) as mail:
        held = JobRun.objects.filter(task_id=claim.task_id, holder=claim.holder).first()
        if held is None:
            return
        claim.node.apply(mail, result)
        move_on(held)


def give_up(task: Task, mail: Mail, held: JobRun) -> None:
    logger.error("job %s of letter %s given up: %s", task.flow_task.name, mail.pk, held.error)
    if task.status == STATUS.SCHEDULED:
        task.flow_task.activation_class(task).start()
    task.flow_task.give_up(mail, held.error or "the worker died")
    move_on(held)


def move_on(held: JobRun) -> None:
    task = Task.objects.get(pk=held.task_id)
    held.delete()
    task.flow_task.activation_class(task).execute()


def put_back(claim: Claim, error: str) -> None:
    """Leave the job for another try after a pause."""
    with locked(claim.mail_id):
        held = JobRun.objects.filter(task_id=claim.task_id, holder=claim.holder).first()
        if held is None:
            return
        held.holder, held.error = "", error[:2000]
        held.lease_for(pause(held.attempt))
        held.save()


def restart_lost(limit: int = 200) -> int:
    """Send again every job whose lease ran out; returns how many. Two of these at once send each once."""
    now = timezone.now()
    restarted = 0
    for held in JobRun.objects.lost(now).order_by("lease_until")[:limit]:
        mine = JobRun.objects.filter(pk=held.pk, lease_until=held.lease_until).update(
            lease_until=now + queue_patience(held.sent), holder="", sent=F("sent") + 1
        )
        if mine:
            send(held.task_id, held.queue)
            restarted += 1
    return restarted
