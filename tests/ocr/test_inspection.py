"""What is refused at the door, and how."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr import ReadError, inspect
from tests.ocr import scans


def _code(path: Path, **options: int) -> str:
    with pytest.raises(ReadError) as caught:
        inspect(path, **options)
    assert str(caught.value).endswith(".")
    assert caught.value.exit_code > 0
    return caught.value.code


def _pdf(path: Path, pages: int = 1) -> Path:
    return scans.pdf(path, *[scans.letter(80)] * pages, dpi=80)


def test_a_scan_is_told_by_its_content_and_its_pages_are_counted(tmp_path: Path) -> None:
    found = inspect(_pdf(tmp_path / "named.doc", 3))
    assert (found.kind, found.pages) == ("application/pdf", 3)


@pytest.mark.parametrize(
    ("name", "kind"), [("JPEG", "jpeg"), ("PNG", "png"), ("WEBP", "webp"), ("HEIF", "heic")]
)
def test_images_are_one_page(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / "image"
    Image.new("RGB", (64, 64), "white").save(path, name)
    assert inspect(path).kind == f"image/{kind}"


def test_tiff_pages_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    frames = [Image.new("1", (64, 64), 1) for _ in range(4)]
    frames[0].save(path, "TIFF", save_all=True, append_images=frames[1:], compression="group4")
    assert inspect(path).pages == 4


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.pdf"
    path.write_bytes(b"")
    assert _code(path) == "empty"


def test_text_named_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_text("Madame la Maire,")
    assert _code(path) == "not_supported"


def test_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    with zipfile.ZipFile(path, "w") as held:
        held.writestr("a.txt", "%PDF-1.4")
    assert _code(path) == "not_supported"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_cut_off_pdf_is_refused(tmp_path: Path, share: float) -> None:
    whole = _pdf(tmp_path / "whole.pdf", 3).read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(whole[: int(len(whole) * share)])
    assert _code(path) == "truncated"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_cut_off_image_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "image"
    noise = np.random.default_rng(0).integers(0, 255, (300, 300, 3), np.uint8)
    Image.fromarray(noise).save(path, kind)
    path.write_bytes(path.read_bytes()[:-2000])
    assert _code(path) == "truncated"


def test_a_password_is_refused_but_an_empty_one_is_not(tmp_path: Path) -> None:
    with pikepdf.open(_pdf(tmp_path / "plain.pdf")) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(user="secret", owner="secret"))
        pdf.save(tmp_path / "open.pdf", encryption=pikepdf.Encryption(user="", owner="secret"))
    assert _code(tmp_path / "locked.pdf") == "encrypted"
    assert inspect(tmp_path / "open.pdf").pages == 1


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    pikepdf.new().save(tmp_path / "none.pdf")
    assert _code(tmp_path / "none.pdf") == "no_pages"


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    assert _code(_pdf(tmp_path / "long.pdf", 4), max_pages=3) == "too_many_pages"


def test_an_image_of_too_many_pixels_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Image.new("1", (30000, 30000)).save(path)
    start = time.perf_counter()
    assert _code(path) == "bomb"
    assert time.perf_counter() - start < 1


def test_a_page_tree_that_contains_itself_ends(tmp_path: Path) -> None:
    pdf = pikepdf.open(_pdf(tmp_path / "loop.pdf"))
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    pdf.save(tmp_path / "loop2.pdf")
    assert _code(tmp_path / "loop2.pdf") in {"failed", "too_many_pages", "truncated"}


def test_a_page_tree_that_multiplies_ends(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    node = pdf.Root.Pages.Kids[0]
    for _ in range(12):
        kids = pikepdf.Array([node] * 10)
        node = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=kids, Count=10))
    pdf.Root.Pages.Kids = pikepdf.Array([node])
    raw = tmp_path / "many.pdf"
    pdf.save(raw)
    start = time.perf_counter()
    assert _code(raw) in {"failed", "too_many_pages"}
    assert time.perf_counter() - start < 10


def test_inspecting_takes_no_time(tmp_path: Path) -> None:
    path = _pdf(tmp_path / "long.pdf", 50)
    inspect(path)
    start = time.perf_counter()
    inspect(path)
    assert time.perf_counter() - start < 1
