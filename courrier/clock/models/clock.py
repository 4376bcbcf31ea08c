from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courrier.mail.models import Mail
from courrier.organisations.models import Organisation


class ClockState(models.TextChoices):
    """The same as `reckoning.State`, with its words."""

    RUNNING = "running", _("le délai court")
    WAITING = "waiting", _("en attente de pièces")
    LAPSED = "lapsed", _("rejetée faute de pièces")
    DECIDED = "decided", _("décision implicite")
    TRANSMITTED = "transmitted", _("transmise à une autre administration")
    ANSWERED = "answered", _("répondue")
    UNSURE = "unsure", _("règle non vérifiée, aucune date affichée")
    NONE = "none", _("aucun délai légal")


class Clock(models.Model):
    """Where the legal delay of one letter stands: what `reckoning` made of its rule and its events.

    The row is there for lists and queries. It is written anew from the events whenever something happens, and may
    be at any time: the same events give the same row. `chosen_rule` is the rule a person chose, "" where the
    document type and the letter decide; it holds as long as the letter keeps its type, `type_code`.
    """

    mail = models.OneToOneField(Mail, models.CASCADE, related_name="clock", verbose_name=_("courrier"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    type_code = models.CharField(max_length=60, blank=True)
    chosen_rule = models.CharField(_("règle choisie"), max_length=60, blank=True)
    rule = models.CharField(_("règle"), max_length=80, blank=True)
    state = models.CharField(_("état"), max_length=12, choices=ClockState.choices, default=ClockState.NONE)
    started_on = models.DateField(_("court depuis le"), null=True, blank=True)
    deadline_on = models.DateField(_("date légale"), null=True, blank=True)
    silence_on = models.DateField(
        _("décision implicite le"),
        null=True,
        blank=True,
        help_text=_("jour où le silence décide, ou a décidé"),
    )
    earliest = models.BooleanField(_("au plus tôt"), default=False)
    article = models.CharField(_("article"), max_length=300, blank=True)
    explanation = models.TextField(_("explication"), blank=True)
    pauses = models.JSONField(
        _("interruptions"), default=list, blank=True, help_text=_("paires de dates ; la seconde peut manquer")
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("délai légal")
        verbose_name_plural = _("délais légaux")
        indexes = [
            models.Index(
                fields=["organisation", "deadline_on"],
                condition=Q(state__in=["running", "waiting"]),
                name="clock_by_deadline",
            ),
            models.Index(
                fields=["silence_on"],
                condition=Q(state__in=["running", "waiting", "lapsed"], silence_on__isnull=False),
                name="clock_by_silence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mail_id}: {self.rule or '-'} {self.deadline_on or '-'}"
