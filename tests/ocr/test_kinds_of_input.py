"""Every kind of image and PDF is read, and the searchable PDF shows what the input showed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageFilter

from ocr import read
from ocr.programs import poppler
from tests.ocr import scans


def _text_of_pdf(path: Path) -> str:
    return subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True).stdout


def _laid(path: Path) -> list[poppler.TextWord]:
    with pikepdf.open(path) as pdf:
        sideways = int(pdf.pages[0].get("/Rotate", 0)) in (90, 270)
    return poppler.text_words(path, 1, sideways=sideways)


def _with_alpha(page: Image.Image) -> Image.Image:
    ink = Image.new("RGBA", page.size, "black")
    ink.putalpha(page.point(lambda value: 255 - value))
    return ink


def _deep(page: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(page, np.uint16) * 257)


@pytest.mark.parametrize(
    ("name", "options", "made"),
    [
        ("page.jpg", {"quality": 85}, lambda page: page),
        ("page.jpg", {"quality": 85}, lambda page: page.convert("CMYK")),
        ("page.png", {}, lambda page: page.convert("RGB")),
        ("page.png", {}, lambda page: page.convert("P")),
        ("page.png", {}, _with_alpha),
        ("page.png", {}, _deep),
        ("page.webp", {"quality": 80}, lambda page: page.convert("RGB")),
        ("page.heic", {"quality": 80}, lambda page: page.convert("RGB")),
        ("page.tif", {"compression": "group4"}, lambda page: page.convert("1")),
        ("page.tif", {"compression": "tiff_lzw"}, lambda page: page.convert("RGB")),
        ("page.tif", {"compression": "jpeg"}, lambda page: page.convert("RGB")),
    ],
    ids=["jpeg", "cmyk", "png", "palette", "alpha", "16 bit", "webp", "heic", "group4", "lzw", "tiff jpeg"],
)
def test_an_image_is_read_and_its_pdf_can_be_searched(
    tmp_path: Path, name: str, options: dict[str, object], made: Callable[[Image.Image], Image.Image]
) -> None:
    made(Image.fromarray(scans.letter())).save(tmp_path / name, dpi=(200, 200), **options)
    target = tmp_path / "out.pdf"
    reading = read(tmp_path / name, jobs=1, pdf=target, images=tmp_path / "images")
    assert scans.error(reading.text) < 0.02
    assert "lampadaires" in _text_of_pdf(target)
    with Image.open(tmp_path / "images" / "page-0001.webp") as image:
        assert (image.width, image.height) == (reading.pages[0].width, reading.pages[0].height)


def test_a_photograph_taken_sideways_is_upright_by_its_own_mark(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = Image.fromarray(scans.turned(scans.letter(), 3))
    sideways.save(tmp_path / "photo.jpg", exif=exif, dpi=(200, 200))
    page = read(tmp_path / "photo.jpg", jobs=1, pdf=tmp_path / "out.pdf").pages[0]
    assert (page.rotation, page.height > page.width) == (0, True)
    assert scans.error(page.text) < 0.02
    assert _laid(tmp_path / "out.pdf")[0].box[0] == pytest.approx(1 / 8.27, abs=0.02)


def test_pages_of_a_tiff_keep_their_order(tmp_path: Path) -> None:
    texts = [
        tuple(f"Feuillet numéro {word} du dossier" for _ in range(4))
        for word in ("premier", "second", "tiers")
    ]
    frames = [Image.fromarray(scans.letter(100, text)) for text in texts]
    frames[0].save(tmp_path / "three.tif", save_all=True, append_images=frames[1:], dpi=(100, 100))
    done: list[tuple[int, int]] = []
    reading = read(tmp_path / "three.tif", jobs=2, on_page=lambda page, total: done.append((page, total)))
    assert [
        word in page.text for page, word in zip(reading.pages, ("premier", "second", "tiers"), strict=True)
    ]
    assert done == [(1, 3), (2, 3), (3, 3)]
    assert [page.number for page in reading.pages] == [1, 2, 3]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [False, True], ids=["whole", "cropped"])
def test_the_pdf_looks_as_before_and_words_lie_where_they_are_seen(
    tmp_path: Path, rotate: int, crop: bool
) -> None:
    source, target = tmp_path / "in.pdf", tmp_path / "out.pdf"
    scans.pdf(source, scans.turned(scans.scanned(scans.letter()), -rotate // 90))
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        page.Rotate = rotate
        if crop:
            x0, y0, x1, y1 = (float(edge) for edge in page.MediaBox)
            page.CropBox = [x0 + 20, y0 + 20, x1 - 20, y1 - 20]
        pdf.save()
    reading = read(source, jobs=1, pdf=target)
    assert reading.pages[0].rotation == 0
    before, after = poppler.render(source, 1, dpi=50, gray=True), poppler.render(target, 1, dpi=50, gray=True)
    assert np.abs(before.astype(int) - after.astype(int)).max() < 8
    seen = next(word for word in reading.pages[0].words if word.text == "lampadaires")
    laid = next(word for word in _laid(target) if word.text == "lampadaires")
    assert laid.box[0] == pytest.approx(seen.box[0], abs=0.012)
    assert (laid.box[1] + laid.box[3]) / 2 == pytest.approx((seen.box[1] + seen.box[3]) / 2, abs=0.008)


def test_the_text_layer_follows_a_turned_page(tmp_path: Path) -> None:
    source = scans.pdf(tmp_path / "in.pdf", scans.turned(scans.scanned(scans.letter()), 2))
    reading = read(source, jobs=1, pdf=tmp_path / "out.pdf")
    assert reading.pages[0].rotation == 180
    words = poppler.text_words(tmp_path / "out.pdf", 1)
    assert [word.text for word in words[:2]] == ["Monsieur", "Anatole"]
    assert words[0].box[0] == pytest.approx(1 / 8.27, abs=0.02)


def test_a_born_digital_page_keeps_its_own_text_and_gets_no_second_one(tmp_path: Path) -> None:
    source = _typed_pdf(tmp_path / "typed.pdf")
    reading = read(source, jobs=1, pdf=tmp_path / "out.pdf", images=tmp_path)
    assert reading.pages[0].confidence == 1.0
    assert "Bordereau" in reading.text
    assert _text_of_pdf(tmp_path / "out.pdf").count("Bordereau") == 1
    assert reading.pages[0].image is not None
    assert reading.pages[0].image.exists()


def test_a_text_layer_of_another_program_is_read_anew(tmp_path: Path) -> None:
    first = scans.pdf(tmp_path / "scan.pdf", scans.scanned(scans.letter()))
    read(first, jobs=1, pdf=tmp_path / "once.pdf")
    again = read(tmp_path / "once.pdf", jobs=1, pdf=tmp_path / "twice.pdf")
    assert scans.error(again.text) < 0.01
    assert _text_of_pdf(tmp_path / "twice.pdf").count("lampadaires") == 1


def _typed_pdf(path: Path) -> Path:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    page.Contents = pdf.make_stream(b"BT /F1 18 Tf 72 700 Td (Bordereau de livraison) Tj ET")
    pdf.save(path)
    return path


def test_a_page_of_text_with_a_scan_in_it_gives_both(tmp_path: Path) -> None:
    source = _typed_pdf(tmp_path / "typed.pdf")
    picture = (
        Image.fromarray(scans.letter()).crop((150, 150, 1300, 1000)).filter(ImageFilter.GaussianBlur(0.5))
    )
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        image = pdf.make_stream(picture.tobytes())
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height = picture.size
        image.ColorSpace, image.BitsPerComponent = pikepdf.Name.DeviceGray, 8
        pdf.pages[0].Resources.XObject = pikepdf.Dictionary(Im0=image)
        pdf.pages[0].contents_add(pdf.make_stream(b"q 414 0 0 306 72 300 cm /Im0 Do Q"))
        pdf.save()
    reading = read(source, jobs=1, pdf=tmp_path / "out.pdf")
    assert reading.text.count("Bordereau") == 1
    assert "lampadaires" in reading.text
    assert "lampadaires" in _text_of_pdf(tmp_path / "out.pdf")


def test_an_archive_pdf_has_its_marks(tmp_path: Path) -> None:
    source = scans.pdf(tmp_path / "scan.pdf", scans.scanned(scans.letter()))
    read(source, jobs=1, pdf=tmp_path / "scan-a.pdf", archive=True)
    read(_typed_pdf(tmp_path / "typed.pdf"), jobs=1, pdf=tmp_path / "typed-a.pdf", archive=True)
    for name in ("scan-a.pdf", "typed-a.pdf"):
        with pikepdf.open(tmp_path / name) as pdf:
            assert pdf.open_metadata().pdfa_status == "2B"
            assert pdf.Root.OutputIntents[0].DestOutputProfile.N == 3
    assert "lampadaires" in _text_of_pdf(tmp_path / "scan-a.pdf")
    assert "Bordereau" in _text_of_pdf(tmp_path / "typed-a.pdf")
