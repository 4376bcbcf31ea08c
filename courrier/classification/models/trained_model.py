from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models import Organisation


class ModelState(models.TextChoices):
    ACTIVE = "active", _("en service")
    RETIRED = "retired", _("remplacé")
    REJECTED = "rejected", _("écarté")


class TrainedModel(models.Model):
    """What one organisation's corrections taught: a version, the letters it learned from and how well it did.

    `content` is a NumPy archive without pickled objects (see `learned.Learned`). `data` tells the letters: counts
    by department, first and last day. `figures` compares it on the letters set aside with the model then in service.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="trained_models")
    version = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("état"), max_length=10, choices=ModelState.choices)
    content = models.BinaryField()
    data = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    trained_at = models.DateTimeField(_("appris le"), auto_now_add=True)
    activated_at = models.DateTimeField(_("mis en service le"), null=True, blank=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["organisation", "-version"]
        verbose_name = _("modèle appris")
        verbose_name_plural = _("modèles appris")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "version"], name="model_version_once"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state="active"), name="one_model_in_service"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} v{self.version}"
