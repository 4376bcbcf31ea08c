"""All the letters of a search in one file, made in the background: a table, or their documents."""

from __future__ import annotations

import csv
import io
import logging
import secrets
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.mail.content import open_content
from courrier.mail.models import Document, DocumentRole, Mail
from courrier.mail.rights import access_of
from courrier.organisations.models import User
from courrier.search.documents import assignments_of
from courrier.search.engines import EngineRefused, EngineUnavailable
from courrier.search.hits import every_hit
from courrier.search.models import ExportFormat, ExportState, SearchExport

log = logging.getLogger(__name__)

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the start of a cell."""


def request_export(
    user: User, file_format: str, text: str, filters: Mapping[str, Sequence[str]] | None = None
) -> SearchExport:
    """Have a search's letters written to a file; `file_format` is `csv` or `zip`. The file is its owner's alone."""
    from courrier.search.tasks import run_search_export

    kept = {key: list(values) for key, values in (filters or {}).items()}
    with transaction.atomic():
        asked = SearchExport.objects.create(
            user=user, format=ExportFormat(file_format), text=text[:1000], filters=kept
        )
        transaction.on_commit(lambda: run_search_export.delay(asked.pk))
    return asked


def run_export(export_id: int) -> SearchExport:
    """Make the file of an export, with what its owner may read now; doing it again makes it again."""
    export = SearchExport.objects.select_related("user").get(pk=export_id)
    if export.state == ExportState.READY:
        return export
    export.state, export.done, export.left_out = ExportState.RUNNING, 0, 0
    export.save()
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        try:
            WRITERS[ExportFormat(export.format)](export, file)
        except (EngineUnavailable, EngineRefused):
            return finish(
                export, ExportState.FAILED, _("La recherche ne répond pas ; redemander l'export plus tard.")
            )
        except OSError as error:
            log.exception("export %s failed", export.pk)
            return finish(export, ExportState.FAILED, str(error))
        export.size = file.tell()
        file.seek(0)
        name = f"exports/{export.pk}-{secrets.token_hex(8)}.{export.format}"
        export.file = default_storage.save(name, File(file))
    return finish(export, ExportState.READY, "")


def finish(export: SearchExport, state: ExportState, error: str) -> SearchExport:
    export.state, export.error, export.finished_at = state, error, timezone.now()
    export.save()
    return export


def open_export(export: SearchExport, user: User) -> File[Any]:
    """The file of an export for its owner; raises PermissionError for anybody else, FileNotFoundError if not ready."""
    if export.user_id != user.pk:
        raise PermissionError
    if export.state != ExportState.READY:
        raise FileNotFoundError
    return default_storage.open(export.file, "rb")


def letters_of(export: SearchExport) -> Iterator[list[Mail]]:
    access = access_of(export.user)
    for ids in every_hit(export.text, access, export.filters):
        mails = Mail.objects.filter(pk__in=ids).select_related("sender", "document_type").order_by("pk")
        yield list(mails)
        export.done += len(ids)
        export.total = export.done
        export.save(update_fields=["done", "total"])


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
