from django.db import models
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """A collectivité. Nothing of one is ever seen from another."""

    name = models.CharField(_("nom"), max_length=200)
    slug = models.SlugField(_("identifiant"), unique=True)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    address = models.TextField(_("adresse"), blank=True)
    email = models.EmailField(_("courriel"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    holiday_zone = models.CharField(
        _("jours fériés"), max_length=20, blank=True, help_text=_("subdivision de la bibliothèque holidays")
    )
    number_prefix = models.CharField(_("préfixe des numéros d'arrivée"), max_length=8, default="A")
    dispatch_threshold = models.FloatField(
        _("confiance d'envoi sans relecture"),
        default=1.01,
        help_text=_("au-dessus de 1, chaque courrier est relu par l'accueil"),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("collectivité")
        verbose_name_plural = _("collectivités")

    def __str__(self) -> str:
        return self.name
