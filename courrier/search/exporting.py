"""All the letters of a search in one file, made in the background: a table, or their documents."""

from __future__ import annotations

import csv
import io
import logging
import secrets
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courrier.mail.content import open_content
from courrier.mail.models import Document, DocumentRole, Mail
from courrier.mail.rights import access_of, reads
from courrier.organisations.models import User
from courrier.search.documents import assignments_of
from courrier.search.engines import EngineRefused, EngineUnavailable
from courrier.search.hits import count, every_hit
from courrier.search.models import ExportFormat, ExportState, SearchExport

log = logging.getLogger(__name__)

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the start of a cell."""

KEPT = timedelta(days=7)
"""How long a file can be fetched."""

SILENT = timedelta(minutes=10)
"""Without a sign of life for this long, whoever made an export is taken for dead."""

MOST_ATTEMPTS = 3
MOST_AT_ONCE = 3
"""Exports one person may have under way."""

SIGN_OF_LIFE = 50
"""Letters after which progress is noted."""

CHECKED_AT_ONCE = 5_000


class ExportRefused(Exception):
    """`message` says in French why there is no export, or no file to give."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Overtaken(Exception):
    """Somebody else makes the export now, or its owner has removed it: nothing of this attempt is kept."""


def request_export(
    user: User, file_format: str, text: str, filters: Mapping[str, Sequence[str]] | None = None
) -> SearchExport:
    """Have a search's letters written to a file; `file_format` is `csv` or `zip`. The file is its owner's alone.

    Raises ExportRefused while the user has three under way.
    """
    kept = {key: list(values) for key, values in (filters or {}).items()}
    with transaction.atomic():
        own = SearchExport.objects.filter(user=user)
        if own.filter(state__in=[ExportState.WAITING, ExportState.RUNNING]).count() >= MOST_AT_ONCE:
            raise ExportRefused(
                _("Vous avez déjà %(n)d exports en préparation : attendez que l'un soit prêt.")
                % {"n": MOST_AT_ONCE}
            )
        asked = SearchExport.objects.create(
            user=user, format=ExportFormat(file_format), text=text[:1000], filters=kept
        )
        transaction.on_commit(lambda: start(asked.pk))
    return asked


def start(export_id: int) -> None:
    from courrier.search.tasks import run_search_export

    run_search_export.delay(export_id)


def claim(export_id: int) -> SearchExport | None:
    """The export, to be made by the caller alone; None where it is made, or somebody is making it."""
    now = timezone.now()
    free = Q(state=ExportState.WAITING) | Q(state=ExportState.RUNNING, heard_at__lt=now - SILENT)
    taken = SearchExport.objects.filter(free, pk=export_id).update(
        state=ExportState.RUNNING,
        heard_at=now,
        attempts=F("attempts") + 1,
        done=0,
        left_out=0,
        total=0,
        letters="",
    )
    if not taken:
        return None
    export = SearchExport.objects.select_related("user").get(pk=export_id)
    drop(export)
    return export


def note(export: SearchExport, **values: Any) -> None:
    """Keep `values` of an export as long as it is in the state, and the attempt, in which the caller took it.

    Raises Overtaken where it is not.
    """
    same = SearchExport.objects.filter(pk=export.pk, state=export.state, attempts=export.attempts)
    if not same.update(**values):
        raise Overtaken
    for name, value in values.items():
        setattr(export, name, value)


def run_export(export_id: int) -> SearchExport:
    """Make the file of an export, with what its owner may read now; a second call while one is at work does nothing."""
    export = claim(export_id)
    if export is None:
        return SearchExport.objects.get(pk=export_id)
    try:
        return make(export)
    except Overtaken:
        drop(export)
        return export


def make(export: SearchExport) -> SearchExport:
    """Raises Overtaken."""
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        try:
            export.total = count(export.text, access_of(export.user), export.filters)
            WRITERS[ExportFormat(export.format)](export, file)
            export.size = file.tell()
            file.seek(0)
            name = f"exports/{export.pk}-{secrets.token_hex(8)}.{export.format}"
            note(
                export, file=name
            )  # before the file: whoever dies while writing leaves none that nobody knows of
            default_storage.save(name, File(file))
        except (EngineUnavailable, EngineRefused):
            error = _("La recherche ne répond pas ; redemander l'export plus tard.")
        except OSError:
            log.exception("export %s failed", export.pk)
            error = _("Le fichier n'a pas pu être écrit ; prévenir l'administrateur si cela se répète.")
        else:
            return finish(export, ExportState.READY, "")
    drop(export)
    return finish(export, ExportState.FAILED, error)


def finish(export: SearchExport, state: ExportState, error: str) -> SearchExport:
    """Raises Overtaken."""
    note(
        export,
        state=state,
        error=error,
        finished_at=timezone.now(),
        total=export.done if state == ExportState.READY else export.total,
        left_out=export.left_out,
        letters=export.letters,
        file=export.file,
        size=export.size,
    )
    return export


def open_export(export: SearchExport, user: User) -> File[Any]:
    """The file of an export for its owner.

    Raises PermissionError for anybody else, FileNotFoundError where there is no file, and ExportRefused where a letter
    in it has been closed to its owner since; the file is then removed.
    """
    if export.user_id != user.pk:
        raise PermissionError
    if export.state != ExportState.READY:
        raise FileNotFoundError
    closed = letters_closed_to(user, export)
    if closed:
        drop(export)
        refused = ngettext(
            "Un courrier de cet export vous a été fermé depuis ; le fichier a été supprimé.",
            "%(n)d courriers de cet export vous ont été fermés depuis ; le fichier a été supprimé.",
            closed,
        ) % {"n": closed}
        with suppress(Overtaken):
            finish(export, ExportState.FAILED, refused)
        raise ExportRefused(refused)
    return default_storage.open(export.file, "rb")


