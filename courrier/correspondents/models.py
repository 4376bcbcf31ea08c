from django.db import models
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models import Organisation


class Kind(models.TextChoices):
    PERSON = "person", _("particulier")
    COMPANY = "company", _("entreprise")
    ASSOCIATION = "association", _("association")
    ADMINISTRATION = "administration", _("administration")


class Correspondent(models.Model):
    """A person or body that writes to the collectivité."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="correspondents")
    kind = models.CharField(_("nature"), max_length=16, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("nom"), max_length=200)
    email = models.EmailField(_("courriel"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    address = models.TextField(_("adresse"), blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    city = models.CharField(_("commune"), max_length=100, blank=True)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("correspondant")
        verbose_name_plural = _("correspondants")
        indexes = [
            models.Index(fields=["organisation", "name"]),
            models.Index(fields=["organisation", "email"]),
            models.Index(fields=["organisation", "siret"]),
            models.Index(fields=["organisation", "phone"]),
            models.Index(fields=["organisation", "postcode"]),
        ]

    def __str__(self) -> str:
        return self.name
