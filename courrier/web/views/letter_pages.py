"""A page as it is shown: where its words lie over the image, and which of them answer a search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from courrier.mail.models import Mail, Page

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


def folded(text: str) -> str:
    """Without case and accents, so that « Été » and « ete » are one word."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


ELIDED = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'", re.IGNORECASE)
ENDINGS = ("ements", "ement", "ations", "ation", "eaux", "aux", "ees", "ee", "es", "er", "s", "x", "e")


def stem(word: str) -> str:
    """A word without its ending: lights plural and feminine too; digits stay whole."""
    if any(sign.isdigit() for sign in word):
        return word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def stems(text: str) -> list[str]:
    return [stem(part) for part in re.findall(r"[a-z0-9]+", ELIDED.sub("", folded(text)))]


def wanted_stems(query: str) -> set[str]:
    """Stems of the words a query looks for: neither its filters (`service:URB`) nor what it excludes (`-mot`)."""
    query = re.sub(r'(?:^|\s)\S+?:(?:"[^"]*"|\S*)|(?:^|\s)-\S+', " ", query)
    return {part for part in stems(query) if len(part) > 2 or part.isdigit()}


def hit_words(words: Iterable[Word], wanted: set[str]) -> list[Word]:
    """The words of a page that answer the query."""
    return [word for word in words if wanted.intersection(stems(str(word[0])))]


def hits_of(mail: Mail, query: str) -> dict[int, list[Mark]]:
    """For each page with words that answer the query, where they are. Words are loaded for those pages alone."""
    wanted = wanted_stems(query)
    if not wanted:
        return {}
    texts = Page.objects.filter(mail=mail).values_list("pk", "text")
    pages_with = [pk for pk, text in texts if wanted.intersection(stems(text))]
    found: dict[int, list[Mark]] = {}
    for page in Page.objects.filter(pk__in=pages_with).order_by("number"):
        marks = [placed(word[1:5], page) for word in hit_words(page.words, wanted)]
        if marks:
            found[page.number] = marks
    return found


def lit(text: str, query: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it answers the query; joined they give the text again."""
    wanted = wanted_stems(query)
    if not wanted:
        return [(text, False)]
    pieces = re.split(r"([^\W_]+)", text)
    return [(piece, bool(wanted.intersection(stems(piece)))) for piece in pieces if piece]