def letters_closed_to(user: User, export: SearchExport) -> int:
    """How many letters of the file `user` may not read now."""
    ids, readable, access = [int(each) for each in export.letters.split()], 0, access_of(user)
    for at in range(0, len(ids), CHECKED_AT_ONCE):
        readable += Mail.objects.filter(reads(access), pk__in=ids[at : at + CHECKED_AT_ONCE]).count()
    return len(ids) - readable


def drop(export: SearchExport) -> None:
    """Remove the file of an export."""
    if export.file:
        default_storage.delete(export.file)
    export.file, export.letters, export.size = "", "", 0


def remove(export: SearchExport) -> None:
    """Its owner needs it no more."""
    drop(export)
    export.delete()


def tend_exports() -> int:
    """Start again what somebody left unfinished, and remove files that are past their time; how many of either."""
    now = timezone.now()
    silent = SearchExport.objects.filter(
        state__in=[ExportState.WAITING, ExportState.RUNNING], heard_at__lt=now - SILENT
    )
    old = SearchExport.objects.filter(state=ExportState.READY, finished_at__lt=now - KEPT)
    tended = 0
    for export in silent:
        tended += 1
        if export.attempts < MOST_ATTEMPTS:
            start(export.pk)
            continue
        with suppress(Overtaken):
            finish(export, ExportState.FAILED, _("L'export s'est interrompu plusieurs fois ; le redemander."))
            drop(export)
    for export in old:
        tended += 1
        drop(export)
        with suppress(Overtaken):
            note(
                export, state=ExportState.EXPIRED, file=export.file, letters=export.letters, size=export.size
            )
    for export in SearchExport.objects.filter(
        state__in=[ExportState.EXPIRED, ExportState.FAILED], created_at__lt=now - 4 * KEPT
    ):
        remove(export)
    return tended


def letters_of(export: SearchExport) -> Iterator[list[Mail]]:
    """The letters, a few at a time; progress is noted after each."""
    access = access_of(export.user)
    for ids in every_hit(export.text, access, export.filters):
        for at in range(0, len(ids), SIGN_OF_LIFE):
            part = ids[at : at + SIGN_OF_LIFE]
            mails = Mail.objects.filter(pk__in=part).select_related("sender", "document_type").order_by("pk")
            yield list(mails)
            export.done += len(part)
            export.letters += " ".join(map(str, part)) + " "
            most = max(export.total, export.done)
            note(export, done=export.done, total=most, heard_at=timezone.now())


def write_table(export: SearchExport, file: IO[bytes]) -> None:
    """A table spreadsheets open as it is: UTF-8 with its mark, semicolons, no cell that is a formula."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";")
    writer.writerow([_("Numéro"), _("Reçu le"), _("Expéditeur"), _("Objet"), _("Type"), _("Services"), _("État"),
                     _("Réponse attendue le"), _("Canal")])  # fmt: skip
    for mails in letters_of(export):
        assignments = assignments_of([mail.pk for mail in mails])
        for mail in mails:
            services = sorted({each.department.code for each in assignments[mail.pk]})
            writer.writerow(map(cell, line_of(mail, services)))
    text.detach()


def line_of(mail: Mail, services: Sequence[str]) -> list[str]:
    return [
        mail.number,
        mail.received_on.isoformat(),
        mail.sender.name if mail.sender else "",
        mail.subject,
        mail.document_type.name if mail.document_type else "",
        ", ".join(services),
        str(mail.get_state_display()),
        mail.due_on.isoformat() if mail.due_on else "",
        str(mail.get_channel_display()),
    ]


def cell(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value


def write_documents(export: SearchExport, file: IO[bytes]) -> None:
    """Each letter's PDF under its number; a letter without a document is counted as left out."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for mails in letters_of(export):
            documents = documents_to_give([mail.pk for mail in mails])
            for mail in mails:
                document = documents.get(mail.pk)
                if document is None or not put(archive, mail, document):
                    export.left_out += 1


def documents_to_give(mail_ids: Sequence[int]) -> dict[int, Document]:
    """For each letter its searchable version, or the original where there is none."""
    roles = (DocumentRole.ORIGINAL, DocumentRole.SEARCHABLE)
    documents = Document.objects.filter(mail__in=mail_ids, role__in=roles).order_by("pk")
    ranked = sorted(documents, key=lambda each: roles.index(DocumentRole(each.role)))
    return {each.mail_id: each for each in ranked}


def put(archive: zipfile.ZipFile, mail: Mail, document: Document) -> bool:
    suffix = ".pdf" if document.media_type == "application/pdf" else Path(document.name).suffix[:8]
    name = f"{mail.organisation_id}-{mail.number}{suffix}".replace("/", "-").replace("\\", "-")
    try:
        with open_content(document.sha256) as content, archive.open(name, "w", force_zip64=True) as place:
            for chunk in content.chunks():
                place.write(chunk)
    except FileNotFoundError:
        log.error("export: the bytes of letter %s are missing", mail.pk)
        return False
    return True


WRITERS = {ExportFormat.CSV: write_table, ExportFormat.ZIP: write_documents}
