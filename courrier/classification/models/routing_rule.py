from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from courrier.classification.models.document_type import DocumentType
from courrier.correspondents.models import Correspondent
from courrier.organisations.models import Department, Organisation


class Priority(models.TextChoices):
    NORMAL = "", _("courante")
    HIGH = "high", _("haute")


class RoutingRule(models.Model):
    """When a letter is like this, it goes there: written by an administrator, tried in order of `position`.

    Every condition that is filled must hold. The first active rule that fits decides.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="routing_rules")
    name = models.CharField(_("nom"), max_length=120)
    position = models.PositiveSmallIntegerField(_("ordre"), default=0)
    active = models.BooleanField(_("en service"), default=False)

    sender = models.ForeignKey(
        Correspondent, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("expéditeur")
    )
    sender_words = models.CharField(
        _("nom de l'expéditeur"), max_length=200, blank=True, help_text=_("mots que le nom contient")
    )
    words = models.CharField(
        _("mots du courrier"),
        max_length=400,
        blank=True,
        help_text=_("expressions séparées par des virgules ; l'une d'elles suffit"),
    )
    without_words = models.CharField(
        _("sans les mots"), max_length=400, blank=True, help_text=_("expressions séparées par des virgules")
    )
    document_type = models.ForeignKey(
        DocumentType, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("type")
    )
    channel = models.CharField(_("canal"), max_length=10, blank=True)
    reference_pattern = models.CharField(
        _("forme d'une référence"),
        max_length=100,
        blank=True,
        help_text=_("par exemple « PC 033 * » ou « FA-* » ; * remplace n'importe quoi, ? un caractère"),
    )

    department = models.ForeignKey(
        Department, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    copies = models.ManyToManyField(
        Department, blank=True, related_name="+", verbose_name=_("copies pour information")
    )
    priority = models.CharField(
        _("priorité"), max_length=8, choices=Priority.choices, blank=True, default=Priority.NORMAL
    )
    confidentiality = models.CharField(_("confidentialité"), max_length=10, blank=True)
    tag = models.CharField(
        _("étiquette"), max_length=40, blank=True, validators=[RegexValidator(r"^[^,;]*$")]
    )

    class Meta:
        ordering = ["organisation", "position", "pk"]
        verbose_name = _("règle d'orientation")
        verbose_name_plural = _("règles d'orientation")

    def __str__(self) -> str:
        return self.name
