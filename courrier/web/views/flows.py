"""The flows drawn: with how many letters stand at each step, and with the way one letter took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from textwrap import wrap
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from courrier.web.views.administration import overseen
from courrier.web.views.letter import readable_letter
from workflows.charts import FLOWS, Arrow, Box, Chart, bpmn_of, chart_of, standing, waiting_boxes
from workflows.circuit_counts import counted_circuits
from workflows.journeys import Journey, journeys_of

LINE = 16
"""Units from one line of a title to the next."""

ACROSS, NARROW = 18, 11
"""Characters of a line of a title: in a step, and under a sign."""

ANSWERS = {"yes": gettext_lazy("oui"), "no": gettext_lazy("non"), "": ""}

WHO = {
    "person": gettext_lazy("une personne"),
    "job": gettext_lazy("le logiciel, en tâche de fond"),
    "handled": gettext_lazy("les services"),
    "await_opinion": gettext_lazy("un autre service"),
}
"""Who does a step, by its kind or by its name."""

SCALE = 0.8
"""Pixels of the screen for a unit of a drawing: a flow is seen whole, or nearly, and its words can be read."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a title, and where it is written."""

    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Shape:
    """A step as it is drawn. `note` stands at its corner: a number of letters, or a time."""

    box: Box
    lines: list[Line]
    note: str = ""
    looks: str = ""

    @property
    def note_width(self) -> int:
        return max(28, 16 + 9 * len(self.note))

    @property
    def diamond(self) -> str:
        x, y, w, h = self.box.x, self.box.y, self.box.width, self.box.height
        return f"{x + w // 2},{y} {x + w},{y + h // 2} {x + w // 2},{y + h} {x},{y + h // 2}"


@dataclass(frozen=True, slots=True)
class Path:
    points: str
    answer: Any
    label_at: tuple[int, int] | None
    looks: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart ready to be drawn; `key` tells its parts from those of other drawings of the page."""

    chart: Chart
    shapes: list[Shape]
    paths: list[Path]
    key: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Pixels across and down."""
        return round(self.chart.width * SCALE), round(self.chart.height * SCALE)


@dataclass(slots=True)
class Counted:
    """A flow with the letters at each of its steps, drawn and as a table."""

    drawing: Drawing
    rows: list[tuple[Box, Any, int]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(number for _box, _who, number in self.rows)


@require_GET
def flows(request: HttpRequest) -> HttpResponse:
    """Counts of letters, whatever their confidentiality: a count says nothing of what is in them."""
    here = overseen(request)
    context = {
        "flows": [counted(name, standing(name, here)) for name in FLOWS],
        "circuits": counted_circuits(here),
    }
    return render(request, "web/flows/page.html", context)


@require_GET
def bpmn(request: HttpRequest, name: str) -> HttpResponse:
    """A flow as a BPMN 2.0 file, for the tools that draw it."""
    overseen(request)
    if name not in FLOWS:
        raise Http404
    answer = HttpResponse(bpmn_of(name), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{name}.bpmn"'
    return answer


@require_GET
def letter_flow(request: HttpRequest, number: str) -> HttpResponse:
    """The way one letter took, for who may read it."""
    mail = readable_letter(request, number)
    ways = [walked(each, str(rank)) for rank, each in enumerate(journeys_of(mail), start=1)]
    return render(request, "web/flows/letter.html", {"mail": mail, "ways": ways})


def counted(name: str, numbers: Mapping[str, int]) -> Counted:
    chart = chart_of(name)
    notes = {box.name: str(numbers.get(box.name, 0)) for box in waiting_boxes(chart)}
    looks = {box: "is-busy" if number != "0" else "is-idle" for box, number in notes.items()}
    rows = [
        (box, WHO.get(box.name) or WHO[box.kind], numbers.get(box.name, 0)) for box in waiting_boxes(chart)
    ]
    return Counted(drawn(chart, notes, looks, key=name), rows)


@dataclass(frozen=True, slots=True)
class Walked:
    """A letter's way through one process, drawn and as a table."""

    journey: Journey
    drawing: Drawing
    rows: list[tuple[Any, str]]


def walked(journey: Journey, key: str) -> Walked:
    notes = {
        box.name: in_short(journey.time_at(box.name))
        for box in waiting_boxes(journey.chart)
        if box.name in journey.passed
    }
    looks = {name: "is-here" if name in journey.here else "is-passed" for name in journey.passed}
    rows = [(each, in_short(each.stayed)) for each in journey.stays]
    return Walked(journey, drawn(journey.chart, notes, looks, journey.taken, key), rows)


def drawn(
    chart: Chart,
    notes: Mapping[str, str],
    looks: Mapping[str, str],
    taken: Iterable[tuple[str, str]] = (),
    key: str = "",
) -> Drawing:
    went = set(taken)
    return Drawing(
        chart,
        [
            Shape(each, lines_of(each), notes.get(each.name, ""), looks.get(each.name, ""))
            for each in chart.boxes
        ],
        [path_of(each, "is-taken" if (each.source, each.target) in went else "") for each in chart.arrows],
        key=key,
    )


def path_of(arrow: Arrow, looks: str) -> Path:
    points = " ".join(f"{x},{y}" for x, y in arrow.points)
    return Path(points, ANSWERS[arrow.answer], arrow.label_at, looks)


def lines_of(box: Box) -> list[Line]:
    """The title inside a step, over the sign of a question, under that of a beginning or an end."""
    narrow = box.kind in {"start", "end"}
    words = wrap(str(box.title or box.name), NARROW if narrow else ACROSS, break_long_words=False)
    x, y = box.center
    if narrow:
        first = box.y + box.height + 18
        x = box.x + box.width if box.kind == "start" else x
    elif box.kind == "gateway":
        first = box.y - 8 - LINE * (len(words) - 1)
    else:
        first = y - LINE * (len(words) - 1) // 2 + 5
    return [Line(text, x, first + LINE * rank) for rank, text in enumerate(words)]


def in_short(span: timedelta) -> str:
    """How long something took, in its two largest units: 3 j 4 h, 12 min, 8 s."""
    seconds = max(0, int(span.total_seconds()))
    days, rest = divmod(seconds, 86400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    if days:
        return (
            _("%(days)d j %(hours)d h") % {"days": days, "hours": hours}
            if hours
            else _("%(n)d j") % {"n": days}
        )
    if hours:
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(n)d min") % {"n": minutes}
    return _("%(n)d s") % {"n": seconds}
