from django.conf import settings
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


class CorrespondentKey(models.Model):
    """One word of a correspondent's name, by which it is found among many: an index, rebuilt at will."""

    correspondent = models.ForeignKey(Correspondent, models.CASCADE, related_name="keys")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["correspondent", "word"], name="correspondent_word_once"),
        ]
        indexes = [
            models.Index(fields=["organisation", "word", "correspondent"], name="correspondent_word"),
        ]

    def __str__(self) -> str:
        return self.word


class Merge(models.Model):
    """Two records found to be one and the same: which was kept, and what the other one said."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kept = models.ForeignKey(Correspondent, models.CASCADE, related_name="merges")
    absorbed = models.ForeignKey(Correspondent, models.CASCADE, related_name="+")
    merged_at = models.DateTimeField(auto_now_add=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    before = models.JSONField(help_text=_("les deux fiches avant leur réunion, et les courriers déplacés"))
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-merged_at"]
        verbose_name = _("réunion de fiches")
        verbose_name_plural = _("réunions de fiches")

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.kept}"


class NotTheSame(models.Model):
    """Two records that look alike and of which a person said that they are two: they are not proposed again.

    `first` is the one with the lower id.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    first = models.ForeignKey(Correspondent, models.CASCADE, related_name="+")
    second = models.ForeignKey(Correspondent, models.CASCADE, related_name="+")
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    said_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("fiches distinctes")
        verbose_name_plural = _("fiches distinctes")
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="not_the_same_once")]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
