"""The flows as drawings: where viewflow's layout puts each step and arrow, and how many letters stand at each step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import viewflow
from django.db.models import Count, Q
from django.template import Context, Engine
from viewflow.workflow import chart, flow
from viewflow.workflow.base import Node
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from courrier.mail.models import MailState
from courrier.mail.models.assignment import OPEN_STATES
from courrier.organisations.models import Organisation
from workflows.handling import HandlingFlow
from workflows.opinion import OpinionFlow
from workflows.reception import ReceptionFlow

FLOWS: dict[str, type[flow.Flow]] = {
    "reception": ReceptionFlow,
    "traitement": HandlingFlow,
    "avis": OpinionFlow,
}
"""The flows by their name in addresses, in the order in which a letter meets them."""

LIVE = (STATUS.NEW, STATUS.ASSIGNED, STATUS.SCHEDULED, STATUS.STARTED, STATUS.ERROR)
OVER = (MailState.CLOSED, MailState.CANCELLED)

GATEWAYS = frozenset({"EXCLUSIVE_GATEWAY", "SWITCH"})
KINDS = {"START": "start", "END": "end", "HUMAN": "person", "JOB": "job"}
"""What a step is, by viewflow's type of its node; any other is done by the software at once."""

TEMPLATES = str(Path(viewflow.__file__).with_name("templates"))

MARGIN = 72
"""Units left free around a drawing, for counts and titles that stand out of their shapes."""


@dataclass(frozen=True, slots=True)
class Box:
    """A step of a drawing, in units of its view box; `kind` is start, end, person, job, gateway or act."""

    name: str
    title: Any
    kind: str
    x: int
    y: int
    width: int
    height: int

    @property
    def center(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def waits(self) -> bool:
        """Whether letters stand at the step; questions and passages take no time."""
        return self.kind in {"person", "job"} or self.name in {"handled", "await_opinion"}


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one step to another; `answer` is yes or no where a question leads that way, else ""."""

    source: str
    target: str
    points: tuple[tuple[int, int], ...]
    answer: str
    label_at: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Chart:
    name: str
    title: Any
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    def box(self, name: str) -> Box | None:
        return next((each for each in self.boxes if each.name == name), None)


@cache
def chart_of(name: str) -> Chart:
    """The drawing of one of FLOWS; the same as long as the process lives."""
    drawn = FLOWS[name]
    grid = chart.calc_layout_data(drawn)
    boxes = tuple(box_of(cell) for cell in grid.cells)
    arrows = tuple(arrow_of(edge) for edge in grid.edges)
    xs = [point[0] for arrow in arrows for point in arrow.points] + [box.x + box.width for box in boxes]
    ys = [point[1] for arrow in arrows for point in arrow.points] + [box.y + box.height for box in boxes]
    title = drawn.process_title
    return Chart(name, title, max(xs) + 2 * MARGIN, max(ys) + 2 * MARGIN, boxes, arrows)


def box_of(cell: Any) -> Box:
    node, shape = cell.node, cell.shape
    kind = "gateway" if node.task_type in GATEWAYS else KINDS.get(node.task_type, "act")
    return Box(
        node.name,
        node.task_title,
        kind,
        int(shape.x) + MARGIN,
        int(shape.y) + MARGIN,
        int(shape.width),
        int(shape.height),
    )


def arrow_of(edge: Any) -> Arrow:
    points = tuple((int(x) + MARGIN, int(y) + MARGIN) for x, y in edge.segments)
    answer = edge.label if edge.label in {"yes", "no"} else ""
    at = edge.label_pos
    place = (int(at[0]) + MARGIN, int(at[1]) + MARGIN) if answer and at else None
    return Arrow(edge.src.name, edge.dst.name, points, answer, place)


def bpmn_of(name: str) -> str:
    """One of FLOWS as a BPMN 2.0 file, by viewflow's own template: its app, whose pages we do not show, stays out."""
    grid = chart.calc_layout_data(FLOWS[name])
    chart.calc_text(grid)
    words = {
        "grid": grid,
        "cells": list(grid.cells),
        "edges": grid.edges,
        "process_id": f"id_process_{name}",
        "process_name": str(FLOWS[name].process_title),
        "compensations": [],
    }
    engine = Engine(dirs=[TEMPLATES], libraries={"l10n": "django.templatetags.l10n"})
    return str(engine.get_template("viewflow/workflow/graph.bpmn").render(Context(words)))


def standing(name: str, organisation: Organisation) -> dict[str, int]:
    """How many letters of the collectivité stand at each step of one of FLOWS, by the step's name; one query.

    A letter that two departments handle stands where each of them is with it.
    """
    rows = Task.objects.filter(
        under_way(name, organisation), process__flow_class=FLOWS[name], status__in=LIVE
    )
    mail = (
        "process__receptionprocess__mail"
        if name == "reception"
        else "process__handlingprocess__assignment__mail"
    )
    counts = rows.order_by().values_list("flow_task").annotate(Count(mail, distinct=True))
    return {name_of(node): number for node, number in counts}


def under_way(name: str, organisation: Organisation) -> Q:
    """Letters that are not closed, and inboxes they still lie in: the partial indexes find them among millions."""
    if name == "reception":
        mail = "process__receptionprocess__mail"
        return Q(**{f"{mail}__organisation": organisation}) & ~Q(**{f"{mail}__state__in": OVER})
    assignment = "process__handlingprocess__assignment"
    return Q(**{f"{assignment}__organisation": organisation, f"{assignment}__state__in": OPEN_STATES})


def name_of(node: Node | str) -> str:
    """A node's name, also where a later version no longer has the node."""
    return node.name if isinstance(node, Node) else str(node).rpartition(".")[2]


def waiting_boxes(drawn: Chart) -> Iterable[Box]:
    return (each for each in drawn.boxes if each.waits)
