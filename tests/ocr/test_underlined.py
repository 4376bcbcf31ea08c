"""Underlined writing is read like any other; rules that underline nothing are left alone."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr import read
from ocr.cleaning import steps
from ocr.cleaning.underline import rules_under_writing, without_rules
from ocr.page import read_page
from ocr.source import open_source
from tests.ocr import scans

DPI = 200
OBJECT = "Objet : Recours gracieux contre le projet de garage"


def letter(rule_at: float = 0.98) -> Image.Image:
    """A letter whose object is bold and underlined, the rule so many line heights under the top of its letters."""
    page = sheet = scans.sheet(DPI)
    scans.write(sheet, ("Monsieur Anatole Guérin", "5 rue des Mésanges", "72400 La Ferté-Bernard"), 1, 1, DPI)
    pen = ImageDraw.Draw(page)
    face = scans.font(round(13 * DPI / 72), "LiberationSerif-Bold.ttf")
    pen.text((1 * DPI, 2 * DPI), OBJECT, font=face, fill=0)
    left, top, right, bottom = pen.textbbox((1 * DPI, 2 * DPI), OBJECT, font=face)
    at = top + rule_at * (bottom - top)
    pen.line([(left, at), (right, at)], fill=0, width=4)
    scans.write(page, scans.LETTER[6:], 1, 2.5, DPI)
    return page


def folded(page: Image.Image) -> scans.Pixels:
    """The shadow of a fold over the object, as a scanner sees it."""
    pixels = scans.scanned(np.asarray(page, np.uint8)).astype(np.float32)
    rows = np.arange(pixels.shape[0])
    shadow = 1 - 0.35 * np.exp(-(((rows - 2.12 * DPI) / 8) ** 2))
    return np.clip(pixels * shadow[:, None], 0, 255).astype(np.uint8)


@pytest.mark.parametrize("rule_at", [0.78, 0.84, 0.9, 1.0])
def test_an_underlined_object_is_read(tmp_path: Path, rule_at: float) -> None:
    page = read(scans.pdf(tmp_path / "scan.pdf", folded(letter(rule_at))), jobs=1).pages[0]
    assert OBJECT in page.text


def test_without_the_step_it_is_lost(tmp_path: Path) -> None:
    """The rule through the feet of the letters is what the step is there for."""
    file = scans.pdf(tmp_path / "scan.pdf", folded(letter(0.78)))
    source = open_source(file, "application/pdf", tmp_path)
    left_out = read_page(source.scan(1), 1, language="fra", image=None, wanted=steps.ALL - {steps.RULES})
    assert OBJECT not in left_out.reading.text


def test_letters_that_go_through_the_rule_stay_whole() -> None:
    gray = np.asarray(letter(0.8), np.uint8)
    (place,) = rules_under_writing(gray, DPI)
    bare = without_rules(gray, [place], DPI)
    left, top, right, bottom = (int(edge) for edge in place)
    foot = bare[bottom + 1 : bottom + 6, left:right]
    assert (foot < 100).any(), "the tails of j and g"
    pieces, _ = cv2.connectedComponents((bare[top : bottom + 8, left:right] < 128).astype(np.uint8))
    assert pieces > 30, "letters stand apart again"
    assert (bare[: top - 1] == gray[: top - 1]).all()


def test_frames_and_lines_of_tables_are_no_underlining() -> None:
    page = scans.sheet(DPI)
    pen = ImageDraw.Draw(page)
    for row in range(5):
        pen.line([(DPI, (3 + row / 2) * DPI), (7 * DPI, (3 + row / 2) * DPI)], fill=0, width=3)
    pen.rectangle([4 * DPI, 8 * DPI, 7 * DPI, 9 * DPI], outline=0, width=3)
    assert rules_under_writing(np.asarray(page, np.uint8), DPI) == []


def test_a_page_without_rules_is_looked_at_and_left(tmp_path: Path) -> None:
    gray = scans.letter(DPI)
    assert rules_under_writing(gray, DPI) == []
    assert rules_under_writing(np.full((1000, 700), 255, np.uint8), DPI) == []
    assert rules_under_writing(np.zeros((1000, 700), np.uint8), DPI) == []
