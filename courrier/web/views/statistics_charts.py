"""The charts of the statistics page as numbers for SVG: places across in percent, down in pixels.

So a chart is as wide as its place and its letters keep their size. A bar says its value beside it, a part of a column
has a pattern: nothing is said by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courrier.mail.models import Channel
from courrier.statistics.day import FIELDS, Step
from courrier.statistics.figures import Agreement, Figures, Load, Volume

STEP_LABELS = {
    Step.READ: gettext_lazy("Lecture"),
    Step.UNDERSTAND: gettext_lazy("Compréhension"),
    Step.QUALIFY: gettext_lazy("Qualification par l'accueil"),
    Step.DISPATCH: gettext_lazy("Répartition par la direction"),
    Step.TAKE: gettext_lazy("Prise en charge"),
    Step.HANDLE: gettext_lazy("Traitement par le service"),
    Step.OPINION: gettext_lazy("Avis d'un autre service"),
    Step.APPROVE: gettext_lazy("Parapheur"),
    Step.SEND: gettext_lazy("Envoi de la réponse"),
}

HEIGHT, TOP, FOOT = 220, 22, 26
"""Of the chart of volumes, in pixels: all of it, above the highest column, below the columns."""
MOST_LABELS = 14
"""Columns that can have their value and their date written without touching."""
LINE_HEIGHT, LINE_TOP = 84, 14


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a column: a channel's, by its pattern's number."""

    pattern: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    x: float
    width: float
    middle: float
    label: str
    total: int
    total_y: float
    labelled: bool
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class Grid:
    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The chart of volumes. `legend` has each channel that occurs: pattern, name, letters."""

    columns: list[Column]
    grid: list[Grid]
    legend: list[tuple[int, str, int]]
    base: float = HEIGHT - FOOT
    height: int = HEIGHT


def volume_chart(volumes: Sequence[Volume], by_month: bool) -> Columns:
    highest = top_of(max((each.total for each in volumes), default=0))
    room = HEIGHT - TOP - FOOT
    used = [channel for channel in Channel if any(each.channels[channel] for each in volumes)]
    every = -(-len(volumes) // MOST_LABELS) or 1
    step = 100 / max(len(volumes), 1)
    columns = []
    for number, volume in enumerate(volumes):
        y, parts = float(HEIGHT - FOOT), []
        for channel in used:
            height = volume.channels[channel] / highest * room
            y -= height
            if height:
                parts.append(Part(used.index(channel) + 1, round(y, 2), round(height, 2)))
        columns.append(
            Column(
                round(number * step + step * 0.14, 3),
                round(step * 0.72, 3),
                round((number + 0.5) * step, 3),
                date_format(volume.first, "M y" if by_month else "j/m"),
                volume.total,
                round(y - 5, 2),
                number % every == 0,
                parts,
            )
        )
    grid = [Grid(HEIGHT - FOOT - share * room, f"{highest * share:.0f}") for share in (0.5, 1.0)]
    totals = {channel: sum(each.channels[channel] for each in volumes) for channel in used}
    legend = [(used.index(each) + 1, str(each.label), totals[each]) for each in used]
    return Columns(columns, grid, legend)


def top_of(value: float) -> int:
    """A round number at or above `value`: 1, 2 or 5 times a power of ten, or in between."""
    power = 1
    while True:
        for factor in (1, 2, 4, 6, 8):
            if value <= factor * power:
                return factor * power
        power *= 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a table with its bar: a first part, then a second one with a pattern, in percent of the width."""

    label: str
    code: str
    first: float
    second: float
    load: Load


def load_bars(loads: Sequence[Load], names: dict[int, tuple[str, str]]) -> list[Bar]:
    """Open letters, and those late of them with a pattern."""
    highest = max((each.open for each in loads), default=0) or 1
    return [
        Bar(
            *named(each.id, names),
            percent(each.open - each.late, highest),
            percent(each.late, highest),
            each,
        )
        for each in loads
    ]


def delay_bars(loads: Sequence[Load], names: dict[int, tuple[str, str]]) -> list[Bar]:
    """Up to the median, then with a pattern up to what nine in ten do not exceed; those with nothing done left out."""
    done = [each for each in loads if each.days.median is not None]
    highest = max((each.days.p90 or 0 for each in done), default=0) or 1
    return [
        Bar(
            *named(each.id, names),
            percent(each.days.median or 0, highest),
            percent((each.days.p90 or 0) - (each.days.median or 0), highest),
            each,
        )
        for each in done
    ]


def named(id_: int, names: dict[int, tuple[str, str]]) -> tuple[str, str]:
    """Name and code, as a department or a type has them."""
    return names.get(id_, (_("Sans type"), ""))


def percent(value: float, whole: float) -> float:
    return round(100 * value / whole, 2)


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    text: str
    next: Point | None = field(default=None)


@dataclass(frozen=True, slots=True)
class Line:
    """How often one field was understood rightly, from one span to the next: a small chart of its own."""

    label: str
    share: float | None
    said: int
    points: list[Point]
    first: str
    last: str
    height: int = LINE_HEIGHT


def agreement_lines(agreements: Sequence[Agreement]) -> list[Line]:
    return [agreement_line(str(each), str(each.label), agreements) for each in FIELDS]


def agreement_line(name: str, label: str, agreements: Sequence[Agreement]) -> Line:
    room = LINE_HEIGHT - 2 * LINE_TOP
    step = 92 / max(len(agreements) - 1, 1)
    shares = [(number, each.share(name)) for number, each in enumerate(agreements)]
    points: list[Point] = []
    for number, known in reversed([(number, share) for number, share in shares if share is not None]):
        y = LINE_TOP + (1 - known) * room
        text = in_percent(known)
        points.insert(0, Point(round(4 + number * step, 3), round(y, 2), text, points[0] if points else None))
    said = sum(each.said[name] for each in agreements)
    right = sum(each.right[name] for each in agreements)
    share = right / said if said else None
    ends = (points[0].text, points[-1].text) if points else ("", "")
    return Line(label[:1].upper() + label[1:], share, said, points, *ends)


def in_percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}".replace("%", "\N{NO-BREAK SPACE}%")


def in_words(first: date, last: date, by_month: bool) -> str:
    """A week or month of the period: from day to day, or the month's name where it is whole or not."""
    if by_month:
        return date_format(first, "F Y")
    return _("du %(first)s au %(last)s") % {
        "first": date_format(first, "j/m"),
        "last": date_format(last, "j/m/Y"),
    }


def how_long(hours: float | None) -> str:
    """A time as one says it: minutes, hours or days."""
    if hours is None:
        return ""
    if hours < 1:
        return _("%(n)d min") % {"n": max(round(hours * 60), 1)}
    if hours < 48:
        return _("%(n)s h") % {"n": decimal(hours)}
    return _("%(n)s j") % {"n": decimal(hours / 24)}


def decimal(value: float) -> str:
    """With one decimal and a comma, as in French."""
    return f"{value:.1f}".replace(".", ",")


def step_bars(figures: Figures) -> list[tuple[str, float, float, int, str, str]]:
    """Each step that letters went through: name, bar to the median and on to nine in ten, passages, both in words."""
    done = [(step, spread) for step, spread in figures.steps if spread.count]
    highest = max((spread.p90 or 0 for _step, spread in done), default=0) or 1
    return [
        (
            str(STEP_LABELS[step]),
            percent(spread.median or 0, highest),
            percent((spread.p90 or 0) - (spread.median or 0), highest),
            spread.count,
            how_long(spread.median),
            how_long(spread.p90),
        )
        for step, spread in done
    ]
