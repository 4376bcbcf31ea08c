"""JBIG2 (ITU-T T.88) as PDF embeds it, in its simplest form: one region in the fax code that Group 4 has."""

from __future__ import annotations

import io
import struct

from PIL import Image

_ROWS_PER_STRIP, _STRIP_OFFSETS, _STRIP_SIZES = 278, 273, 279
_PAGE_INFORMATION, _IMMEDIATE_GENERIC_REGION, _MMR = 48, 38, 1


def encoded(image: Image.Image) -> bytes:
    """`image` of mode 1 as the segments of a JBIG2 stream without file header."""
    size = struct.pack(">II", image.width, image.height)
    page = size + struct.pack(">IIBH", 0, 0, 0, 0)
    region = size + struct.pack(">IIBB", 0, 0, 0, _MMR) + _group_4(image)
    return _segment(0, _PAGE_INFORMATION, page) + _segment(1, _IMMEDIATE_GENERIC_REGION, region)


def _segment(number: int, kind: int, data: bytes) -> bytes:
    return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data


def _group_4(image: Image.Image) -> bytes:
    """The bare code: the one strip of a TIFF file."""
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: image.height})
    with Image.open(buffer) as file:
        tags = file.getexif()
    start, length = tags[_STRIP_OFFSETS], tags[_STRIP_SIZES]
    return buffer.getvalue()[start : start + length]
