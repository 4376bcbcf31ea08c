"""Searches people keep, and telling them when something new matches."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courrier.mail.models import Mail
from courrier.mail.rights import access_of
from courrier.organisations.models import User
from courrier.search.engines import EngineRefused, EngineUnavailable
from courrier.search.hits import every_hit
from courrier.search.models import SavedSearch, SavedSearchMatch, SearchOutbox

log = logging.getLogger(__name__)


def save_search(
    user: User, name: str, text: str, filters: Mapping[str, Sequence[str]] | None = None, alert: bool = False
) -> SavedSearch:
    """Keep a search under `name`, in place of the user's former one of that name; what is there now is not new."""
    last = Mail.objects.aggregate(last=Max("pk"))["last"] or 0
    kept, _created = SavedSearch.objects.update_or_create(
        user=user,
        name=name.strip()[:100],
        defaults={
            "text": text[:1000],
            "filters": {key: list(values) for key, values in (filters or {}).items()},
            "alert": alert,
            "last_mail_id": last,
            "looked_at": timezone.now(),
        },
    )
    return kept


def looked_at(saved: SavedSearch) -> None:
    """Its owner opened the search: what was found for it is no longer new."""
    now = timezone.now()
    with transaction.atomic():
        saved.looked_at = now
        saved.save(update_fields=["looked_at"])
        saved.matches.filter(seen_at=None).update(seen_at=now)


def new_matches(saved: SavedSearch) -> list[int]:
    """Letter ids found for a search since its owner last opened it, newest first, that they may still read."""
    ids = list(saved.matches.filter(seen_at=None).values_list("mail_id", flat=True))
    readable = set(Mail.objects.visible_to(saved.user).filter(pk__in=ids).values_list("pk", flat=True))
    return [each for each in ids if each in readable]


def check_saved_searches() -> int:
    """Look for letters that came after each search with an alert was saved; how many people were told.

    A letter is told once to each, however often this runs. An engine that is away is asked again the next time.
    """
    told = 0
    for saved in SavedSearch.objects.filter(alert=True, user__is_active=True).select_related("user"):
        try:
            told += bool(check(saved))
        except (EngineUnavailable, EngineRefused) as error:
            log.warning("saved search %s was not checked: %s", saved.pk, error)
    return told


def check(saved: SavedSearch) -> list[int]:
    """The letters newly found for one search; they are noted, and their reader told by e-mail."""
    known = set(saved.matches.values_list("mail_id", flat=True))
    access = access_of(saved.user)
    found = [
        each
        for batch in every_hit(saved.text, access, saved.filters, after=saved.last_mail_id)
        for each in batch
        if each not in known
    ]
    if found:
        with transaction.atomic():
            rows = [SavedSearchMatch(search=saved, mail_id=each) for each in found]
            SavedSearchMatch.objects.bulk_create(rows, ignore_conflicts=True)
            transaction.on_commit(lambda: tell(saved, len(found)))
    return found


def tell(saved: SavedSearch, count: int) -> None:
    """An e-mail that says how many letters there are, and nothing of them."""
    if not saved.user.email:
        return
    subject = ngettext(
        "{count} nouveau courrier pour « {name} »", "{count} nouveaux courriers pour « {name} »", count
    ).format(count=count, name=saved.name)
    body = _("Votre recherche enregistrée « {name} » a trouvé du nouveau.\n\nÀ lire dans Courrier : {url}\n")
    try:
        message = body.format(name=saved.name, url=settings.SITE_URL)
        send_mail(subject, message, settings.DEFAULT_FROM_EMAIL, [saved.user.email])
    except OSError as error:
        log.warning("the alert of saved search %s was not sent: %s", saved.pk, error)


def waiting_to_be_found() -> int:
    """Letters whose change has not reached the index: what a search cannot find yet."""
    return SearchOutbox.objects.waiting().values("mail_id").distinct().count()
