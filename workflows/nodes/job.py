"""A step of a flow that a Celery worker does: viewflow's open edition has the protocol, not the node."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from viewflow.workflow.activation import Activation
from viewflow.workflow.nodes.job import AbstractJob, AbstractJobActivation
from viewflow.workflow.status import STATUS

from courrier.mail.models import Mail
from workflows.models import JobRun

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


class JobActivation(AbstractJobActivation):
    @Activation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def activate(self) -> None:
        """Write down that the job is to be done, and send it once that is committed."""
        self.task.save()
        run = JobRun(
            task_id=self.task.pk, mail=self.process.mail, job=self.flow_task.name, queue=self.flow_task.queue
        )
        run.lease_for(queue_patience())
        run.save()
        transaction.on_commit(partial(send, self.task.pk, self.flow_task.queue), robust=True)

    @Activation.status.transition(source=STATUS.STARTED)
    def execute(self) -> None:
        """Move on, or fail as a whole: an error of a following step undoes this one, which is then tried again."""
        self.complete()
        self.activate_next()


class Job(AbstractJob):
    """`work` runs in a worker outside any transaction; `apply` writes its result, once, with the letter locked.

    `work(mail_id, progress)` may run several times (a killed worker, a message twice) and must not mind.
    `apply(mail, result)` runs in the transaction that moves the flow on. `give_up(mail, error)` runs instead of it
    when the job failed too often. `begin(mail)` runs, locked, when a worker takes the job.
    """

    activation_class = JobActivation

    def __init__(
        self,
        work: Callable[[int, Progress], Any],
        apply: Callable[[Mail, Any], None],
        give_up: Callable[[Mail, str], None],
        begin: Callable[[Mail], None] | None = None,
        queue: str = "steps",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.work = work
        self.apply = apply
        self.give_up = give_up
        self.begin = begin
        self.queue = queue


def queue_patience(sent: int = 0) -> timedelta:
    """How long a message may wait in the queue before it is sent again; doubled each time, up to half an hour."""
    return min(timedelta(seconds=settings.JOB_PATIENCE_SECONDS) * 2.0 ** min(sent, 10), timedelta(minutes=30))


def send(task_id: int, queue: str) -> None:
    """Put the job in the queue. A broker that is down delays it: the lease runs out and it is sent again."""
    from workflows.tasks import run_job

    try:
        run_job.apply_async((task_id,), queue=queue, ignore_result=True, retry=False)
    except OperationalError:
        logger.warning("the queue does not answer: job %s waits for the sweeper", task_id)
