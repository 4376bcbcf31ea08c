"""The square on a receipt: it leads a telephone to what became of the deposit, with what the receipt says beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode

import zxingcpp

OUTLINE = re.compile(r'<path d="([\dMhvzZ .-]+)"')


@dataclass(frozen=True, slots=True)
class Square:
    """A QR code as one outline, in a frame of `side` units that holds its quiet margin."""

    side: int
    outline: str


def square(text: str) -> Square:
    """Draw the text; a sixth of the square may be lost to a fold or a stain."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn = zxingcpp.write_barcode_to_svg(code, add_quiet_zones=True)
    outline = OUTLINE.search(drawn)
    side = re.search(r'<svg width="(\d+)"', drawn)
    if outline is None or side is None:
        raise RuntimeError("the barcode library draws in another way than expected")
    return Square(int(side[1]), outline[1])


def carried(address: str, number: str, code: str) -> str:
    """The address with number and code behind its #: the browser keeps that part, no server or log ever sees it."""
    return f"{address}#{urlencode({'numero': number, 'code': code})}"
