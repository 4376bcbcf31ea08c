"""Invisible words over a page, so that a PDF can be searched and its text selected.

The words go where they were seen, along slanted lines too. tesseract's own text-only PDF cannot do that: it
knows the page it was given after cleaning, not the page that is shown.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name

from ocr.layout import Placed

FONT = Name("/CourrierText")
_ADVANCE = 0.5
"""Width of every sign of the font, in units of its size."""

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
    """The drawing instructions, packed; `to_page` takes fractions of the page as shown to its own units."""
    parts = [b"BT 3 Tr"]
    for word in words:
        placed = _instructions(word, to_page)
        if placed:
            parts.append(placed)
    parts.append(b"ET")
    return zlib.compress(b"\n".join(parts), 9)


def _instructions(word: Placed, to_page: pikepdf.Matrix) -> bytes:
    a, b, c, d, e, f = to_page.shorthand
    corners = word.quad @ np.array([[a, b], [c, d]]) + np.array([e, f])
    top_left, top_right, bottom_right, bottom_left = corners
    along = bottom_right - bottom_left
    width = float(np.hypot(*along))
    size = float(np.hypot(*(top_left - bottom_left)) + np.hypot(*(top_right - bottom_right))) / 2
    if width <= 0 or size <= 0:
        return b""
    x, y = along / width
    stretch = 100 * width / (len(word.text) * _ADVANCE * size)
    signs = (word.text + " ").encode("utf-16-be", "replace").hex()
    return (
        f"{FONT} {size:.1f} Tf {stretch:.0f} Tz {x:.4g} {y:.4g} {-y:.4g} {x:.4g} "
        f"{bottom_left[0]:.1f} {bottom_left[1]:.1f} Tm <{signs}> Tj"
    ).encode("ascii")
