"""Where pages come from: a PDF, or an image file with one or more frames. Gives each page as pixels."""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ocr import pdf_page
from ocr.inspection import JPEG, MAX_PIXELS, PDF, TIFF, open_image, open_pdf
from ocr.programs import poppler
from ocr.programs.poppler import TextWord
from ocr.raster import SCREEN_SIDE, as_gray, at_most, turned

RENDER_DPI = 300.0
LOWEST_RENDER_DPI = 200.0
RENDER_PIXELS = 40_000_000
LONGEST_RENDER = 12000


class PageTooLarge(Exception):
    """The page's image has too many pixels to be decoded."""


@dataclass(slots=True)
class Scan:
    """One page as the file shows it.

    `gray` is for reading, None where the page's own text is enough. `screen` is small, gray or BGR.
    `colour` gives the page in colour at the size of `gray`, or None where it has no colour. `own` is the
    page's own text. `area` is where the pixels lie on the page, as fractions of it (nearly 0, 0, 1, 1).
    """

    gray: NDArray[np.uint8] | None
    screen: NDArray[np.uint8]
    dpi: float
    colour: Callable[[], NDArray[np.uint8] | None] = field(default=lambda: None)
    own: tuple[TextWord, ...] = ()
    area: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    warnings: tuple[str, ...] = ()


class Source(Protocol):
    """A document's pages. `scan` may be called from several threads at once."""

    @property
    def pages(self) -> int: ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """Codes for the document as a whole."""
        ...

    def scan(self, number: int) -> Scan: ...

    def close(self) -> None: ...


def open_source(path: Path, kind: str, folder: Path) -> Source:
    """`folder` is for files that live as long as the source does."""
    return PdfSource(path, folder) if kind == PDF else ImageSource(path, kind)


class ImageSource:
    """A JPEG, PNG, WebP, HEIC or (multi-page) TIFF file."""

    def __init__(self, path: Path, kind: str) -> None:
        self._path, self._kind = path, kind
        with open_image(path, kind) as image:
            self._pages = int(getattr(image, "n_frames", 1)) if kind == TIFF else 1

    @property
    def pages(self) -> int:
        return self._pages

    @property
    def warnings(self) -> tuple[str, ...]:
        return ()

    def frame(self, number: int) -> Image.Image:
        """The page's image as it is stored; raises PageTooLarge, OSError."""
        image = open_image(self._path, self._kind)
        image.seek(number - 1)
        if image.width * image.height > MAX_PIXELS:
            raise PageTooLarge
        return image

    def scan(self, number: int) -> Scan:
        with self.frame(number) as image:
            dpi = _stated_dpi(image)
            pixels = _pixels(ImageOps.exif_transpose(image))
        return _scan_of(pixels, dpi or max(pixels.shape[:2]) / 11.69)

    def close(self) -> None:
        pass


def _stated_dpi(image: Image.Image) -> float | None:
    try:
        dpi = float(image.info["dpi"][0])
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    inches = max(image.size) / dpi if dpi > 0 else 0
    return dpi if 60 <= dpi <= 1200 and 3 <= inches <= 50 else None


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    """Gray or BGR, 8 bits, on white paper where the image is transparent."""
    if image.mode.startswith(("I", "F")):
        return _deep_pixels(image)
    if image.mode in ("1", "L"):
        return np.array(image.convert("L"), np.uint8)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        with_alpha = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, with_alpha)
    return np.ascontiguousarray(np.array(image.convert("RGB"), np.uint8)[:, :, ::-1])


def _deep_pixels(image: Image.Image) -> NDArray[np.uint8]:
    values = np.array(image, np.float32)
    top = 65535.0 if "16" in image.mode or values.max(initial=0) > 255 else 255.0
    return np.asarray(np.clip(values * (255.0 / top), 0, 255), np.uint8)


