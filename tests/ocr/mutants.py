"""Files for fuzzing: one small seed of every kind that may come in, and ways to damage them.

PDF seeds are written with their streams open and their objects one a line, so that damage hits what they say
and not only what is packed.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from tests.ocr import jbig2, scans

DPI = 60
_EXTREMES = (
    b"0",
    b"-1",
    b"1",
    b"65535",
    b"65536",
    b"2147483647",
    b"-2147483648",
    b"4294967296",
    b"1e38",
    b"0.00001",
)
_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_NAME = re.compile(rb"/[A-Za-z][A-Za-z0-9]*")
_REFERENCE = re.compile(rb"\d+ \d+ R")
_OPERATOR = re.compile(rb"(?<=\s)(?:q|Q|cm|Do|BT|ET|Tj|TJ|Tf|Tr|re|f|W|n|BI|ID|EI)(?=\s)")


def seeds(folder: Path) -> list[bytes]:
    """One file of each kind; `folder` takes what is written on the way."""
    page = Image.fromarray(scans.letter(DPI)).crop((40, 40, 440, 240))
    return [*_images(page), *_pdfs(page, folder)]


def _images(page: Image.Image) -> list[bytes]:
    kinds: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("PNG", "L", {}),
        ("PNG", "P", {}),
        ("PNG", "LA", {}),
        ("PNG", "I;16", {}),
        ("JPEG", "L", {"progressive": True}),
        ("JPEG", "RGB", {"exif": _sideways()}),
        ("JPEG", "CMYK", {}),
        ("WEBP", "RGB", {"quality": 60}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("HEIF", "RGB", {"quality": 50}),
        ("TIFF", "L", {"compression": "tiff_lzw"}),
        ("TIFF", "RGB", {"compression": "jpeg"}),
        ("TIFF", "1", {"compression": "group4"}),
        ("TIFF", "1", {"compression": "group4", "save_all": True, "append_images": [page.convert("1")] * 2}),
    )
    made = []
    for kind, mode, options in kinds:
        buffer = io.BytesIO()
        page.convert(mode).save(buffer, kind, dpi=(DPI, DPI), **options)
        made.append(buffer.getvalue())
    return made


def _sideways() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def _pdfs(page: Image.Image, folder: Path) -> list[bytes]:
    whole = img2pdf.convert([scans.jpeg(np.asarray(page, np.uint8), DPI)] * 2)
    jpx = io.BytesIO()
    page.save(jpx, "JPEG2000", quality_mode="rates", quality_layers=[20])
    bits = page.convert("1")
    size = {"Width": page.width, "Height": page.height}
    gray = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 8, **size}
    pixels = {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 1, **size}
    mask = {"ImageMask": True, "BitsPerComponent": 1, **size}
    made = [
        whole,
        _opened(whole),
        _opened(_of_one_image(jpx.getvalue(), {**gray, "Filter": Name.JPXDecode})),
        _opened(_of_one_image(jbig2.encoded(bits), {**pixels, "Filter": Name.JBIG2Decode})),
        _opened(_of_one_image(bits.tobytes(), mask)),
        _opened(_of_one_image(page.tobytes(), {**gray, "Decode": Array([1, 0])})),
        _opened(typed()),
        _opened(form()),
        typed(),
    ]
    with pikepdf.open(io.BytesIO(typed())) as pdf:
        for name, passwords in (("free", ("", "owner")), ("locked", ("secret", "owner"))):
            pdf.save(folder / name, encryption=pikepdf.Encryption(user=passwords[0], owner=passwords[1]))
            made.append((folder / name).read_bytes())
    return made


def _of_one_image(data: bytes, entries: dict[str, object]) -> bytes:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    image = pdf.make_stream(b"")
    image.Type, image.Subtype = Name.XObject, Name.Image
    kind = entries.pop("Filter", None)
    for key, value in entries.items():
        image[f"/{key}"] = value
    image.write(data, **({"filter": kind} if kind is not None else {}))
    page.Resources = Dictionary(XObject=Dictionary(Im0=image))
    page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    return _saved(pdf)


def typed() -> bytes:
    """Born digital: text, a drawing, an image in line, boxes and a turn."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font)))
    page.CropBox = Array([20, 20, 575, 822])
    page.Rotate = 90
    page.Contents = pdf.make_stream(
        b"q 0.5 g 72 500 200 60 re f Q\nBT /F1 18 Tf 72 700 Td (Bordereau de livraison) Tj ET\n"
        b"q 40 0 0 40 100 300 cm BI /W 4 /H 4 /CS /G /BPC 8 ID 0123456789abcdef EI Q"
    )
    return _saved(pdf)


