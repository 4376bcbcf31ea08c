from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SuggestionField(models.TextChoices):
    DEPARTMENT = "department", _("service")
    DOCUMENT_TYPE = "document_type", _("type")
    SENDER = "sender", _("expéditeur")
    SUBJECT = "subject", _("objet")
    LETTER_DATE = "letter_date", _("date du courrier")
    REFERENCES = "references", _("références")
    DEADLINE = "deadline", _("échéance")
    REGISTERED_POST = "registered_post", _("recommandé")
    CONFIDENTIALITY = "confidentiality", _("confidentialité")
    COPIES = "copies", _("copies")
    PRIORITY = "priority", _("priorité")
    TAG = "tag", _("étiquette")
    DUPLICATE = "duplicate", _("double")


class Suggestion(models.Model):
    """What was understood of a letter for one field: a candidate, its confidence and the words it comes from.

    `value` follows the field: a department or type code, a sender object, a text, an ISO date, a reference object;
    for copies a list of department codes. Copies, priority and tag come from rules alone.
    A duplicate names the number of an earlier letter that seems to be the same one.
    `evidence` is a list of `{"page", "box": [x0, y0, x1, y1], "text"}`, boxes in fractions of the page.
    """

    mail = models.ForeignKey("mail.Mail", models.CASCADE, related_name="suggestions")
    field = models.CharField(max_length=16, choices=SuggestionField.choices)
    rank = models.PositiveSmallIntegerField(help_text=_("0 pour la meilleure"))
    value = models.JSONField()
    label = models.CharField(max_length=300)
    confidence = models.FloatField()
    evidence = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["mail", "field", "rank"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        constraints = [models.UniqueConstraint(fields=["mail", "field", "rank"], name="suggestion_rank_once")]

    def __str__(self) -> str:
        return f"{self.field}: {self.label}"
