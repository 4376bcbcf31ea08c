"""Moving many processes through their flows at once: step by step for all of them, in few queries.

What viewflow's activations do for one task is done here for a level of tasks, by the same nodes, conditions and
functions; the rows left behind are those that the same actions leave one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from viewflow.workflow import flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Node
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import PROCESS, STATUS

from courrier.mail import together as letters
from courrier.mail.locking import all_locked
from courrier.mail.models import Assignment, Mail
from courrier.organisations.models import User
from workflows.models import HandlingProcess, ReceptionProcess
from workflows.nodes import Job, PersonTask
from workflows.nodes.person import WAITING

AnyProcess = ReceptionProcess | HandlingProcess
THROUGH = Task.previous.through
BATCH = 500


@dataclass(frozen=True, slots=True)
class Step:
    """A process to move on from `task`, where it waits; by `user`, or by what happened elsewhere."""

    process: AnyProcess
    task: Task
    user: User | None = None


@dataclass(frozen=True, slots=True)
class Begin:
    """A process of `flow_class` to begin for an assignment."""

    flow_class: type[flow.Flow]
    assignment: Assignment


@dataclass(frozen=True, slots=True)
class Settle:
    """A letter whose departments have done with it, to move on from their treatment."""

    mail: Mail
    decision: str


@dataclass(slots=True)
class Steps:
    """What stands before each of the letters' processes, looked up once; what is to be moved is in `letters.work`."""

    letters: letters.Together
    handling: dict[int, HandlingProcess]
    waiting: dict[int, Task]
    reception: dict[int, ReceptionProcess]
    assignments: dict[int, Assignment] = field(default_factory=dict)

    def move(self) -> None:
        """Move on all that was asked for: departments' processes, new ones, then those of letters."""
        work = self.letters.work
        steps = [each for each in work if isinstance(each, Step)]
        Process.objects.bulk_update([each.process.process_ptr for each in steps], ["data"], batch_size=100)
        leave(steps)
        begin([each for each in work if isinstance(each, Begin)])
        self.settle([each for each in work if isinstance(each, Settle)])

    def settle(self, asked: Sequence[Settle]) -> None:
        from workflows.reception import ReceptionFlow

        found = {each.mail.pk: self.reception[each.mail.pk] for each in asked}
        processes = {each.pk: each for each in found.values()}
        rows = Task.objects.filter(process__in=processes, flow_task=ReceptionFlow.handled, status=STATUS.NEW)
        tasks = {row.process_id: row for row in rows}
        steps = []
        for each in asked:
            process = found[each.mail.pk]
            if process.pk in tasks:
                decide(process, each.decision)
                steps.append(Step(process, tasks.pop(process.pk)))
        Process.objects.bulk_update([each.process.process_ptr for each in steps], ["data"], batch_size=100)
        leave(steps)


_under_way: ContextVar[Steps | None] = ContextVar("processes moved together", default=None)


def steps_with(mail_id: int) -> Steps | None:
    """The processes that are moved together, if this letter's are among them."""
    under_way = _under_way.get()
    return under_way if under_way is not None and mail_id in under_way.letters.letters else None


@contextmanager
def together(mail_ids: Iterable[int], assignment_ids: Iterable[int]) -> Iterator[Steps]:
    """Lock letters for one action on these assignments of theirs, which is written when the block ends."""
    with all_locked(mail_ids) as mails, letters.together(mails) as held:
        under_way = looked_up(held, assignment_ids)
        token = _under_way.set(under_way)
        try:
            yield under_way
        finally:
            _under_way.reset(token)
        under_way.move()


def looked_up(held: letters.Together, assignment_ids: Iterable[int]) -> Steps:
    from workflows.handling import HandlingFlow

    rows = Assignment.objects.filter(pk__in=list(assignment_ids), mail__in=held.letters)
    found = rows.select_related("department", "organisation", "came_from").order_by("mail_id", "pk")
    assignments = {each.pk: each for each in found}
    for each in assignments.values():
        each.mail = held.letters[each.mail_id]
    handling = {
        each.assignment_id: each for each in HandlingProcess.objects.filter(assignment__in=assignments)
    }
    tasks = Task.objects.filter(
        process__in=[each.pk for each in handling.values()],
        flow_task__in=[HandlingFlow.accept, HandlingFlow.handle],
        status__in=WAITING,
    )
    of_process = {each.process_id: each for each in tasks}
    waiting = {pk: of_process[each.pk] for pk, each in handling.items() if each.pk in of_process}
    rows = ReceptionProcess.objects.filter(mail__in=held.letters).select_related("circuit")
    return Steps(held, handling, waiting, {each.mail_id: each for each in rows}, assignments)