def _scan_of(pixels: NDArray[np.uint8], dpi: float) -> Scan:
    has_colour = pixels.ndim == 3
    return Scan(
        gray=as_gray(pixels),
        screen=at_most(pixels, SCREEN_SIDE),
        dpi=dpi,
        colour=(lambda: pixels) if has_colour else (lambda: None),
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What was learnt of a PDF page while its file was held."""

    shown: pdf_page.Shape
    jpeg: bytes | None = None
    turn: int | None = None
    area: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    dpi: float = RENDER_DPI
    ask_text: bool = False
    pictures: bool = False
    too_large: bool = False


class PdfSource:
    """A PDF. qpdf looks at a page under a lock; decoding and poppler run beside each other."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path, self._folder = path, folder
        self._pdf = open_pdf(path)
        self._lock = threading.Lock()
        self._pages = len(self._pdf.pages)

    @property
    def pages(self) -> int:
        return self._pages

    @property
    def warnings(self) -> tuple[str, ...]:
        form = self._pdf.Root.get("/AcroForm")
        if not isinstance(form, pikepdf.Dictionary):
            return ()
        found = (("/XFA", "xfa"), ("/SigFlags", "signed"))
        return tuple(code for key, code in found if key in form)

    def close(self) -> None:
        self._pdf.close()

    def scan(self, number: int) -> Scan:
        with self._lock:
            plan = _plan(self._pdf.pages[number - 1])
        if plan.too_large:
            raise PageTooLarge
        if plan.ask_text:
            own = poppler.text_words(self._path, number, sideways=plan.shown.rotation in (90, 270))
            if legible(own):
                return self._with_own_text(number, plan, own)
        if plan.turn is None:
            return self._drawn(number, plan)
        if plan.jpeg is not None:
            scan = _jpeg_scan(plan.jpeg, plan.turn, plan.dpi)
            if scan is not None:
                scan.area = plan.area
                return scan
            return self._drawn(number, plan)
        pixels = turned(poppler.extract_image(self._path, number, self._folder), plan.turn)
        scan = _scan_of(pixels, plan.dpi)
        scan.area = plan.area
        return scan

    def _with_own_text(self, number: int, plan: _Plan, own: list[TextWord]) -> Scan:
        if plan.pictures:
            scan = self._drawn(number, plan)
            scan.own = tuple(own)
            return scan
        dpi = _bounded(150.0, plan.shown, SCREEN_SIDE)
        screen = poppler.render(self._path, number, dpi=dpi, gray=False)
        return Scan(gray=None, screen=screen, dpi=RENDER_DPI, own=tuple(own))

    def _drawn(self, number: int, plan: _Plan) -> Scan:
        dpi = _bounded(min(max(plan.dpi, LOWEST_RENDER_DPI), RENDER_DPI), plan.shown, LONGEST_RENDER)
        return _scan_of(poppler.render(self._path, number, dpi=dpi, gray=False), dpi)


def legible(own: list[TextWord]) -> bool:
    """Whether a page's own text is text: fonts without a way back to letters give other signs."""
    text = "".join(word.text for word in own)
    good = sum(sign.isalnum() or sign.isascii() for sign in text if sign.isprintable() and sign != "\ufffd")
    return bool(text) and good >= 0.8 * len(text)


def _plan(page: pikepdf.Page) -> _Plan:
    shown = pdf_page.shape(page)
    found = pdf_page.contents(page)
    if not found.whole:
        return _Plan(shown, ask_text=True, pictures=True)
    dpi = max((pdf_page.image_dpi(drawn) for drawn in found.images), default=RENDER_DPI)
    alone = not (found.visible_text or found.paints or found.forms)
    if alone and len(found.images) == 1:
        return _scan_plan(found.images[0], shown, dpi)
    pictures = sum(pdf_page.area_share(drawn, shown) for drawn in found.images) > 0.1
    asks = (found.visible_text or found.forms) and not found.invisible_text
    return _Plan(shown, dpi=dpi, ask_text=asks, pictures=pictures or (found.forms and not found.visible_text))


def _scan_plan(drawn: pdf_page.Drawn, shown: pdf_page.Shape, dpi: float) -> _Plan:
    width, height = pdf_page.image_size(drawn.image)
    if width * height > MAX_PIXELS:
        return _Plan(shown, too_large=True)
    turn = pdf_page.quarter_turn(drawn, shown) if pdf_page.is_plain(drawn.image) else None
    if turn is None or width * height == 0:
        return _Plan(shown, dpi=dpi)
    area = pdf_page.placed_exactly(drawn, shown, turn)
    return _Plan(shown, jpeg=pdf_page.jpeg_bytes(drawn.image), turn=turn, area=area, dpi=dpi)


def _bounded(dpi: float, shown: pdf_page.Shape, side: int) -> float:
    """`dpi`, or less where the page would be drawn longer than `side` or with too many pixels."""
    scale = min(dpi / 72, side / max(shown.width, shown.height))
    return 72 * min(scale, math.sqrt(RENDER_PIXELS / (shown.width * shown.height)))


def _jpeg_scan(data: bytes, turn: int, dpi: float) -> Scan | None:
    """Decodes gray at full size and colour at half size: cheaper than colour at full size. None if
    damaged."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as header:
            width, height, mode = header.width, header.height, header.mode
    except Image.DecompressionBombError as error:
        raise PageTooLarge from error
    except (OSError, SyntaxError, ValueError):
        return None
    if width * height > MAX_PIXELS:
        raise PageTooLarge
    if mode not in ("L", "RGB"):
        return None
    buffer = np.frombuffer(data, np.uint8)
    gray = _decoded(buffer, cv2.IMREAD_GRAYSCALE)
    if gray is None:
        return None
    gray = turned(gray, turn)
    if mode == "L":
        return Scan(gray=gray, screen=at_most(gray, SCREEN_SIDE), dpi=dpi)
    reduced = cv2.IMREAD_REDUCED_COLOR_2 if max(width, height) >= 2 * SCREEN_SIDE else cv2.IMREAD_COLOR
    small = _decoded(buffer, reduced)
    if small is None:
        return None

    def colour() -> NDArray[np.uint8] | None:
        full = _decoded(buffer, cv2.IMREAD_COLOR)
        return None if full is None else turned(full, turn)

    return Scan(gray=gray, screen=at_most(turned(small, turn), SCREEN_SIDE), dpi=dpi, colour=colour)


def _decoded(buffer: NDArray[np.uint8], how: int) -> NDArray[np.uint8] | None:
    image = cv2.imdecode(buffer, how | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if image is None else np.asarray(image, np.uint8)


__all__ = ["JPEG", "ImageSource", "PageTooLarge", "PdfSource", "Scan", "Source", "legible", "open_source"]
