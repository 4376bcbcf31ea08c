"""A worker that does the jobs of the flows, in this process and in simulated time, with the failures workers have.

Reading and sending are known beforehand instead of done: the text of a letter is what was written on it, and nothing
leaves the house. All else of a job is the product's own: leases, attempts, results written once, the way on.
"""

from __future__ import annotations

import logging
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from courrier.mail.models import Document, DocumentRole
from courrier.mail.reading import Read, Unreadable
from courrier.replies.models import Reply, ReplyState
from courrier.replies.sending import Sent
from courrier.simulation.clock import Clock
from courrier.simulation.letters import Letter, page_of
from workflows import jobs
from workflows.handling import HandlingFlow
from workflows.models import JobRun
from workflows.nodes.job import Job, Progress
from workflows.reception import ReceptionFlow
from workflows.tasks import run_job

KILLED, TWICE, FAILING, UNREADABLE = 0.004, 0.01, 0.006, 0.008
"""How often a worker dies of a job, a message comes twice, a job fails at a try, a scan can't be read at first."""


class Worker:
    """Holds the queue of this process. `read` has what is written on each letter, by its id."""

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self.clock, self.chance = clock, chance
        self.queue: deque[int] = deque()
        self.letters: dict[int, Letter] = {}
        self.unreadable: set[int] = set()
        self.failing: set[tuple[str, int]] = set()
        self.mishaps: Counter[str] = Counter()

    def learn(self, mail_id: int, letter: Letter) -> None:
        """Know what is written on a letter, and whether its first scan can be read."""
        self.letters[mail_id] = letter
        if self.chance.random() < UNREADABLE:
            self.unreadable.add(mail_id)

    def put(self, args: tuple[int], **_options: Any) -> None:
        """What Celery's queue does with a message; now and then it delivers it twice."""
        self.queue.append(args[0])
        if self.chance.random() < TWICE:
            self.mishaps["message delivered twice"] += 1
            self.queue.append(args[0])

    def work(self) -> int:
        """Do what is in the queue, and what follows from it; returns how many messages were taken."""
        taken = 0
        while self.queue:
            task_id = self.queue.popleft()
            if JobRun.objects.filter(task_id=task_id).exclude(mail__in=self.letters).exists():
                continue  # the sweeper found another collectivité's
            taken += 1
            self.clock.forward(2)
            if self.chance.random() < KILLED and jobs.taken(task_id) is not None:
                self.mishaps["worker killed"] += (
                    1  # the job in its hands is nobody's until its lease runs out
                )
                continue
            jobs.run(task_id)
        return taken

    def sweep(self) -> None:
        """What the beat does every quarter of a minute: send again what nobody vouches for any more."""
        self.mishaps["job sent again"] += jobs.restart_lost()

    def work_off(self) -> None:
        """Work until nothing waits, letting leases and pauses run out as a night does."""
        for _night in range(100):
            self.work()
            if not JobRun.objects.filter(mail__in=self.letters).exists():
                return
            self.clock.forward(120)
            self.sweep()

    def read(self, mail_id: int, _progress: Progress) -> Read | Unreadable:
        self.fail_sometimes("read", mail_id)
        if mail_id in self.unreadable:
            self.unreadable.remove(mail_id)
            self.mishaps["scan unreadable"] += 1
            return Unreadable("failed")
        original = Document.objects.get(mail=mail_id, role=DocumentRole.ORIGINAL)
        return Read([page_of(mail_id, self.letters[mail_id].lines)], (original.sha256, original.size))

    def send(self, mail_id: int, _progress: Progress) -> list[Sent]:
        self.fail_sometimes("send", mail_id)
        original = Document.objects.get(mail=mail_id, role=DocumentRole.ORIGINAL)
        waiting = Reply.objects.filter(mail=mail_id, state=ReplyState.SENDING)
        return [Sent(reply.pk, original.sha256, original.size) for reply in waiting]

    def index(self, mail_id: int, _progress: Progress) -> None:
        """The outbox is sent in parts, at the end of each day."""
        self.fail_sometimes("index", mail_id)

    def fail_sometimes(self, job: str, mail_id: int) -> None:
        """Fail the first try of some jobs."""
        if (job, mail_id) not in self.failing and self.chance.random() < FAILING:
            self.failing.add((job, mail_id))
            self.mishaps["job failed"] += 1
            raise ConnectionError("simulated")


@contextmanager
def at_work(worker: Worker) -> Iterator[None]:
    """Have this process's jobs come to `worker` instead of the installation's queue, and be done its way."""
    nodes: list[tuple[Job, Callable[[int, Progress], Any]]] = [
        (ReceptionFlow.read, worker.read),
        (ReceptionFlow.index, worker.index),
        (HandlingFlow.send, worker.send),
    ]
    before = [node.work for node, _work in nodes]
    logger = logging.getLogger(jobs.__name__)
    level = logger.level
    try:
        for node, work in nodes:
            node.work = work
        setattr(run_job, "apply_async", worker.put)  # noqa: B010 (on this one task, for a while)
        logger.setLevel(logging.CRITICAL)
        yield
    finally:
        for (node, _work), own in zip(nodes, before, strict=True):
            node.work = own
        delattr(run_job, "apply_async")
        logger.setLevel(level)
