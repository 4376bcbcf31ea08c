from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models import Department, Organisation


class Silence(models.TextChoices):
    """What no answer within the legal delay means (CRPA L231-1, L231-4)."""

    NONE = "", _("sans objet")
    ACCEPTANCE = "acceptation", _("silence vaut acceptation")
    REFUSAL = "refus", _("silence vaut refus")


class DocumentType(models.Model):
    """A kind of letter the collectivité receives, with its usual department and delays."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="document_types")
    code = models.SlugField(_("code"), max_length=60)
    name = models.CharField(_("nom"), max_length=120)
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service habituel"),
    )
    delay_days = models.PositiveSmallIntegerField(_("délai de réponse visé, en jours ouvrés"), default=15)
    silence = models.CharField(
        _("silence"), max_length=12, choices=Silence.choices, blank=True, default=Silence.NONE
    )
    legal_delay = models.CharField(
        _("délai légal"), max_length=20, blank=True, help_text=_("par exemple « 2 months » ou « 30 days »")
    )
    legal_rule = models.CharField(
        _("règle légale"),
        max_length=60,
        blank=True,
        help_text=_(
            "code de la règle choisie par la collectivité ; vide : celle du logiciel ; « none » : aucune"
        ),
    )
    article = models.CharField(_("article"), max_length=120, blank=True)
    retention_years = models.PositiveSmallIntegerField(
        _("durée d'utilité administrative, en années"), default=5
    )
    dispatch_threshold = models.FloatField(
        _("confiance d'envoi sans relecture"),
        null=True,
        blank=True,
        help_text=_("vide : celle de la collectivité ; au-dessus de 1, toujours relu"),
    )
    active = models.BooleanField(_("utilisé"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("type de courrier")
        verbose_name_plural = _("types de courrier")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code"], name="document_type_code_once_per_organisation"
            )
        ]

    def __str__(self) -> str:
        return self.name
