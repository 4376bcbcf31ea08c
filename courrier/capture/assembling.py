"""Several photographs of one letter made into one document, page after page."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import img2pdf
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import ImageOps

import ocr
from courrier.mail.content import spooled
from courrier.mail.refusals import Refused, refusal_of
from ocr.inspection import JPEG, PDF, open_image

MOST_PHOTOGRAPHS = 60
A4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
ON_A4 = img2pdf.get_layout_fun(A4, fit=img2pdf.FitMode.into, auto_orient=True)


@contextmanager
def assembled(images: Sequence[IO[bytes]]) -> Iterator[IO[bytes]]:
    """A PDF with one A4 page for each image, in their order, the pixels of JPEG untouched; the same images always give
    the same bytes.

    Raises Refused where one of them is no image that can be read, and says which.
    """
    if len(images) > MOST_PHOTOGRAPHS:
        raise Refused(
            "too_many_pages",
            _("Trop de photos pour un seul courrier (%(most)d au plus).") % {"most": MOST_PHOTOGRAPHS},
            413,
        )
    pages = [page_of(image, place) for place, image in enumerate(images, start=1)]
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as document:
        try:
            img2pdf.convert(
                pages,
                layout_fun=ON_A4,
                rotation=img2pdf.Rotation.ifvalid,
                engine=img2pdf.Engine.internal,  # the other one names each file anew
                nodate=True,
                outputstream=document,
            )
        except Exception as error:  # img2pdf raises bare ones for what PDF can't hold
            raise refusal_of("truncated") from error
        document.seek(0)
        yield document


def page_of(image: IO[bytes], place: int) -> bytes:
    """A JPEG of the image, itself where it is one."""
    with spooled(image, limit=settings.UPLOAD_MAX_BYTES) as spool:
        try:
            kind = ocr.inspect(spool.path, max_pages=1).kind
            if kind == PDF:
                raise refusal_of("not_supported")
            return spool.path.read_bytes() if kind == JPEG else as_jpeg(spool.path, kind)
        except ocr.ReadError as error:
            raise of_photograph(refusal_of(error.code), place) from error
        except Refused as refused:
            raise of_photograph(refused, place) from refused


def as_jpeg(path: Path, kind: str) -> bytes:
    out = io.BytesIO()
    try:
        with open_image(path, kind) as image:
            ImageOps.exif_transpose(image).convert("RGB").save(out, "JPEG", quality=90)
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        RuntimeError,
    ) as error:  # what Pillow says of broken ones
        raise refusal_of("truncated") from error
    return out.getvalue()


def of_photograph(refused: Refused, place: int) -> Refused:
    message = _("Photo %(place)d : %(reason)s") % {"place": place, "reason": refused.message}
    return Refused(refused.code, message, refused.status)
