from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.mail.models import Mail


class AnnotationKind(models.TextChoices):
    NOTE = "note", _("note")
    HIGHLIGHT = "highlight", _("surlignage")
    BOX = "box", _("cadre")


class Annotation(models.Model):
    """What somebody wrote on a letter: on the letter as a whole, or at a place of a page."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="annotations")
    kind = models.CharField(max_length=10, choices=AnnotationKind.choices, default=AnnotationKind.NOTE)
    page = models.PositiveIntegerField(null=True, blank=True)
    box = models.JSONField(null=True, blank=True, help_text=_("[x0, y0, x1, y1] en fractions de la page"))
    text = models.TextField(_("texte"), blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="annotations")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="mentioned_in", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("annotation")
        verbose_name_plural = _("annotations")
        indexes = [models.Index(fields=["mail", "created_at"], name="annotation_of_mail")]

    def __str__(self) -> str:
        return f"{self.mail}: {self.text[:40]}"


class PageTurn(models.Model):
    """How somebody turned a page for all who look at it: degrees to the right from how it was read."""

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="page_turns")
    page = models.PositiveIntegerField(_("page"))
    degrees = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["mail", "page"]
        verbose_name = _("page tournée")
        verbose_name_plural = _("pages tournées")
        constraints = [models.UniqueConstraint(fields=["mail", "page"], name="page_turn_once")]

    def __str__(self) -> str:
        return f"{self.mail} p. {self.page} : {self.degrees}°"
