"""What was done with many letters at once: kept for the person until they put it away or it can be undone no more."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from courrier.web.views.letter_neighbours import letter_url
from workflows.actions.bulk import Done, Left, Report
from workflows.actions.undoing import LIMIT

KEY = "bulk_report"


@dataclass(frozen=True, slots=True)
class Kept:
    """A report as the list shows it; `undoable` while what was done may still be undone together."""

    sentences: list[str]
    done: list[Done]
    left: list[Left]
    undoable: bool

    @property
    def links(self) -> list[tuple[str, str]]:
        return [(each.number, letter_url(each.number)) for each in self.done]

    @property
    def refusals(self) -> list[tuple[str, str, str]]:
        """Number, address and reason of each letter left as it was; "" for what the person may not know of."""
        return [
            (each.number, letter_url(each.number) if each.number else "", each.reason) for each in self.left
        ]


def keep(request: HttpRequest, sentences: list[str], report: Report, *, undoable: bool) -> None:
    request.session[KEY] = {
        "at": timezone.now().isoformat(),
        "sentences": sentences,
        "undoable": undoable and any(each.event for each in report.done),
        "done": [asdict(each) for each in report.done],
        "left": [asdict(each) for each in report.left],
    }


def kept_report(request: HttpRequest) -> Kept | None:
    """The last report, while it is fresh."""
    kept = request.session.get(KEY)
    if not kept or datetime.fromisoformat(kept["at"]) < timezone.now() - LIMIT:
        return None
    return Kept(
        kept["sentences"],
        [Done(**each) for each in kept["done"]],
        [Left(**each) for each in kept["left"]],
        kept["undoable"],
    )


def put_away(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
