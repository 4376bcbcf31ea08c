from __future__ import annotations

from django.db import models

from courrier.organisations.models import Organisation


class LetterPrint(models.Model):
    """One band of the fingerprint of a letter's text: letters that share a band may be the same one read twice."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    mail = models.ForeignKey("mail.Mail", models.CASCADE, related_name="prints")
    band = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mail", "band"], name="letter_print_once")]
        indexes = [models.Index(fields=["organisation", "band", "value"], name="letter_print_lookup")]

    def __str__(self) -> str:
        return f"{self.mail_id}/{self.band}"
