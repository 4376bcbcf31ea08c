from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.mail.models import Mail
from courrier.organisations.models import Organisation


class Kiosk(models.Model):
    """What a collectivité opens to everybody, without an account: nothing, until an administrator says so."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="kiosk")
    takes_letters = models.BooleanField(_("dépôt à la borne"), default=False)
    tells_state = models.BooleanField(_("page de suivi"), default=False)

    class Meta:
        verbose_name = _("borne")
        verbose_name_plural = _("bornes")

    def __str__(self) -> str:
        return str(self.organisation)


class Deposit(models.Model):
    """A letter that came by the kiosk, and the code by which who brought it asks after it.

    The code is kept as a keyed hash alone. Name and address are what the person typed: nobody has checked them.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    mail = models.OneToOneField(Mail, models.CASCADE, related_name="deposit")
    code_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("nom"), max_length=120, blank=True)
    email = models.EmailField(_("courriel"), blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("dépôt à la borne")
        verbose_name_plural = _("dépôts à la borne")

    def __str__(self) -> str:
        return self.mail.number


class Count(models.Model):
    """How often something was asked for within a stretch of time; rows of stretches that are over go by themselves."""

    key = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "starts_at"], name="kiosk_count_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"
