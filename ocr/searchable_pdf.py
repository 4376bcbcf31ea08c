"""Writes the searchable PDF: the pages as they were, with the words laid over them."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Sequence
from pathlib import Path

import img2pdf
import pikepdf
from pikepdf import Dictionary, Name
from PIL import Image, ImageOps

from ocr import lean_images, pdf_a, pdf_page, text_layer
from ocr.inspection import JPEG, PNG, open_pdf
from ocr.layout import Placed

logger = logging.getLogger(__name__)

JPEG_QUALITY = 80

MOST_HELD = 48 * 1024 * 1024
"""Bytes of new pages and images held in memory before they go to disk."""


class SearchablePdf:
    """A PDF in the making. `append` pages in order where it has none yet, `finish_page` each, then `save`.

    `folder` is for files that live until `close`.
    """

    def __init__(self, pdf: pikepdf.Pdf, folder: Path) -> None:
        self._pdf = pdf
        self._folder = folder
        self._held = 0
        self._parts = 0
        self._font: pikepdf.Object | None = None
        self._open: pikepdf.Stream | None = None

    def append(self, page: bytes) -> None:
        """Append the first page of a PDF given as bytes."""
        with pikepdf.open(io.BytesIO(page)) as other:
            self._pdf.pages.append(other.pages[0])
        self._held += len(page)

    def finish_page(self, number: int, words: Sequence[Placed], rotation: int) -> None:
        """As `add_text`, and the page's scan is packed more tightly."""
        self._held += lean_images.pack(self._pdf.pages[number - 1])
        self.add_text(number, words, rotation)
        if self._held > MOST_HELD:
            self._go_on_from_disk()

    def _go_on_from_disk(self) -> None:
        """Memory does not grow with the document: what was made so far is read from a file from now on."""
        self._held, self._parts = 0, self._parts + 1
        path = self._folder / f"part-{self._parts}.pdf"
        self._pdf.save(path, compress_streams=False)
        before, self._pdf = self._pdf, open_pdf(path)
        before.close()
        self._font = self._open = None
        (self._folder / f"part-{self._parts - 1}.pdf").unlink(missing_ok=True)

    def add_text(self, number: int, words: Sequence[Placed], rotation: int) -> None:
        """Turn page `number` by `rotation` degrees clockwise and lay the words over it."""
        page = self._pdf.pages[number - 1]
        shown = pdf_page.shape(page)
        if rotation:
            shown = pdf_page.Shape(shown.box, (shown.rotation + rotation) % 360)
            page.obj.Rotate = shown.rotation
        if not words:
            return
        if self._font is None or self._open is None:
            self._font = text_layer.font(self._pdf)
            self._open = self._pdf.make_stream(b"q")
        layer = self._pdf.make_stream(b"")
        layer.write(text_layer.drawing(words, shown.to_user_space()), filter=Name.FlateDecode)
        page.contents_add(self._open, prepend=True)
        page.contents_add(layer)
        _add_font(page, self._font)

    def save(self, path: Path, *, archive: Path | None = None) -> None:
        """Written beside `path` first: there is never half a file under that name.

        With `archive`, a folder for files in between, it is a PDF/A-2b. Raises ProgramError where
        ghostscript is needed for that and fails.
        """
        unfinished = path.with_name(path.name + ".part")
        try:
            if archive is None:
                self._write(unfinished)
            elif pdf_a.only_scans(self._pdf):
                pdf_a.mark(self._pdf)
                self._write(unfinished)
            else:
                self._write(archive / "plain.pdf")
                pdf_a.rewritten(archive / "plain.pdf", unfinished, archive)
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)

    def _write(self, path: Path) -> None:
        mode = pikepdf.ObjectStreamMode.generate
        self._pdf.save(path, object_stream_mode=mode, compress_streams=True, deterministic_id=True)

    def close(self) -> None:
        self._pdf.close()


def empty_page() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _add_font(page: pikepdf.Page, font: pikepdf.Object) -> None:
    resources = page.resources
    if "/Font" not in resources:
        resources.Font = Dictionary()
    resources.Font[text_layer.FONT] = font


def one_page(image: Image.Image, kind: str, file: Path) -> bytes:
    """The image as a PDF of one page, its data as it is wherever PDF can hold it."""
    if kind in (JPEG, PNG):
        try:
            return bytes(img2pdf.convert(file.read_bytes(), rotation=img2pdf.Rotation.ifvalid))
        except Exception:  # img2pdf raises bare ones for a file that PDF can't hold as it is
            logger.debug("the image is packed anew", exc_info=True)
    return bytes(img2pdf.convert(_packed(ImageOps.exif_transpose(image), kind)))


def _packed(image: Image.Image, kind: str) -> bytes:
    """Lossless where the source was, JPEG for photographs."""
    buffer = io.BytesIO()
    dpi = image.info.get("dpi")
    extra = {"dpi": dpi} if dpi else {}
    if image.mode == "1":
        image.save(buffer, "TIFF", compression="group4", **extra)
        return buffer.getvalue()
    if image.mode not in ("L", "RGB"):
        image = _flattened(image)
    if kind in ("image/webp", "image/heic"):
        image.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True, **extra)
    else:
        image.save(buffer, "PNG", **extra)
    return buffer.getvalue()


def _flattened(image: Image.Image) -> Image.Image:
    if "A" in image.getbands() or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")
