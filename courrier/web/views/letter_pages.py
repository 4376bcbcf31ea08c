"""A page as it is shown: where its words lie over the image, and which of them answer a search."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from courrier.mail.models import Mail, Page
from courrier.mail.rights import Access
from courrier.search import analysis, hit_boxes
from courrier.search.language.reading import read
from courrier.search.places import matches, wanted_of

WIDTH = 1000
"""Units across a page in its overlay, whatever the image's size."""

Word = Sequence[Any]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle over a page, in units of the overlay."""

    x: float
    y: float
    width: float
    height: float
    key: str = ""
    kind: str = ""
    label: str = ""
    rank: int = 0

    @property
    def pin_x(self) -> float:
        """Where its numbered pin stands: at its upper right corner, never off the page."""
        return round(min(self.x + self.width, WIDTH - 18), 1)

    @property
    def pin_y(self) -> float:
        """Where the base line of the pin's number is."""
        return round(self.y + 6, 1)


def overlay_height(page: Page) -> int:
    """Units down the page, so that the overlay has the image's proportions; A4 where the size is unknown."""
    return round(WIDTH * page.height / page.width) if page.width and page.height else 1414


def placed(
    box: Sequence[float], page: Page, *, key: str = "", kind: str = "", label: str = "", rank: int = 0
) -> Mark:
    """A box in fractions of the page as a rectangle of its overlay; what lies outside the page is cut off."""
    x0, y0, x1, y1 = (min(max(float(edge), 0.0), 1.0) for edge in box)
    height = overlay_height(page)
    return Mark(
        round(x0 * WIDTH, 1),
        round(y0 * height, 1),
        round((x1 - x0) * WIDTH, 1),
        round((y1 - y0) * height, 1),
        key,
        kind,
        label,
        rank,
    )


def word_layer(page: Page) -> SafeString:
    """SVG text elements, one a word and a group a line, that lie over the words of the image."""
    height = overlay_height(page)
    groups = (
        "<g>" + "".join(word_element(word, height) for word in line) + "</g>"
        for _, line in groupby(page.words, key=lambda word: word[6])
    )
    return mark_safe("".join(groups))  # noqa: S308 - every word is escaped by word_element


def word_element(word: Word, height: int) -> str:
    text, x0, y0, x1, y1 = word[:5]
    size = max((y1 - y0) * height, 1.0)
    return (
        f'<text x="{x0 * WIDTH:.1f}" y="{y1 * height - size * 0.22:.1f}" font-size="{size * 0.9:.1f}" '
        f'textLength="{max((x1 - x0) * WIDTH, 1):.1f}" lengthAdjust="spacingAndGlyphs">{escape(str(text))}</text> '
    )


def hits_of(mail: Mail, query: str, access: Access, pages: Iterable[Page]) -> dict[int, list[Mark]]:
    """For each page with words that answer the query, where they are in its overlay."""
    by_number = {page.number: page for page in pages}
    found = hit_boxes(mail.pk, query, access)
    return {
        number: [placed(box, by_number[number]) for box in boxes]
        for number, boxes in found.items()
        if number in by_number
    }


def lit(text: str, query: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it answers the query; joined they give the text again."""
    wanted = wanted_of(read(query)) if query else None
    if wanted is None:
        return [(text, False)]
    pieces = re.split(r"([^\W_]+)", text)
    return [(piece, matches(piece, analysis.folded(piece), wanted)) for piece in pieces if piece]
