from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models import Organisation


class EventQuerySet(models.QuerySet["Event"]):
    def of_chain(self, chain: str) -> EventQuerySet:
        return self.filter(chain=chain).order_by("sequence")


class Event(models.Model):
    """Who did or saw what, when. Events of one letter form a chain: each holds the hash of the one before.

    A chain a letter, and one for the organisation itself: a writer holds the letter's row, so the chain needs
    no lock of its own and two letters never wait for each other.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="events")
    chain = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField(_("date"), default=timezone.now)
    verb = models.CharField(_("action"), max_length=40)
    mail_id = models.BigIntegerField(null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("par"),
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("pour"),
    )
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["chain", "sequence"]
        verbose_name = _("évènement")
        verbose_name_plural = _("évènements")
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="event_place_once")]
        indexes = [
            models.Index(fields=["mail_id", "sequence"], name="event_of_mail"),
            models.Index(fields=["organisation", "-at"], name="event_of_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}#{self.sequence} {self.verb}"

    def digest(self) -> str:
        """SHA-256 over the event's content and the hash before it; people are named by what `data` says of them."""
        content = [
            self.previous_hash,
            self.chain,
            self.sequence,
            canonical_time(self.at),
            self.verb,
            self.mail_id,
            self.data,
        ]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def canonical_time(at: datetime) -> str:
    return at.astimezone(tz=timezone.get_fixed_timezone(0)).isoformat(timespec="microseconds")
