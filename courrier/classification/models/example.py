from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models import Organisation


class ExampleSource(models.TextChoices):
    QUALIFICATION = "qualification", _("qualification")
    REDIRECT = "redirect", _("réorientation")
    CORRECTION = "correction", _("correction")


class Example(models.Model):
    """What a person said a letter is: a lesson for the next model. The last one of a letter is the one that counts.

    Departments and types are kept by code, so that a lesson outlives a row that was renamed or put aside.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="examples")
    mail = models.ForeignKey("mail.Mail", models.CASCADE, related_name="examples")
    source = models.CharField(max_length=16, choices=ExampleSource.choices)
    department = models.CharField(max_length=12, blank=True)
    document_type = models.CharField(max_length=60, blank=True)
    suggested_department = models.CharField(max_length=12, blank=True)
    suggested_type = models.CharField(max_length=60, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("exemple")
        verbose_name_plural = _("exemples")
        indexes = [models.Index(fields=["organisation", "mail", "id"], name="example_of_letter")]

    def __str__(self) -> str:
        return f"{self.mail_id}: {self.department} {self.document_type}"