def decide(process: AnyProcess, decision: str, **data: int) -> None:
    """Write a decision on a process, and on the row it is kept in."""
    process.data = {**process.data, "decision": decision, **data}
    process.process_ptr.data = process.data


# what viewflow's activations do


def leave(steps: Sequence[Step]) -> None:
    """Finish tasks that waited, and go on from them."""
    now = timezone.now()
    for user in dict.fromkeys(each.user for each in steps):
        done = [each.task.pk for each in steps if each.user == user]
        owner = {"owner": user} if user else {}
        Task.objects.filter(pk__in=done).update(status=STATUS.DONE, started=now, finished=now, **owner)
    for each in steps:
        each.task.status = STATUS.DONE
    go_on([activation_of(each.task, each.process) for each in steps])


def begin(asked: Sequence[Begin]) -> None:
    """Begin a process for each."""
    now = timezone.now()
    rows = Process.objects.bulk_create([Process(flow_class=each.flow_class) for each in asked], BATCH)
    level = []
    for each, row in zip(asked, rows, strict=True):
        process = HandlingProcess(process_ptr=row, assignment=each.assignment)
        for column in Process._meta.concrete_fields:
            setattr(process, column.attname, getattr(row, column.attname))
        process.save_base(raw=True, force_insert=True)  # the row it extends is written already
        task = new_task(each.flow_class.instance.node("start"), process)
        task.status, task.started, task.finished = STATUS.DONE, now, now
        level.append((task, process))
    Task.objects.bulk_create([task for task, _process in level], BATCH)
    go_on([activation_of(task, process) for task, process in level])


def go_on(level: Sequence[Activation]) -> None:
    """From tasks that are done to the next ones, until each process waits or has ended."""
    while level:
        ways = [(each, node) for each in level for node in following(each)]
        tasks = [new_task(node, each.process, each.task) for each, node in ways]
        Task.objects.bulk_create(tasks, BATCH)
        links = [
            THROUGH(from_task_id=task.pk, to_task_id=each.task.pk)
            for task, (each, _node) in zip(tasks, ways, strict=True)
        ]
        THROUGH.objects.bulk_create(links, BATCH)
        arrived = [activation_of(task, each.process) for task, (each, _node) in zip(tasks, ways, strict=True)]
        level = [each for each in arrived if passes(each)]
        end([each for each in level if isinstance(each.flow_task, flow.End)])


def new_task(node: Node, process: AnyProcess, before: Task | None = None) -> Task:
    """A task at a node; done at once where nobody waits there."""
    task = Task(flow_task=node, flow_task_type=node.task_type, process=process.process_ptr, data={})
    if before is not None:
        task.token = before.token
    now = timezone.now()
    if isinstance(node, flow.Function | flow.Switch | flow.If | flow.End):
        task.status, task.finished = STATUS.DONE, now
    if isinstance(node, flow.Function | flow.End):
        task.started = now
    return task


def activation_of(task: Task, process: AnyProcess) -> Activation:
    task.process = process.process_ptr
    activation = task.flow_task.activation_class(task)
    activation.process = process
    return activation


def following(activation: Activation) -> Iterator[Node]:
    """Where a process goes from a task that is done."""
    node: Any = activation.flow_task
    if isinstance(node, flow.Switch):
        yield next(way for way, condition in node._branches if condition is None or condition(activation))
    elif isinstance(node, flow.If):
        yield node._on_true if node._condition(activation) else node._on_false
    elif not isinstance(node, flow.End):
        yield node._next


def passes(activation: Activation) -> bool:
    """Arrive at a task; whether the process goes on from it by itself."""
    node: Any = activation.flow_task
    if isinstance(node, flow.Function):
        node._func(activation)
        return True
    if isinstance(node, flow.Switch | flow.If | flow.End):
        return True
    if isinstance(node, Job):
        activation.activate()
        return False
    if isinstance(node, PersonTask | flow.Handle):
        return False
    raise TypeError(f"nothing is known here of a node like {node}")


def end(ended: Sequence[Activation]) -> None:
    """Finish processes that came to their end and have nothing else open."""
    processes = {each.process.pk for each in ended}
    rows = Task.objects.filter(process__in=processes, finished__isnull=True)
    busy = set(rows.values_list("process_id", flat=True)) if processes else set()
    if done := processes - busy:
        Process.objects.filter(pk__in=done).update(status=PROCESS.DONE, finished=timezone.now())
