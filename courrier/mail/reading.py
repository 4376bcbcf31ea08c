"""From a letter's original to its pages: text, words, images and the searchable PDF."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

import ocr
from courrier.audit.chain import record
from courrier.mail.content import local_copy, store
from courrier.mail.locking import changed, enter
from courrier.mail.models import Document, DocumentRole, Mail, MailState, Page
from courrier.mail.refusals import refusal_of

PAGE_LOST = frozenset({"page_failed", "page_timeout", "page_too_large"})
"""What `ocr` says of a page that it could not read."""

UNREADABLE = {
    "failed": _("La lecture a échoué. Relancez-la ; si elle échoue encore, qualifiez le courrier à la main."),
    "gave_up": _(
        "La lecture s'est interrompue plusieurs fois. Relancez-la, ou qualifiez le courrier à la main."
    ),
    "missing": _("Le fichier de ce courrier n'est plus à sa place : prévenez votre administrateur."),
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a letter could not be read: a code of `ocr.ReadError`, and the words for it."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What reading gave. `pages` are unsaved; their images and the PDF are kept already."""

    pages: list[Page]
    searchable: tuple[str, int]


def read_letter(mail_id: int, progress: Callable[[int, int], None]) -> Read | Unreadable:
    """Read the letter's original; `progress(done, total)` is called page by page."""
    original = Document.objects.get(mail=mail_id, role=DocumentRole.ORIGINAL)
    try:
        with (
            local_copy(original.sha256) as path,
            tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="read-") as folder,
        ):
            return read_into(Path(folder), path, mail_id, progress)
    except FileNotFoundError:
        return Unreadable("missing")
    except ocr.ReadError as error:
        return Unreadable(error.code, str(error))


def read_into(
    folder: Path, path: Path, mail_id: int, progress: Callable[[int, int], None]
) -> Read | Unreadable:
    """Read into `folder`. A document none of whose pages could be read is unreadable, not empty."""
    pdf, images = folder / "searchable.pdf", folder / "images"
    images.mkdir()
    reading = ocr.read(
        path,
        jobs=settings.OCR_JOBS,
        pdf=pdf,
        images=images,
        max_pages=settings.UPLOAD_MAX_PAGES,
        on_page=progress,
    )
    if all(PAGE_LOST.intersection(page.warnings) for page in reading.pages):
        return Unreadable(
            "failed", ", ".join(sorted({code for page in reading.pages for code in page.warnings}))
        )
    with pdf.open("rb") as file:
        searchable = store(file)
    return Read([page_of(mail_id, page) for page in reading.pages], searchable)


def page_of(mail_id: int, read: ocr.PageReading) -> Page:
    """A page of ours from a page of `ocr`, its image kept."""
    image = ""
    if read.image is not None:
        with read.image.open("rb") as file:
            image, _size = store(file)
    return Page(
        mail_id=mail_id,
        number=read.number,
        width=read.width,
        height=read.height,
        text=read.text.replace("\x00", ""),
        words=[
            [
                word.text.replace("\x00", ""),
                *(round(side, 4) for side in word.box),
                round(word.confidence, 2),
                word.line,
            ]
            for word in read.words
        ],
        confidence=read.confidence,
        rotation=read.rotation % 360,
        blank=read.blank,
        warnings=list(read.warnings),
        barcodes=[
            {"kind": code.kind, "value": code.value, "box": [round(side, 4) for side in code.box]}
            for code in read.barcodes
        ],
        image=image,
    )


def begin_reading(mail: Mail) -> None:
    enter(mail, MailState.READING)
    changed(mail)


def keep_reading(mail: Mail, result: Read | Unreadable) -> None:
    """Write what reading gave, in place of what an earlier reading gave."""
    if isinstance(result, Unreadable):
        fail_reading(mail, result)
        return
    mail.pages.all().delete()
    Page.objects.bulk_create(result.pages)
    keep_searchable(mail, result)
    mail.failure_code = mail.failure_reason = ""
    enter(mail, MailState.READING)
    changed(mail)
    words = sum(len(page.words) for page in result.pages)
    record(mail.organisation, "read", mail_id=mail.pk, pages=len(result.pages), words=words)


def keep_searchable(mail: Mail, result: Read) -> None:
    sha256, size = result.searchable
    original = mail.documents.get(role=DocumentRole.ORIGINAL)
    mail.documents.filter(role=DocumentRole.SEARCHABLE).delete()
    Document.objects.create(
        organisation=mail.organisation,
        mail=mail,
        role=DocumentRole.SEARCHABLE,
        sha256=sha256,
        size=size,
        media_type="application/pdf",
        name=f"{mail.number}.pdf",
        page_count=len(result.pages),
    )
    if original.page_count != len(result.pages):
        original.page_count = len(result.pages)
        original.save(update_fields=["page_count"])


def fail_reading(mail: Mail, problem: Unreadable) -> None:
    """The letter stays in the register, with the reason; somebody may try again or go on without its text."""
    enter(mail, MailState.FAILED)
    mail.failure_code = problem.code
    reason = UNREADABLE.get(problem.code) or refusal_of(problem.code).message
    mail.failure_reason = str(reason)
    changed(mail)
    record(mail.organisation, "failed", mail_id=mail.pk, code=problem.code, detail=problem.detail[:500])


def give_up_reading(mail: Mail, error: str) -> None:
    fail_reading(mail, Unreadable("gave_up", error))
