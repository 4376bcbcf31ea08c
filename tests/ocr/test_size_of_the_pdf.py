"""The searchable PDF of a scan is no larger than the scan, and shows the same pixels.

The font of its text, a good kilobyte a document, weighs on black and white scans of one or two pages alone.
"""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr import read, searchable_pdf
from ocr.programs import jpegtran, poppler
from tests.ocr import scans


def _pdf(path: Path, *images: bytes) -> Path:
    path.write_bytes(img2pdf.convert(list(images)))
    return path


def _as(kind: str) -> bytes:
    page = scans.scanned(scans.letter())
    buffer = io.BytesIO()
    if kind == "group 4":
        Image.fromarray(np.where(page > 140, np.uint8(255), np.uint8(0))).convert("1").save(
            buffer, "TIFF", compression="group4", dpi=(200, 200)
        )
        return buffer.getvalue()
    if kind == "colour":
        page = scans.stamped(scans.letter())
    jpeg = scans.jpeg(page)
    if kind in ("fitted", "progressive"):
        return jpegtran.repacked(jpeg, progressive=kind == "progressive")
    return jpeg


@pytest.mark.parametrize("kind", ["gray", "colour", "fitted", "group 4"])
def test_the_pdf_of_a_scan_is_not_larger_and_looks_the_same(tmp_path: Path, kind: str) -> None:
    source, target = _pdf(tmp_path / "scan.pdf", *[_as(kind)] * 4), tmp_path / "out.pdf"
    read(source, jobs=2, pdf=target)
    assert target.stat().st_size <= source.stat().st_size
    for number in range(1, 5):
        before = poppler.render(source, number, dpi=200, gray=False)
        assert np.array_equal(before, poppler.render(target, number, dpi=200, gray=False))
    said = subprocess.run(["pdftotext", str(target), "-"], check=True, capture_output=True, text=True).stdout
    assert said.count("lampadaires") == 4


def test_a_single_page_of_black_and_white_grows_by_the_font_of_its_text_at_most(tmp_path: Path) -> None:
    source, target = _pdf(tmp_path / "scan.pdf", _as("group 4")), tmp_path / "out.pdf"
    read(source, jobs=1, pdf=target)
    assert target.stat().st_size <= source.stat().st_size + 1500


@pytest.mark.parametrize("kind", ["gray", "group 4"])
def test_a_packed_scan_can_be_read_again(tmp_path: Path, kind: str) -> None:
    once, twice = tmp_path / "once.pdf", tmp_path / "twice.pdf"
    read(_pdf(tmp_path / "scan.pdf", _as(kind)), jobs=1, pdf=once)
    assert scans.error(read(once, jobs=1, pdf=twice).text) < 0.02
    before = poppler.render(once, 1, dpi=200, gray=False)
    assert np.array_equal(before, poppler.render(twice, 1, dpi=200, gray=False))


def test_scans_that_went_to_disk_in_between_come_back_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searchable_pdf, "MOST_HELD", 1)
    pages = [scans.jpeg(scans.scanned(scans.letter(lines=(f"Page {n}",)), seed=n)) for n in range(4)]
    source, target = _pdf(tmp_path / "scan.pdf", *pages), tmp_path / "out.pdf"
    read(source, jobs=1, pdf=target)
    for number in range(1, 5):
        before = poppler.render(source, number, dpi=100, gray=True)
        assert np.array_equal(before, poppler.render(target, number, dpi=100, gray=True))


def test_a_damaged_jpeg_stays_as_it_is(tmp_path: Path) -> None:
    jpeg = _as("gray")
    source, target = _pdf(tmp_path / "scan.pdf", jpeg[: len(jpeg) // 2]), tmp_path / "out.pdf"
    read(source, jobs=1, pdf=target)
    with pikepdf.open(target) as pdf:
        assert next(iter(pdf.pages[0].get_images().values())).read_raw_bytes() == jpeg[: len(jpeg) // 2]
