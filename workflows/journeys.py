"""The way one letter took through the flows, with the time it spent at each step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import STATUS

from courrier.mail.models import Mail
from courrier.organisations.models import User
from workflows.charts import FLOWS, LIVE, Box, Chart, chart_of, name_of
from workflows.models import HandlingProcess

NAMES = {flow: name for name, flow in FLOWS.items()}


@dataclass(frozen=True, slots=True)
class Passage:
    """One stay at a step; `left` is None where the letter stands there now, `undone` where it was taken back."""

    box: Box
    came: datetime
    left: datetime | None
    who: User | None
    undone: bool

    @property
    def stayed(self) -> timedelta:
        return (self.left or timezone.now()) - self.came


@dataclass(slots=True)
class Journey:
    """A letter's way through one process: the whole reception, or the handling or opinion of one department."""

    chart: Chart
    department: Any
    passages: list[Passage] = field(default_factory=list)
    taken: set[tuple[str, str]] = field(default_factory=set)

    @property
    def passed(self) -> set[str]:
        return {each.box.name for each in self.passages}

    @property
    def here(self) -> set[str]:
        """Steps at which it stands now."""
        return {each.box.name for each in self.passages if each.left is None}

    @property
    def stays(self) -> list[Passage]:
        """The passages that took time, in order."""
        return [each for each in self.passages if each.box.waits]

    def time_at(self, name: str) -> timedelta:
        """All the time spent at a step, over all stays."""
        return sum((each.stayed for each in self.passages if each.box.name == name), timedelta())


def journeys_of(mail: Mail) -> list[Journey]:
    """Reception first, then each department in the order in which the letter came to it. Four queries."""
    handlings = {
        each.pk: each.assignment.department
        for each in HandlingProcess.objects.filter(assignment__mail=mail).select_related(
            "assignment__department"
        )
    }
    processes = Process.objects.filter(receptionprocess__mail=mail) | Process.objects.filter(pk__in=handlings)
    found = list(processes.distinct().order_by("pk"))
    tasks = Task.objects.filter(process__in=[each.pk for each in found]).select_related("owner")
    by_process: dict[int, list[Task]] = {each.pk: [] for each in found}
    for task in tasks.prefetch_related("previous").order_by("pk"):
        by_process[task.process_id].append(task)
    return [
        journey(chart_of(NAMES[each.flow_class]), handlings.get(each.pk), by_process[each.pk])
        for each in found
        if each.flow_class in NAMES
    ]


def journey(chart: Chart, department: Any, tasks: Iterable[Task]) -> Journey:
    way = Journey(chart, department)
    for task in tasks:
        box = chart.box(name_of(task.flow_task))
        if box is None:
            continue
        undone = task.status == STATUS.CANCELED
        left = None if task.status in LIVE else task.finished or task.created
        way.passages.append(Passage(box, task.created, left, task.owner, undone))
        for before in task.previous.all():
            way.taken.add((name_of(before.flow_task), box.name))
    return way
