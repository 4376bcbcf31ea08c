from __future__ import annotations

from pathlib import Path

import pytest

from ocr import Barcode, PageReading, Reading, Word


def _reading() -> Reading:
    page = PageReading(
        number=1,
        width=1240,
        height=1754,
        text="Mairie de Plozévet\n« déjà »",
        words=(
            Word("Mairie", (0.1, 0.1, 0.2, 0.125), 0.96, 0),
            Word("« déjà »", (0.1, 0.2, 0.3, 0.25), 0.5, 1),
        ),
        confidence=0.93,
        rotation=90,
        blank=False,
        warnings=("handwriting",),
        script="Latin",
        handwriting=((0.1, 0.6, 0.5, 0.7),),
        barcodes=(Barcode("QRCode", "https://example.org/é", (0.5, 0.5, 0.6, 0.6)),),
        image=Path("page-0001.webp"),
    )
    return Reading(pages=(page, page), warnings=("xfa",), language="fr")


def test_a_reading_comes_back_from_json_as_it_was() -> None:
    reading = _reading()
    assert Reading.from_json(reading.to_json()) == reading


def test_text_joins_pages_by_form_feeds() -> None:
    assert _reading().text.split("\f") == [_reading().pages[0].text] * 2


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"language":"fr","warnings":[],"pages":[{}]}'])
def test_json_of_something_else_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Reading.from_json(text)
