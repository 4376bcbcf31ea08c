"""Blank pages, columns, tables, cut words, barcodes, language."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from ocr import PageReading, read
from ocr.language import guessed
from ocr.layout import join_hyphens
from ocr.programs import poppler, tesseract
from tests.ocr import scans


def _read_one(tmp_path: Path, pixels: scans.Pixels) -> PageReading:
    return read(scans.pdf(tmp_path / "scan.pdf", pixels), jobs=1).pages[0]


def test_a_blank_page_is_kept_marked_and_never_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> list[tesseract.Found]:
        raise AssertionError

    monkeypatch.setattr(tesseract, "words", never)
    page = _read_one(tmp_path, scans.scanned(np.asarray(scans.sheet(), np.uint8)))
    assert (page.blank, page.text, page.words) == (True, "", ())


def test_a_page_with_one_short_line_is_not_blank(tmp_path: Path) -> None:
    page = _read_one(tmp_path, scans.scanned(scans.letter(lines=("Lu et approuvé",))))
    assert not page.blank
    assert "approuvé" in page.text


def test_a_reverse_side_that_shines_through_is_blank(tmp_path: Path) -> None:
    back = cv2.GaussianBlur(scans.letter()[:, ::-1], (0, 0), 3).astype(np.float32)
    page = _read_one(tmp_path, scans.scanned(np.asarray(255 - (255 - back) * 0.2, np.uint8)))
    assert page.blank


def test_an_empty_reverse_side_keeps_its_place_in_all_that_is_written(tmp_path: Path) -> None:
    front, back = scans.scanned(scans.letter()), scans.scanned(np.asarray(scans.sheet(), np.uint8), seed=2)
    source, target = scans.pdf(tmp_path / "scan.pdf", front, back, front), tmp_path / "out.pdf"
    reading = read(source, jobs=1, pdf=target, images=tmp_path / "images")
    assert [page.blank for page in reading.pages] == [False, True, False]
    assert [page.warnings for page in reading.pages] == [()] * 3
    assert len(list((tmp_path / "images").iterdir())) == 3
    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) == 3
    assert poppler.text_words(target, 2) == []
    assert poppler.text_words(target, 3)[0].text == "Monsieur"


def test_sender_and_addressee_side_by_side_are_read_one_after_the_other(tmp_path: Path) -> None:
    page = scans.sheet()
    sender = ("Madame Lucie Fontaine", "12 chemin du Calvaire", "35580 Guichen", "Ille-et-Vilaine")
    addressee = ("Monsieur le Maire", "Hôtel de ville", "35000 Rennes", "Bretagne du Sud")
    scans.write(page, sender, 0.8, 1)
    scans.write(page, addressee, 4.8, 1)
    scans.write(page, scans.LETTER[8:], 0.8, 3)
    text = " ".join(_read_one(tmp_path, scans.scanned(np.asarray(page, np.uint8))).text.split())
    assert " ".join(sender) in text
    assert " ".join(addressee) in text


def test_rows_of_a_table_stay_together(tmp_path: Path) -> None:
    page = scans.sheet()
    pen = ImageDraw.Draw(page)
    rows = (
        ("Gravier concassé", "12", "48,50"),
        ("Sable de rivière", "30", "91,20"),
        ("Ciment gris", "8", "64,00"),
    )
    for number, row in enumerate((("Désignation", "Quantité", "Montant"), *rows)):
        for left, cell in zip((1.0, 3.6, 5.4), row, strict=True):
            pen.text((left * 200, 400 + number * 70), cell, font=scans.font(34), fill=0)
    lines = [
        " ".join(line.split()) for line in _read_one(tmp_path, np.asarray(page, np.uint8)).text.splitlines()
    ]
    for row in rows:
        assert " ".join(row) in lines


def test_words_cut_at_the_end_of_a_line_are_joined_in_the_text_but_not_on_the_page(tmp_path: Path) -> None:
    lines = ("Le conseil demande la signa-", "ture du bail et le sta-", "tionnement rue Pasteur.")
    page = _read_one(tmp_path, scans.scanned(scans.letter(lines=lines)))
    assert {"signature", "stationnement"} <= set(page.text.split())
    assert {"signa-", "ture"} <= {word.text for word in page.words}


def test_dashes_and_names_are_not_joined() -> None:
    assert join_hyphens(["Saint-", "Malo"]) == ["Saint-", "Malo"]
    assert join_hyphens(["de 1998 -", "et après"]) == ["de 1998 -", "et après"]


@pytest.mark.parametrize("kind", ["QRCode", "Code128", "DataMatrix"])
def test_barcodes_are_told_with_their_value_and_place(tmp_path: Path, kind: str) -> None:
    page = scans.sheet()
    scans.write(page, scans.LETTER, 1, 1)
    code = zxingcpp.create_barcode("MAIRIE-2024-000123", getattr(zxingcpp.BarcodeFormat, kind))
    drawn = Image.fromarray(np.array(code.to_image(scale=4)))
    page.paste(drawn, (200, 1900))
    found = _read_one(tmp_path, scans.scanned(np.asarray(page, np.uint8))).barcodes
    assert [(code.kind, code.value) for code in found] == [(kind, "MAIRIE-2024-000123")]
    x0, y0, x1, y1 = found[0].box
    assert 200 / page.width - 0.02 < x0 < x1 < (200 + drawn.width) / page.width + 0.02
    assert 1900 / page.height - 0.02 < y0 < y1 < (1900 + drawn.height) / page.height + 0.02


def test_the_language_is_guessed() -> None:
    assert guessed(" ".join(scans.LETTER)) == "fr"
    assert guessed("I am writing to you about the street light that is out of order in our road.") == "en"
    assert guessed("12 34 56") == ""
