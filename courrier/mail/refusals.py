"""Why a file was refused, in words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from courrier.mail.models import Mail


class Refused(Exception):
    """A file that can't be taken as a letter. `status` is the HTTP status that says so."""

    def __init__(self, code: str, message: str, status: int, mail: Mail | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.mail = mail


REFUSALS: dict[str, tuple[int, Promise]] = {
    "empty": (400, _("Ce fichier est vide : numérisez le courrier à nouveau.")),
    "not_supported": (
        415,
        _("Ce fichier n'est ni un PDF ni une image (TIFF, JPEG, PNG, WebP, HEIC), quel que soit son nom."),
    ),
    "truncated": (
        422,
        _("Ce fichier est incomplet ou abîmé : numérisez le courrier ou envoyez le fichier à nouveau."),
    ),
    "encrypted": (
        422,
        _("Ce PDF est protégé par un mot de passe : enregistrez-le sans mot de passe puis déposez-le."),
    ),
    "no_pages": (422, _("Ce document n'a aucune page.")),
    "too_many_pages": (
        413,
        _(
            "Ce document a trop de pages pour un seul courrier (%(pages)d au plus) : partagez-le en plusieurs."
        ),
    ),
    "too_large": (
        413,
        _(
            "Ce fichier est trop gros (%(megabytes)d Mo au plus) : numérisez en 300 points par pouce, en gris."
        ),
    ),
    "bomb": (
        413,
        _("Une image de ce document est démesurée : numérisez en 300 points par pouce au plus."),
    ),
    "timeout": (
        422,
        _("La vérification de ce fichier a pris trop de temps : numérisez le courrier à nouveau."),
    ),
}


def refusal_of(code: str) -> Refused:
    """The refusal for an error code of `ocr.inspect`."""
    status, message = REFUSALS.get(code, REFUSALS["truncated"])
    limits = {"pages": settings.UPLOAD_MAX_PAGES, "megabytes": settings.UPLOAD_MAX_BYTES // 1024**2}
    return Refused(code, str(message) % limits, status)
