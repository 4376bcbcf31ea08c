from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courrier.mail.models.mail import Mail
from courrier.organisations.models import Organisation


class DocumentRole(models.TextChoices):
    ORIGINAL = "original", _("original")
    SEARCHABLE = "searchable", _("version interrogeable")
    ANNEX = "annex", _("pièce jointe")
    REPLY = "reply", _("réponse")


class Document(models.Model):
    """A file of a letter. Its bytes are kept once, under their SHA-256."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="documents")
    mail = models.ForeignKey(Mail, models.CASCADE, related_name="documents")
    role = models.CharField(_("nature"), max_length=12, choices=DocumentRole.choices)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("taille"), help_text=_("en octets"))
    media_type = models.CharField(max_length=100)
    name = models.CharField(_("nom du fichier"), max_length=200)
    page_count = models.PositiveIntegerField(_("nombre de pages"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(fields=["mail", "role", "sha256"], name="document_once_per_role"),
        ]
        indexes = [models.Index(fields=["organisation", "sha256"], name="document_content")]

    def __str__(self) -> str:
        return self.name
