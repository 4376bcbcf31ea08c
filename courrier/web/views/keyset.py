"""Parts of a long list by the key of their first and last row: the thousandth part costs what the first does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import BooleanField, DateTimeField, Func, Model, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)
Key = tuple[int | datetime, int]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Pair(Func):
    """Two values compared as one, the first before the second: an index over both answers it."""

    template = "(%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, *values: Any) -> None:
        super().__init__(*values)


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """Some rows of a list. `before` and `after` are the keys to ask for the parts beside it with, "" at its ends."""

    rows: list[Row]
    before: str = ""
    after: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.before and not self.after


def below(rows: QuerySet[Row], names: tuple[str, str], key: Key | None = None) -> QuerySet[Row]:
    """The rows after `key`, nearest first; all of them without one."""
    rows = rows.order_by(*(f"-{name}" for name in names))
    return rows.filter(LessThan(Pair(*names), pair(key))) if key else rows


def above(rows: QuerySet[Row], names: tuple[str, str], key: Key | None = None) -> QuerySet[Row]:
    """The rows before `key`, nearest first; all of them, last first, without one."""
    rows = rows.order_by(*names)
    return rows.filter(GreaterThan(Pair(*names), pair(key))) if key else rows


def part_of(rows: QuerySet[Row], names: tuple[str, str], size: int, asked: QueryDict) -> Part[Row]:
    """The part of `rows` that an address asks for: `apres` or `avant` a key, or `fin`; else the first.

    `names` are the two columns, never empty, by which the list runs downwards; no two rows share both.
    """
    by_instant = isinstance(rows.model._meta.get_field(names[0]), DateTimeField)
    if "fin" in asked:
        found = list(above(rows, names)[: size + 1])
        return part(found[:size][::-1], names, before=len(found) > size)
    if key := key_in(asked.get("avant", ""), by_instant):
        found = list(above(rows, names, key)[: size + 1])
        if len(found) > size:
            return part(found[:size][::-1], names, before=True, after=True)
    elif key := key_in(asked.get("apres", ""), by_instant):
        found = list(below(rows, names, key)[: size + 1])
        if found:
            return part(found[:size], names, before=True, after=len(found) > size)
    found = list(below(rows, names)[: size + 1])
    return part(found[:size], names, after=len(found) > size)


def part(rows: list[Row], names: tuple[str, str], *, before: bool = False, after: bool = False) -> Part[Row]:
    return Part(
        rows,
        key_of(rows[0], names) if before and rows else "",
        key_of(rows[-1], names) if after and rows else "",
    )


def pair(key: Key) -> Pair:
    return Pair(*(Value(each) for each in key))


def key_of(row: Model, names: tuple[str, str]) -> str:
    """The row's key as it stands in an address: two whole numbers, instants (`t…`) in microseconds since 1970."""
    first, second = (getattr(row, name) for name in names)
    if isinstance(first, datetime):
        return f"t{(first - EPOCH) // timedelta(microseconds=1)}-{second}"
    return f"{first}-{second}"


def key_in(text: str, by_instant: bool) -> Key | None:
    """The key in an address of a list that runs by instants, or else by numbers; None for what is none."""
    if text.startswith("t") != by_instant:
        return None
    first, _dash, second = text.removeprefix("t").partition("-")
    if not (first.isdecimal() and second.isdecimal() and len(first) < 18 and len(second) < 18):
        return None
    if not by_instant:
        return int(first), int(second)
    try:
        return EPOCH + timedelta(microseconds=int(first)), int(second)
    except OverflowError:
        return None
