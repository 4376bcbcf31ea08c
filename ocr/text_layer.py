"""Invisible words over a page, so that a PDF can be searched and its text selected.

The words go where they were seen, along slanted lines too. tesseract's own text-only PDF cannot do that: it
knows the page it was given after cleaning, not the page that is shown.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from importlib.resources import files
from itertools import groupby

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name

from ocr.layout import Placed

FONT = Name("/CourrierText")
_ADVANCE = 0.5
"""Width of every sign of the font, in units of its size."""

_SIZE = 10

_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
1 beginbfrange
<0000> <FFFF> <0000>
endbfrange
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """The font without outlines that comes with tesseract (Apache-2.0): every sign is an empty half em."""
    program = pdf.make_stream(files("ocr").joinpath("glyphless.ttf").read_bytes())
    descriptor = pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name.GlyphLessFont,
            Flags=5,
            FontBBox=Array([0, 0, 500, 1000]),
            Ascent=1000,
            Descent=-1,
            CapHeight=1000,
            ItalicAngle=0,
            StemV=80,
            FontFile2=program,
        )
    )
    descendant = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name.GlyphLessFont,
            CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
            CIDToGIDMap=pdf.make_stream(b"\0\1" * 65536),
            DW=500,
            FontDescriptor=descriptor,
        )
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name.GlyphLessFont,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([descendant]),
            ToUnicode=pdf.make_stream(_TO_UNICODE),
        )
    )


def drawing(words: Sequence[Placed], to_page: pikepdf.Matrix) -> bytes:
    """The drawing instructions, packed; `to_page` takes fractions of the page as shown to its own units.

    They begin by closing the `q` that shuts in what the page itself draws.
    """
    parts = [f"Q BT 3 Tr {FONT} {_SIZE} Tf".encode("ascii")]
    for _, line in groupby(words, key=lambda word: word.line):
        parts += _line(list(line), to_page)
    parts.append(b"ET")
    return zlib.compress(b"\n".join(parts), 9)


def _line(words: Sequence[Placed], to_page: pikepdf.Matrix) -> list[bytes]:
    """All words of a line on one baseline and of one size: a selection then is one even band.

    A word's place is told as what it lies off the end of the one before, in tenths of an em, and its width in
    steps of 4 %: small numbers that repeat keep the layer small.
    """
    a, b, c, d, e, f = to_page.shorthand
    quads = np.stack([word.quad for word in words]) @ np.array([[a, b], [c, d]]) + np.array([e, f])
    starts, ends = quads[:, 3], quads[:, 2]
    along = ends[-1] - starts[0]
    size = float(np.median(np.hypot(*(quads[:, 0] - quads[:, 3]).T)))
    length = float(np.hypot(*along))
    if length <= 0 or size < 0.5:
        return []
    x, y = along / length
    across = np.array([-y, x])
    origin = starts[0] + across * float(np.median((starts - starts[0]) @ across))
    cosine, sine = x * size / _SIZE, y * size / _SIZE
    matrix = " ".join(_short(value) for value in (cosine, sine, -sine, cosine))
    lines = [f"{matrix} {origin[0]:.1f} {origin[1]:.1f} Tm".encode("ascii")]
    at, before = 0.0, 0
    for word, start, end in zip(words, starts, ends, strict=True):
        here = float((start - origin) @ (x, y)) * _SIZE / size
        width = float(np.hypot(*(end - start))) * _SIZE / size
        stretch = max(round(100 * width / (len(word.text) * _ADVANCE * _SIZE) / 4) * 4, 1)
        em = _SIZE * stretch / 100
        back = round((at - here) / em * 10) * 100
        at += (len(word.text) + 1) * _ADVANCE * em - back / 1000 * em
        wide = f"{stretch} Tz" if stretch != before else ""
        before = stretch
        lines.append(f"{wide}[{back}".encode("ascii") + _string(word.text + " ") + b"]TJ")
    return [b"\n".join(lines)]


def _short(value: float) -> str:
    return f"{value + 0.0:.4g}" if abs(value) >= 0.00005 else "0"


def _string(text: str) -> bytes:
    """Two bytes a sign in a literal string: packs better than in hexadecimal."""
    signs = text.encode("utf-16-be", "replace")
    for sign in (b"\\", b"(", b")", b"\r"):
        signs = signs.replace(sign, b"\\r" if sign == b"\r" else b"\\" + sign)
    return b"(" + signs + b")"
