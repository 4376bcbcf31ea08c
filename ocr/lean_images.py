"""Packs the scans of a PDF more tightly, pixel for pixel the same, so that the text layer costs no room."""

from __future__ import annotations

import logging
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from ocr import errors, pdf_page
from ocr.inspection import MAX_PIXELS
from ocr.programs import jpegtran
from ocr.programs.run import ProgramError

logger = logging.getLogger(__name__)

SMALLEST = 4096
"""Bytes. Smaller JPEGs are not worth the time; saving less than this may not pay for a page's text layer."""

_TROUBLE = (ProgramError, pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError)


def pack(page: pikepdf.Page) -> int:
    """Pack the page's image where it has one only, as scans have; others stay as they are.

    Returns the bytes that are held in memory from now on until the PDF is saved.
    """
    try:
        held = page.resources.get("/XObject")
        images = list(held.values()) if isinstance(held, Dictionary) else []
        if len(images) != 1 or not isinstance(images[0], Stream) or images[0].get("/Subtype") != Name.Image:
            return 0
        return _packed(images[0])
    except _TROUBLE:
        logger.debug("an image is left as it is", exc_info=True)
        return 0


def _packed(image: Stream) -> int:
    """0 where nothing is gained."""
    kind, parameters = image.get("/Filter"), image.get("/DecodeParms")
    if isinstance(kind, Array) and len(kind) == 1:
        kind = kind[0]
        parameters = parameters[0] if isinstance(parameters, Array) and len(parameters) == 1 else parameters
    width, height = pdf_page.image_size(image)
    if width * height > MAX_PIXELS:
        return 0
    if kind == Name.CCITTFaxDecode and isinstance(parameters, Dictionary):
        data = bytes(image.read_raw_bytes())
        smaller = zlib.compress(data, 9)
        if len(smaller) < len(data):
            image.write(smaller, filter=Array([Name.FlateDecode, kind]))
            image.DecodeParms = Array([None, parameters])
            return len(smaller)
    if kind == Name.DCTDecode and parameters is None and pdf_page.is_plain(image):
        jpeg = _smaller_jpeg(bytes(image.read_raw_bytes()))
        if jpeg is not None:
            image.write(jpeg, filter=Name.DCTDecode)
            return len(jpeg)
    return 0


def _smaller_jpeg(data: bytes) -> bytes | None:
    """Codes of its own are enough for most scanners' files; what has them already becomes progressive."""
    if len(data) < SMALLEST:
        return None
    try:
        best = jpegtran.repacked(data, progressive=False)
        if len(data) - len(best) < SMALLEST:
            best = min(best, jpegtran.repacked(data, progressive=True), key=len)
    except errors.ProgramMissing:
        logger.warning("jpegtran is not installed: scans are not packed")
        return None
    return best if len(best) < len(data) else None
