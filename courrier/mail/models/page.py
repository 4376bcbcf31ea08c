from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courrier.mail.models.mail import Mail


class Page(models.Model):
    """One page of a letter as it was read.

    `words` is a list of `[text, x0, y0, x1, y1, confidence, line]`: the box in fractions of the page as shown,
    the confidence from 0 to 1, the line counted from 0 in reading order.
    `barcodes` is a list of `{"kind", "value", "box"}`.
    """

    mail = models.ForeignKey(Mail, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField(_("page"))
    width = models.PositiveIntegerField(help_text=_("en pixels de l'image"))
    height = models.PositiveIntegerField(help_text=_("en pixels de l'image"))
    text = models.TextField(_("texte"), blank=True)
    words = models.JSONField(default=list)
    confidence = models.FloatField(_("confiance"), default=0)
    rotation = models.PositiveSmallIntegerField(_("rotation"), default=0)
    blank = models.BooleanField(_("vide"), default=False)
    warnings = models.JSONField(default=list)
    barcodes = models.JSONField(default=list)
    image = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["mail", "number"]
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [models.UniqueConstraint(fields=["mail", "number"], name="page_number_once")]

    def __str__(self) -> str:
        return f"{self.mail} p. {self.number}"
