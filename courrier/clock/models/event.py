from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courrier.clock.models.clock import Clock
from courrier.clock.reckoning import Fact, Happened


class ClockEventKind(models.TextChoices):
    """The same as `reckoning.Happened`, with its words."""

    FIRST_ASKED = "first_asked", _("reçu d'abord par une autre administration")
    DOCUMENTS_REQUESTED = "documents_requested", _("pièces demandées")
    DOCUMENTS_RECEIVED = "documents_received", _("pièces reçues")
    EXTENDED = "extended", _("délai prolongé")
    TRANSMITTED = "transmitted", _("transmis à une autre administration")
    ANSWERED = "answered", _("répondu")
    SILENCE = "silence", _("décision implicite")


class ClockEvent(models.Model):
    """Something that happened to a request on a day and counts for its delay. One told twice is kept once.

    `what` is the administration's name, or the code of the extension. An event entered by mistake is withdrawn, never
    erased.
    """

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events")
    kind = models.CharField(_("nature"), max_length=20, choices=ClockEventKind.choices)
    on = models.DateField(_("le"))
    until = models.DateField(_("délai donné"), null=True, blank=True)
    what = models.CharField(_("précision"), max_length=200, blank=True)
    documents = models.JSONField(_("pièces"), default=list, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn = models.BooleanField(_("retiré"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["on", "pk"]
        verbose_name = _("évènement du délai")
        verbose_name_plural = _("évènements du délai")
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "kind", "on", "what"],
                condition=Q(withdrawn=False),
                name="clock_event_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%d/%m/%Y}"

    def fact(self) -> Fact:
        return Fact(Happened(self.kind), self.on, self.until, self.what)