def form() -> bytes:
    """A form with an XFA part, a signature's mark, and a page drawn by forms within forms."""
    pdf = pikepdf.open(io.BytesIO(typed()))
    page = pdf.pages[0]
    inner = pdf.make_stream(b"BT /F1 12 Tf 10 10 Td (Signature) Tj ET")
    outer = pdf.make_stream(b"q /Fm1 Do Q")
    for form in (inner, outer):
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 50])
    inner.Resources = page.Resources
    outer.Resources = Dictionary(XObject=Dictionary(Fm1=inner))
    page.Resources = Dictionary(XObject=Dictionary(Fm0=outer))
    page.Contents = pdf.make_stream(b"q 1 0 0 1 72 600 cm /Fm0 Do Q")
    pdf.Root.AcroForm = Dictionary(XFA=pdf.make_stream(b"<xdp/>"), SigFlags=3, Fields=Array())
    return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _opened(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(buffer, qdf=True)
    return buffer.getvalue()


def mutated(data: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """`data` damaged in one to forty places."""
    out = bytearray(data)
    ways = _WAYS + _PDF_WAYS * 2 if data.startswith(b"%PDF-") else _WAYS
    for _ in range(chance.choice((1, 1, 2, 3, 10, 40))):
        chance.choice(ways)(out, chance, others)
        if len(out) < 8:
            return bytes(data[:8])
    return bytes(out)


_Way = Callable[[bytearray, random.Random, list[bytes]], None]


def _byte(out: bytearray, chance: random.Random, _: list[bytes]) -> None:
    out[chance.randrange(len(out))] = chance.randrange(256)


def _word(out: bytearray, chance: random.Random, _: list[bytes]) -> None:
    at = chance.randrange(len(out))
    out[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"9999"))


def _left_out(out: bytearray, chance: random.Random, _: list[bytes]) -> None:
    at = chance.randrange(len(out))
    del out[at : at + chance.randrange(1, 64)]


def _twice(out: bytearray, chance: random.Random, _: list[bytes]) -> None:
    at = chance.randrange(len(out))
    out[at:at] = out[at : at + chance.randrange(1, 64)]


def _of_another(out: bytearray, chance: random.Random, others: list[bytes]) -> None:
    other = chance.choice(others)
    at, start = chance.randrange(len(out)), chance.randrange(len(other))
    out[at : at + 32] = other[start : start + 32]


def _cut(out: bytearray, chance: random.Random, _: list[bytes]) -> None:
    if chance.random() < 0.3:
        del out[chance.randrange(len(out)) + 1 :]


def _replaced(out: bytearray, chance: random.Random, what: re.Pattern[bytes], by: bytes | None) -> None:
    """Replace one find of `what` by `by`, or by another find."""
    found = list(what.finditer(out))
    if found:
        one, other = chance.choice(found), chance.choice(found)
        out[one.start() : one.end()] = other.group() if by is None else by


def _number(out: bytearray, chance: random.Random, _: list[bytes]) -> None:
    _replaced(out, chance, _NUMBER, chance.choice(_EXTREMES))


def _name(out: bytearray, chance: random.Random, _: list[bytes]) -> None:
    _replaced(out, chance, _NAME, None)


def _reference(out: bytearray, chance: random.Random, _: list[bytes]) -> None:
    _replaced(out, chance, _REFERENCE, chance.choice((None, b"null", b"[]", b"<< >>", b"(text)", b"-7")))


def _operator(out: bytearray, chance: random.Random, _: list[bytes]) -> None:
    _replaced(out, chance, _OPERATOR, None)


_WAYS: tuple[_Way, ...] = (_byte, _word, _left_out, _twice, _of_another, _cut)
_PDF_WAYS: tuple[_Way, ...] = (_number, _name, _reference, _operator)
