"""A message as one PDF: a sheet with what it says, then the pages of the files that came with it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import img2pdf
import pikepdf
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from weasyprint import HTML

import ocr
from courrier.capture.assembling import as_jpeg
from courrier.capture.messages import Enclosed, Read
from courrier.mail.refusals import Refused
from ocr.inspection import PDF


@dataclass(frozen=True, slots=True)
class Sheet:
    """The PDF, and the files that could not become pages of it."""

    pdf: bytes
    beside: list[Enclosed]


def sheet_of(message: Read) -> Sheet:
    """Lay out the message; a file that is neither PDF nor image, or is broken, is named and kept beside."""
    pages: list[pikepdf.Pdf] = []
    beside: list[Enclosed] = []
    named: list[tuple[str, str]] = []
    room = settings.UPLOAD_MAX_PAGES - 20
    for each in message.files:
        found = pages_of(each)
        if found is None or len(found.pages) > room:
            beside.append(each)
            named.append((each.name, _("gardé à part")))
            continue
        room -= len(found.pages)
        pages.append(found)
        named.append((each.name, _("pages suivantes")))
    if message.left_out:
        named.append((_("%(n)d autres fichiers") % {"n": message.left_out}, _("dans le message d'origine")))
    whole = pikepdf.open(io.BytesIO(front_of(message, named)))
    for pdf in pages:
        whole.pages.extend(pdf.pages)
    written = io.BytesIO()
    whole.save(written, deterministic_id=True)
    return Sheet(written.getvalue(), beside)


def front_of(message: Read, files: list[tuple[str, str]]) -> bytes:
    def no_fetching(url: str) -> dict[str, object]:
        raise ValueError(f"a message loads nothing from outside: {url}")

    html = render_to_string("capture/message.html", {"message": message, "files": files})
    pdf: bytes = HTML(string=html, url_fetcher=no_fetching).write_pdf()
    return pdf


def pages_of(enclosed: Enclosed) -> pikepdf.Pdf | None:
    """The file's pages; None for what is no page or can't be opened. It is checked as any file that is handed in."""
    with TemporaryDirectory(prefix="message-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(enclosed.content)
        try:
            kind = ocr.inspect(path, max_pages=settings.UPLOAD_MAX_PAGES).kind
            content = enclosed.content if kind == PDF else picture(path, kind)
            return pikepdf.open(io.BytesIO(content))
        except (ocr.ReadError, pikepdf.PdfError, Refused, OSError, ValueError):
            return None


def picture(path: Path, kind: str) -> bytes:
    """An image of any number of pages as PDF, without touching its pixels where that is possible."""
    try:
        pdf: bytes = img2pdf.convert(path.read_bytes(), rotation=img2pdf.Rotation.ifvalid)
        return pdf
    except Exception:  # what img2pdf refuses, 16 bits a channel with alpha among others
        converted: bytes = img2pdf.convert(as_jpeg(path, kind))
        return converted
