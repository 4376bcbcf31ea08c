from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courrier.organisations.models import Organisation


class SearchOutboxQuerySet(models.QuerySet["SearchOutbox"]):
    def waiting(self) -> SearchOutboxQuerySet:
        """Changes the index has not taken and may still take."""
        return self.filter(set_aside=False, taken=False)

    def due(self, now: datetime) -> SearchOutboxQuerySet:
        return self.waiting().filter(next_attempt_at__lte=now)

    def set_aside(self) -> SearchOutboxQuerySet:
        """Changes the index refused; each says why in `error`."""
        return self.filter(set_aside=True)

    def taken(self) -> SearchOutboxQuerySet:
        """Changes the index in use has taken while another is being built, which has yet to."""
        return self.filter(taken=True)


class SearchOutbox(models.Model):
    """A letter whose change has not reached the search index yet; written in the letter's own transaction.

    `mail_id` is no foreign key: a letter that was deleted must leave the index too.
    """

    mail_id = models.BigIntegerField(db_index=True)
    organisation_id = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now, db_index=True)
    error = models.TextField(blank=True)
    set_aside = models.BooleanField(default=False)
    taken = models.BooleanField(default=False)

    objects = SearchOutboxQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.mail_id}"


class EngineOutage(models.Model):
    """The search engine does not answer: since when, why, and when it is asked again. One row or none."""

    since = models.DateTimeField(_("depuis"), default=timezone.now)
    attempts = models.PositiveIntegerField(default=1)
    next_attempt_at = models.DateTimeField()
    error = models.TextField(_("cause"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("panne du moteur de recherche")
        verbose_name_plural = _("pannes du moteur de recherche")

    def __str__(self) -> str:
        return self.error


class IndexBuild(models.Model):
    """An index being built beside the one in use: how far it has come, so that it can go on after a stop."""

    index = models.CharField(max_length=100, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    last_mail_id = models.BigIntegerField(default=0)
    indexed = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.index


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def kept(self) -> SavedSearchQuerySet:
        return self.filter(removed_at=None)


class SavedSearch(models.Model):
    """A search somebody keeps, and by choice is told of when something new matches.

    `removed_at` is set when its owner deletes it: it can be brought back for a while.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("nom"), max_length=100)
    text = models.CharField(_("recherche"), max_length=1000, blank=True)
    filters = models.JSONField(_("filtres"), default=dict, blank=True)
    alert = models.BooleanField(_("m'avertir des nouveaux courriers"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    looked_at = models.DateTimeField(_("consultée le"), default=timezone.now)
    last_mail_id = models.BigIntegerField(default=0)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("recherche enregistrée")
        verbose_name_plural = _("recherches enregistrées")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                condition=models.Q(removed_at__isnull=True),
                name="saved_search_name_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SavedSearchMatch(models.Model):
    """A letter that came after a search was saved and matches it; told once."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="matches")
    mail_id = models.BigIntegerField()
    found_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["search", "mail_id"], name="saved_search_match_once")]

    def __str__(self) -> str:
        return f"{self.search}: {self.mail_id}"


class ExportState(models.TextChoices):
    WAITING = "waiting", _("en attente")
    RUNNING = "running", _("en préparation")
    READY = "ready", _("prêt")
    FAILED = "failed", _("échoué")
    EXPIRED = "expired", _("périmé")


class ExportFormat(models.TextChoices):
    CSV = "csv", _("tableau (CSV)")
    ZIP = "zip", _("documents (ZIP de PDF)")


class SearchExport(models.Model):
    """All the letters of a search, written to one file in the background for who asked.

    `letters` are the ids of the letters in the file, with spaces between, `left_out` how many had no document to put
    there. `heard_at` is when whoever makes it last gave a sign of life.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="search_exports")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+", null=True, blank=True)
    format = models.CharField(max_length=3, choices=ExportFormat.choices)
    text = models.CharField(_("recherche"), max_length=1000, blank=True)
    filters = models.JSONField(default=dict, blank=True)
    sort = models.CharField(max_length=12, default="relevance")
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    letters = models.TextField(blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("export de recherche")
        verbose_name_plural = _("exports de recherche")

    def __str__(self) -> str:
        return f"{self.get_format_display()} · {self.text}"

    @property
    def under_way(self) -> bool:
        return self.state in {ExportState.WAITING, ExportState.RUNNING}
