from django.db import models
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models import Department, Organisation


class Template(models.Model):
    """A text to start a reply from."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="reply_templates")
    department = models.ForeignKey(
        Department, models.CASCADE, null=True, blank=True, related_name="reply_templates"
    )
    name = models.CharField(_("nom"), max_length=120)
    subject = models.CharField(_("objet"), max_length=300, blank=True)
    body = models.TextField(_("texte"))

    class Meta:
        ordering = ["name"]
        verbose_name = _("modèle de réponse")
        verbose_name_plural = _("modèles de réponse")

    def __str__(self) -> str:
        return self.name
