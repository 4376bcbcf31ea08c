"""Packs the scans of a PDF more tightly, pixel for pixel the same, so that the text layer costs no room."""

from __future__ import annotations

import logging
import zlib
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from ocr import errors, pdf_page
from ocr.inspection import MAX_PIXELS
from ocr.programs import jpegtran
from ocr.programs.run import ProgramError

logger = logging.getLogger(__name__)

SMALLEST = 4096
"""Bytes. Smaller images are not worth the time; saving less than this may not pay for a page's text layer."""

BATCH = 16 * 1024 * 1024
"""Bytes of images held in memory before they go to disk."""

_TROUBLE = (ProgramError, pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError)


@dataclass(frozen=True, slots=True)
class _Packed:
    data: bytes
    filters: Array
    parameters: Array


@dataclass(frozen=True, slots=True)
class _Waiting:
    held: Dictionary
    name: str
    packed: _Packed


class LeanImages:
    """Images of `pdf` packed page by page. They wait in files in `folder`, so that memory does not grow with
    the document; call `finish` before the PDF is saved and `close` after."""

    def __init__(self, pdf: pikepdf.Pdf, folder: Path) -> None:
        self._pdf, self._folder = pdf, folder
        self._waiting: list[_Waiting] = []
        self._batches: list[pikepdf.Pdf] = []

    def pack(self, page: pikepdf.Page) -> None:
        """Pack the page's image where it has one only, as scans have; others stay as they are."""
        try:
            held = page.resources.get("/XObject")
            names = list(held.keys()) if isinstance(held, Dictionary) else []
            if not isinstance(held, Dictionary) or len(names) != 1:
                return
            image = held[names[0]]
            packed = _packed(image) if isinstance(image, Stream) else None
        except _TROUBLE:
            logger.debug("an image is left as it is", exc_info=True)
            return
        if packed is not None:
            self._waiting.append(_Waiting(held, names[0], packed))
        if sum(len(one.packed.data) for one in self._waiting) >= BATCH:
            self.finish()

    def finish(self) -> None:
        """Put the waiting images in their places."""
        if not self._waiting:
            return
        path = self._folder / f"images-{len(self._batches)}.pdf"
        with pikepdf.new() as batch:
            batch.Root.Images = Array([batch.make_stream(one.packed.data) for one in self._waiting])
            batch.save(path, compress_streams=False)
        stored = pikepdf.open(path, access_mode=pikepdf.AccessMode.stream)
        self._batches.append(stored)
        for one, data in zip(self._waiting, list(stored.Root.Images), strict=True):
            self._replace(one, data)
        self._waiting.clear()

    def _replace(self, one: _Waiting, data: pikepdf.Object) -> None:
        before, image = one.held[one.name], self._pdf.copy_foreign(data)
        for key in before.keys():  # noqa: SIM118
            if key != "/Length":
                image[key] = before[key]
        image.Filter, image.DecodeParms = one.packed.filters, one.packed.parameters
        one.held[one.name] = image

    def close(self) -> None:
        for batch in self._batches:
            batch.close()


def _packed(image: Stream) -> _Packed | None:
    """None where nothing is gained."""
    if image.get("/Subtype") != Name.Image:
        return None
    filters, parameters = image.get("/Filter"), image.get("/DecodeParms")
    if isinstance(filters, Array) and len(filters) == 1:
        filters = filters[0]
        parameters = parameters[0] if isinstance(parameters, Array) and len(parameters) == 1 else parameters
    width, height = pdf_page.image_size(image)
    if width * height > MAX_PIXELS:
        return None
    if filters == Name.CCITTFaxDecode and isinstance(parameters, Dictionary):
        data = bytes(image.read_raw_bytes())
        smaller = zlib.compress(data, 9)
        packed = _Packed(smaller, Array([Name.FlateDecode, filters]), Array([None, parameters]))
        return packed if len(smaller) < len(data) else None
    if filters == Name.DCTDecode and parameters is None and pdf_page.is_plain(image):
        jpeg = _smaller_jpeg(bytes(image.read_raw_bytes()))
        return None if jpeg is None else _Packed(jpeg, Array([Name.DCTDecode]), Array([None]))
    return None


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
