from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ocr import read
from ocr.handwriting import without_handwriting
from ocr.programs.tesseract import Found
from tests.ocr import scans


def _line(text: str, box: tuple[int, int, int, int], confidence: float) -> list[Found]:
    left, top, width, height = box
    return [Found(text, left, top, width, height, confidence, 1, 1, 1)]


def _joined_hand(seed: int = 0) -> scans.Pixels:
    """One unbroken wavy stroke, as a joined hand makes them."""
    page = np.full((80, 700), 255, np.uint8)
    x = np.arange(20, 680)
    y = 40 + 22 * np.sin(x / (9 + seed)) * np.sin(x / (31 - 2 * seed))
    cv2.polylines(page, [np.stack([x, y], 1).astype(np.int32)], False, 0, 3)
    return page


def test_a_page_tells_where_a_hand_has_written_and_reads_what_is_printed(tmp_path: Path) -> None:
    page = scans.letter(lines=scans.LETTER[:11]).copy()
    for number in range(3):
        top = 1300 + 130 * number
        page[top : top + 80, 250:950] = np.minimum(page[top : top + 80, 250:950], _joined_hand(number))
    found = read(scans.pdf(tmp_path / "scan.pdf", scans.scanned(page)), jobs=1).pages[0]
    assert "handwriting" in found.warnings
    assert scans.error(found.text, scans.LETTER[:11]) < 0.03
    assert found.handwriting
    for x0, y0, x1, y1 in found.handwriting:
        assert 0.1 < x0 < x1 < 0.65
        assert 0.5 < y0 < y1 < 0.75


def test_noise_words_of_a_joined_hand_are_left_out() -> None:
    line = _line("jun ÀYwŸ,", (20, 15, 660, 50), 0.25)
    assert without_handwriting(_joined_hand(), [line]) == ([], [line])


def test_print_that_was_read_badly_is_kept() -> None:
    page = scans.letter(lines=("Mairie de Saint-Aubin-du-Cormier",))
    line = _line("Malrle do Salnt-Auhln", (200, 200, 520, 40), 0.25)
    assert without_handwriting(page, [line]) == ([line], [])


def test_what_was_read_well_is_kept_whatever_it_looks_like() -> None:
    line = _line("Bien à vous", (20, 15, 660, 50), 0.8)
    assert without_handwriting(_joined_hand(), [line]) == ([line], [])


def test_lines_with_words_of_the_language_are_kept() -> None:
    line = [*_line("de", (20, 15, 300, 50), 0.3), *_line("la", (340, 15, 300, 50), 0.3)]
    assert without_handwriting(_joined_hand(), [line]) == ([line], [])
