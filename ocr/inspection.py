"""A quick look at a file before it is accepted: what it is, how many pages, and whether it can be read at
all.

Never renders and never decodes pixels: headers and page trees only.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pillow_heif
from PIL import Image, UnidentifiedImageError

from ocr import errors

PDF = "application/pdf"
TIFF = "image/tiff"
JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
HEIC = "image/heic"

MAX_PIXELS = 178_000_000
"""An A4 page at 600 dpi is 35 million pixels, an A1 plan at 300 dpi 70 million."""

_HEAD = 1024
_TAIL = 65536
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_PILLOW_FORMATS = {TIFF: "TIFF", JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", HEIC: "HEIF"}

pillow_heif.register_heif_opener()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the file is (`kind`, a MIME type) and how many pages it has."""

    kind: str
    pages: int


def inspect(path: Path, *, max_pages: int = 500) -> Inspection:
    """Check a file. Raises the ReadError that reading it would raise."""
    kind = sniff(path)
    pages = _pdf_pages(path) if kind == PDF else _image_pages(path, kind)
    if pages == 0:
        raise errors.NoPages("The document has no page.")
    if pages > max_pages:
        raise errors.TooManyPages(f"The document has {pages} pages, at most {max_pages} are read.")
    return Inspection(kind, pages)


def sniff(path: Path) -> str:
    """The MIME type by content, whatever the name says. Raises Empty or NotSupported."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise errors.Empty("The file is empty.")
    kind = _kind(head)
    if kind is None:
        raise errors.NotSupported("The file is not a PDF, TIFF, JPEG, PNG, WebP or HEIC.")
    return kind


def _kind(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return TIFF
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and any(brand in head[8:64] for brand in _HEIC_BRANDS):
        return HEIC
    if b"%PDF-" in head and not head.startswith(b"PK"):
        return PDF
    return None


def open_pdf(path: Path) -> pikepdf.Pdf:
    """Open with what repair qpdf can do. Raises Encrypted, Truncated or Failed.

    Read as a stream: a mapped file would count as memory of this process, as much of it as was read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _with_size(
                pikepdf.open(path, suppress_warnings=True, access_mode=pikepdf.AccessMode.stream)
            )
    except pikepdf.PasswordError as error:
        raise errors.Encrypted("The PDF is protected by a password.") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        if not _ends_with_eof(path):
            raise errors.Truncated("The PDF is cut off: its end is missing.") from error
        raise errors.Failed("The PDF is damaged beyond repair.") from error


def _with_size(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    """qpdf counts the objects anew when it saves, but only where a damaged trailer has kept that entry."""
    if "/Size" not in pdf.trailer:
        pdf.trailer["/Size"] = 1
    return pdf


def _pdf_pages(path: Path) -> int:
    with open_pdf(path) as pdf:
        if not _ends_with_eof(path) and not _whole_without_repair(path):
            raise errors.Truncated("The PDF is cut off: its end is missing.")
        try:
            return len(pdf.pages)
        except (pikepdf.PdfError, ValueError, RuntimeError) as error:
            raise errors.Failed("The pages of the PDF cannot be counted.") from error


def _ends_with_eof(path: Path) -> bool:
    return b"%%EOF" in _tail(path, 4096)


def _whole_without_repair(path: Path) -> bool:
    """Some writers leave the end mark out; a cut-off file has no cross-reference table to be found."""
    try:
        pikepdf.open(path, suppress_warnings=True, attempt_recovery=False).close()
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return False
    return True


def open_image(path: Path, kind: str) -> Image.Image:
    """Open an image's header. Raises Bomb, Truncated or Failed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path, formats=[_PILLOW_FORMATS[kind]])
    except Image.DecompressionBombError as error:
        raise errors.Bomb(f"The image has more than {MAX_PIXELS // 1_000_000} million pixels.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, RuntimeError) as error:
        raise errors.Truncated("The image is cut off or damaged.") from error
    if image.width * image.height > MAX_PIXELS:
        image.close()
        raise errors.Bomb(f"The image has more than {MAX_PIXELS // 1_000_000} million pixels.")
    return image


def _image_pages(path: Path, kind: str) -> int:
    with open_image(path, kind) as image:
        if not _whole(path, kind):
            raise errors.Truncated("The image is cut off: its end is missing.")
        if kind != TIFF:
            return 1
        try:
            return int(getattr(image, "n_frames", 1))
        except (OSError, SyntaxError, ValueError, EOFError, RuntimeError, KeyError, TypeError) as error:
            raise errors.Truncated("The TIFF is cut off or damaged.") from error


def _whole(path: Path, kind: str) -> bool:
    """Whether the end of the file is there, without decoding it."""
    if kind == JPEG:
        return b"\xff\xd9" in _tail(path, _TAIL)
    if kind == PNG:
        return b"IEND" in _tail(path, _TAIL)
    if kind == WEBP:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8)[4:], "little")
        return path.stat().st_size >= size + 8
    return True


def _tail(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - size, 0))
        return file.read()
