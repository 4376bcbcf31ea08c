"""Files made to hurt: each ends in an error or a page's warning, never in a crash, a hang or litter."""

from __future__ import annotations

import time
import zlib
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from ocr import read
from tests.ocr import jbig2, scans

pytestmark = pytest.mark.usefixtures("nothing_left_behind")


def _image_pdf(path: Path, **keys: object) -> Path:
    """A page that is one image, with `data` and dictionary entries as given."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    data = bytes(keys.pop("data"))  # type: ignore[call-overload]
    image = pdf.make_stream(b"")
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    kind, cover = keys.pop("Filter", None), keys.pop("SMask", None)
    if isinstance(cover, Image.Image):
        mask = pdf.make_stream(cover.tobytes(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        for key, value in _gray(*cover.size).items():
            mask[f"/{key}"] = value
        image.SMask = mask
    for key, value in keys.items():
        image[f"/{key}"] = value
    image.write(data, filter=kind) if kind is not None else image.write(data)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    pdf.save(path)
    return path


def _gray(width: int, height: int) -> dict[str, object]:
    return {"Width": width, "Height": height, "ColorSpace": pikepdf.Name.DeviceGray, "BitsPerComponent": 8}


def test_an_image_in_a_pdf_of_too_many_pixels_is_not_unpacked(tmp_path: Path) -> None:
    zeros = zlib.compress(b"\0" * 10_000_000)
    path = _image_pdf(
        tmp_path / "bomb.pdf", data=zeros, Filter=pikepdf.Name.FlateDecode, **_gray(60000, 60000)
    )
    start = time.perf_counter()
    assert read(path, jobs=1).pages[0].warnings == ("page_too_large",)
    assert time.perf_counter() - start < 5


def test_a_jpeg_that_is_larger_than_its_page_says_is_not_unpacked(tmp_path: Path) -> None:
    jpeg = bytearray(scans.jpeg(scans.letter(60)))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = b"\xff\xdc\xff\xdc"
    path = _image_pdf(tmp_path / "liar.pdf", data=jpeg, Filter=pikepdf.Name.DCTDecode, **_gray(600, 800))
    assert read(path, jobs=1).pages[0].warnings == ("page_too_large",)


def test_drawing_instructions_that_swell_are_not_unpacked_here(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    bomb = pdf.make_stream(b"")
    bomb.write(zlib.compress(b"q Q " * 10_000_000), filter=pikepdf.Name.FlateDecode)
    page.Contents = bomb
    pdf.save(tmp_path / "swell.pdf")
    start = time.perf_counter()
    reading = read(tmp_path / "swell.pdf", jobs=1, pdf=tmp_path / "out.pdf")
    assert len(reading.pages) == 1
    assert time.perf_counter() - start < 90


def test_a_huge_page_is_drawn_within_bounds(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(14400, 14400))
    pdf.pages[0].Contents = pdf.make_stream(b"0 g 100 100 5000 5000 re f")
    pdf.save(tmp_path / "huge.pdf")
    assert len(read(tmp_path / "huge.pdf", jobs=1).pages) == 1


def test_one_bad_page_costs_no_other(tmp_path: Path) -> None:
    path = scans.pdf(tmp_path / "three.pdf", *[scans.scanned(scans.letter())] * 3)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        image = next(iter(pdf.pages[1].get_images().values()))
        image.write(b"\xff\xd8\xff\xe0 not a picture", filter=pikepdf.Name.DCTDecode)
        pdf.save()
    reading = read(path, jobs=2, pdf=tmp_path / "out.pdf")
    assert [scans.error(page.text) < 0.02 for page in reading.pages] == [True, False, True]
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        assert len(pdf.pages) == 3


def test_a_broken_cross_reference_table_is_mended(tmp_path: Path) -> None:
    path = scans.pdf(tmp_path / "scan.pdf", scans.scanned(scans.letter()))
    data = path.read_bytes()
    at = data.rindex(b"startxref")
    path.write_bytes(data[:at] + b"startxref\n123\n%%EOF\n")
    reading = read(path, jobs=1, pdf=tmp_path / "out.pdf")
    assert scans.error(reading.text) < 0.02


def test_a_pdf_with_an_empty_password_is_read(tmp_path: Path) -> None:
    with pikepdf.open(scans.pdf(tmp_path / "plain.pdf", scans.scanned(scans.letter()))) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(user="", owner="secret"))
    reading = read(tmp_path / "locked.pdf", jobs=1, pdf=tmp_path / "out.pdf")
    assert scans.error(reading.text) < 0.02
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        assert not pdf.is_encrypted


def test_an_xfa_form_is_told(tmp_path: Path) -> None:
    path = scans.pdf(tmp_path / "form.pdf", scans.letter(60), dpi=60)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.AcroForm = pikepdf.Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=pikepdf.Array())
        pdf.save()
    assert read(path, jobs=1).warnings == ("xfa",)


@pytest.mark.parametrize(
    "kind", ["jpx", "jbig2", "cmyk", "cmyk jpeg", "16 bit", "transparent", "masked", "inverted", "one bit"]
)
def test_unusual_images_in_a_pdf_are_read(tmp_path: Path, kind: str) -> None:
    page = Image.fromarray(scans.letter())
    entries: dict[str, object] = _gray(*page.size)
    if kind == "jpx":
        page.save(tmp_path / "page.jp2", quality_mode="rates", quality_layers=[10])
        entries |= {"data": (tmp_path / "page.jp2").read_bytes(), "Filter": pikepdf.Name.JPXDecode}
    elif kind == "jbig2":
        bits = jbig2.encoded(page.convert("1"))
        entries |= {"data": bits, "Filter": pikepdf.Name.JBIG2Decode, "BitsPerComponent": 1}
    elif kind in ("cmyk", "cmyk jpeg"):
        inks = page.convert("CMYK")
        entries |= {"data": inks.tobytes(), "ColorSpace": pikepdf.Name.DeviceCMYK}
        if kind == "cmyk jpeg":
            inks.save(tmp_path / "page.jpg")
            entries |= {"data": (tmp_path / "page.jpg").read_bytes(), "Filter": pikepdf.Name.DCTDecode}
            entries |= {"Decode": pikepdf.Array([1, 0] * 4)}
    elif kind == "16 bit":
        deep = (np.asarray(page, np.uint16) * 257).astype(">u2")
        entries |= {"data": deep.tobytes(), "BitsPerComponent": 16}
    elif kind == "transparent":
        entries |= {"data": bytes(page.width * page.height), "SMask": page.point(lambda value: 255 - value)}
    elif kind == "masked":
        bits = page.convert("1").tobytes()
        entries = {
            "Width": page.width,
            "Height": page.height,
            "ImageMask": True,
            "BitsPerComponent": 1,
            "data": bits,
        }
    elif kind == "inverted":
        entries |= {"data": page.point(lambda value: 255 - value).tobytes(), "Decode": pikepdf.Array([1, 0])}
    else:
        entries |= {"data": page.convert("1").tobytes(), "BitsPerComponent": 1}
    reading = read(_image_pdf(tmp_path / "odd.pdf", **entries), jobs=1)
    assert scans.error(reading.text) < 0.02
