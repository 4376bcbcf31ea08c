"""What a reading holds: pages, words with their place, barcodes, warnings. Plain data, nothing else."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 as fractions (0..1) of the page as shown, from its top left corner."""

PAGE_BREAK = "\f"


@dataclass(frozen=True, slots=True)
class Word:
    """One word. `confidence` is 0..1; `line` counts the text lines of the page in reading order from 0."""

    text: str
    box: Box
    confidence: float
    line: int


@dataclass(frozen=True, slots=True)
class Barcode:
    """A barcode or QR code: `kind` as zxing-cpp names it ("QRCode", "Code128"), and what it says."""

    kind: str
    value: str
    box: Box


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page.

    `number` counts from 1. `width` and `height` are the pixels of the page image as shown. `rotation` is
    the quarter turn, in degrees clockwise, that was needed to make the page upright; boxes, image and PDF
    page have it already. `warnings` are stable codes: see docs/reading.md. `image` is the file written, if
    one was asked. `script` is what most letters belong to ("Latin", "Cyrillic"), "" if unknown.
    `handwriting` is where lines were left out because they look handwritten.
    """

    number: int
    width: int
    height: int
    text: str
    words: tuple[Word, ...]
    confidence: float
    rotation: int
    blank: bool
    warnings: tuple[str, ...]
    barcodes: tuple[Barcode, ...]
    image: Path | None
    script: str = ""
    handwriting: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole document. `language` is the guess for most of its text, as ISO 639-1 ("fr"), or "" if
    unknown."""

    pages: tuple[PageReading, ...]
    warnings: tuple[str, ...]
    language: str

    @property
    def text(self) -> str:
        """The text of all pages, joined by form feeds."""
        return PAGE_BREAK.join(page.text for page in self.pages)

    @property
    def script(self) -> str:
        """The script of most pages, "" if unknown."""
        counts = Counter(page.script for page in self.pages if page.script)
        return counts.most_common(1)[0][0] if counts else ""

    def to_json(self) -> str:
        return json.dumps(
            {
                "language": self.language,
                "script": self.script,
                "warnings": self.warnings,
                "pages": [_page_as_json(page) for page in self.pages],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> Reading:
        """The reading that `to_json` wrote. Raises ValueError, KeyError or TypeError on anything else."""
        data = json.loads(text)
        return cls(
            pages=tuple(_page_from_json(page) for page in data["pages"]),
            warnings=tuple(data["warnings"]),
            language=data["language"],
        )


def _page_as_json(page: PageReading) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": page.width,
        "height": page.height,
        "text": page.text,
        "words": [
            [word.text, _rounded(word.box), round(word.confidence, 3), word.line] for word in page.words
        ],
        "confidence": round(page.confidence, 4),
        "rotation": page.rotation,
        "blank": page.blank,
        "warnings": page.warnings,
        "barcodes": [[code.kind, code.value, _rounded(code.box)] for code in page.barcodes],
        "image": str(page.image) if page.image else None,
        "script": page.script,
        "handwriting": [_rounded(box) for box in page.handwriting],
    }


def _page_from_json(data: dict[str, Any]) -> PageReading:
    return PageReading(
        number=data["number"],
        width=data["width"],
        height=data["height"],
        text=data["text"],
        words=tuple(Word(text, _box(box), confidence, line) for text, box, confidence, line in data["words"]),
        confidence=data["confidence"],
        rotation=data["rotation"],
        blank=data["blank"],
        warnings=tuple(data["warnings"]),
        barcodes=tuple(Barcode(kind, value, _box(box)) for kind, value, box in data["barcodes"]),
        image=Path(data["image"]) if data["image"] else None,
        script=data.get("script", ""),
        handwriting=tuple(_box(box) for box in data.get("handwriting", ())),
    )


def _rounded(box: Box) -> list[float]:
    return [round(edge, 5) for edge in box]


def _box(edges: list[float]) -> Box:
    x0, y0, x1, y1 = edges
    return (x0, y0, x1, y1)
