"""Searches people keep, and telling them when something new matches."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.mail.models import Mail
from courrier.mail.rights import access_of
from courrier.organisations.models import User
from courrier.search.alerts import tell
from courrier.search.engines import EngineRefused, EngineUnavailable
from courrier.search.hits import every_hit
from courrier.search.models import SavedSearch, SavedSearchMatch

log = logging.getLogger(__name__)

BROUGHT_BACK = timedelta(days=1)
"""How long a search that was deleted can be brought back."""

MOST_KEPT = 100
"""Searches a person may keep: each is asked again every few minutes."""


class SavedSearchRefused(Exception):
    """`message` says in French why nothing was kept."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def save_search(
    user: User, name: str, text: str, filters: Mapping[str, Sequence[str]] | None = None, alert: bool = False
) -> SavedSearch:
    """Keep a search under `name`, in place of the user's former one of that name; what is there now is not new.

    Raises SavedSearchRefused for a name that is none, or for the hundred and first.
    """
    named = clean_name(name)
    last = Mail.objects.aggregate(last=Max("pk"))["last"] or 0
    own = SavedSearch.objects.kept().filter(user=user)
    if own.exclude(name=named).count() >= MOST_KEPT:
        raise SavedSearchRefused(
            _("Vous avez déjà %(n)d recherches enregistrées : supprimez-en une d'abord.") % {"n": MOST_KEPT}
        )
    kept, _created = own.update_or_create(
        user=user,
        name=named,
        removed_at=None,
        defaults={
            "text": text[:1000],
            "filters": {key: list(values) for key, values in (filters or {}).items()},
            "alert": alert,
            "last_mail_id": last,
            "looked_at": timezone.now(),
        },
    )
    return kept


def clean_name(name: str) -> str:
    named = " ".join(name.split())[:100]
    if not named:
        raise SavedSearchRefused(_("Donnez un nom à cette recherche."))
    return named


def rename(saved: SavedSearch, name: str) -> None:
    """Raises SavedSearchRefused for a name that is none, or that another search of its owner has."""
    named = clean_name(name)
    with transaction.atomic():
        others = SavedSearch.objects.kept().filter(user=saved.user_id, name=named).exclude(pk=saved.pk)
        if others.exists():
            raise SavedSearchRefused(_("Une autre de vos recherches porte déjà ce nom."))
        saved.name = named
        saved.save(update_fields=["name"])


def set_alert(saved: SavedSearch, alert: bool) -> None:
    """Be told from now on of what is new, or no longer."""
    saved.alert = alert
    saved.save(update_fields=["alert"])


def remove(saved: SavedSearch) -> None:
    """Delete a search; for a day it can be brought back."""
    saved.removed_at = timezone.now()
    saved.save(update_fields=["removed_at"])


def bring_back(saved: SavedSearch) -> None:
    """Undo `remove`; where the name was taken meanwhile, the search gets a number behind it."""
    with transaction.atomic():
        taken = set(SavedSearch.objects.kept().filter(user=saved.user_id).values_list("name", flat=True))
        name, again = saved.name, 2
        while saved.name in taken:
            saved.name, again = f"{name[:94]} ({again})", again + 1
        saved.removed_at = None
        saved.save(update_fields=["name", "removed_at"])


def looked_at(saved: SavedSearch) -> None:
    """Its owner opened the search: what was found for it is no longer new."""
    now = timezone.now()
    with transaction.atomic():
        saved.looked_at = now
        saved.save(update_fields=["looked_at"])
        saved.matches.filter(seen_at=None).update(seen_at=now)


def new_matches(saved: SavedSearch) -> list[int]:
    """Letter ids found for a search since its owner last opened it, newest first, that they may still read."""
    return new_of(saved.user, [saved])[saved.pk]


def new_of(user: User, searches: Iterable[SavedSearch]) -> dict[int, list[int]]:
    """For each of the user's `searches` what `new_matches` says, in two queries."""
    found: dict[int, list[int]] = {each.pk: [] for each in searches}
    unseen = SavedSearchMatch.objects.filter(search__in=list(found), search__user=user, seen_at=None)
    readable = Mail.objects.visible_to(user).filter(pk__in=unseen.values("mail_id")).order_by()
    ids = set(readable.values_list("pk", flat=True))
    for search_id, mail_id in unseen.order_by("-pk").values_list("search_id", "mail_id"):
        if mail_id in ids:
            found[search_id].append(mail_id)
    return found


def check_saved_searches() -> int:
    """Look for letters that came after each search was saved; how many searches with an alert were told of.

    A letter is told once to each, however often this runs. An engine that is away is asked again the next time.
    """
    told = 0
    SavedSearch.objects.filter(removed_at__lt=timezone.now() - BROUGHT_BACK).delete()
    for saved in SavedSearch.objects.kept().filter(user__is_active=True).select_related("user"):
        try:
            told += bool(check(saved)) and saved.alert
        except (EngineUnavailable, EngineRefused) as error:
            log.warning("saved search %s was not checked: %s", saved.pk, error)
    return told


def check(saved: SavedSearch) -> list[int]:
    """The letters newly found for one search; they are noted, and where its owner wants it they are told."""
    known = set(saved.matches.values_list("mail_id", flat=True))
    access = access_of(saved.user)
    asked = every_hit(saved.text, access, saved.filters, after=saved.last_mail_id, loosely=False)
    found = [each for batch in asked for each in batch if each not in known]
    if found:
        with transaction.atomic():
            rows = [SavedSearchMatch(search=saved, mail_id=each) for each in found]
            SavedSearchMatch.objects.bulk_create(rows, ignore_conflicts=True)
            if saved.alert:
                tell(saved, found)
    return found
