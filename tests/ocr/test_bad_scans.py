"""Bad scans are the rule: each kind is read nearly as well as a clean page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ocr import PageReading, read
from tests.ocr import scans


def _read_one(tmp_path: Path, pixels: scans.Pixels) -> PageReading:
    return read(scans.pdf(tmp_path / "scan.pdf", pixels), jobs=1).pages[0]


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_turned_page_is_read_and_the_turn_that_makes_it_upright_is_told(
    tmp_path: Path, quarters: int
) -> None:
    page = _read_one(tmp_path, scans.turned(scans.scanned(scans.letter()), quarters))
    assert page.rotation == (360 - 90 * quarters) % 360
    assert page.height > page.width
    assert scans.error(page.text) < 0.01


@pytest.mark.parametrize(
    "damage",
    [
        lambda page: scans.skewed(scans.scanned(page), 4),
        lambda page: scans.skewed(scans.scanned(page), -3),
        scans.pale,
        scans.shaded,
        scans.photographed,
        lambda page: scans.skewed(scans.pale(page), 2),
    ],
    ids=["skewed left", "skewed right", "pale", "shaded", "photographed", "pale and skewed"],
)
def test_a_damaged_page_is_read(tmp_path: Path, damage: Callable[[scans.Pixels], scans.Pixels]) -> None:
    page = _read_one(tmp_path, damage(scans.letter()))
    assert scans.error(page.text) < 0.02
    assert page.confidence > 0.85


def test_writing_under_a_coloured_stamp_is_read(tmp_path: Path) -> None:
    page = _read_one(tmp_path, scans.stamped(scans.letter()))
    words = {word.text for word in page.words}
    assert {"Madame", "Maire,", "Depuis", "trois", "Bruyères", "enfants"} <= words


def test_what_a_coloured_stamp_says_is_kept(tmp_path: Path) -> None:
    assert "MAIRIE" in _read_one(tmp_path, scans.stamped(scans.letter())).text


def test_boxes_lie_on_the_page_as_shown_even_where_it_was_skewed(tmp_path: Path) -> None:
    page = _read_one(tmp_path, scans.skewed(scans.scanned(scans.letter()), 4))
    first = next(word for word in page.words if word.text == "Monsieur")
    x0, y0, x1, y1 = first.box
    # drawn at 1 inch from left and top of an 8.27 x 11.69 inch page, then turned by 4 degrees about its middle
    assert x0 == pytest.approx(0.081, abs=0.006)
    assert (y0 + y1) / 2 == pytest.approx(0.115, abs=0.012)
    assert 0.06 < x1 - x0 < 0.15


def test_a_quarter_turned_page_has_its_boxes_on_the_upright_page(tmp_path: Path) -> None:
    page = _read_one(tmp_path, scans.turned(scans.scanned(scans.letter()), 1))
    first = next(word for word in page.words if word.text == "Monsieur")
    assert first.box[0] == pytest.approx(1 / 8.27, abs=0.01)
    assert first.box[1] == pytest.approx(1.03 / 11.69, abs=0.012)
