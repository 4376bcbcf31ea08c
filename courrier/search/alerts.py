"""Telling somebody that a search they keep has found something new: by a notification, and by e-mail at once."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courrier.mail.models import Mail
from courrier.notifications.models import Kind, Notification
from courrier.notifications.notifying import keep, notification
from courrier.search.models import SavedSearch

log = logging.getLogger(__name__)


def tell(saved: SavedSearch, found: Sequence[int]) -> None:
    """Tell the owner of `saved` how many letters were `found`, and nothing of them; the caller is in a transaction.

    Where no e-mail can be sent, the notification waits for the morning's digest.
    """
    newest = max(found)
    place = Mail.objects.filter(pk=newest).values_list("organisation_id", flat=True).first()
    if place is None:
        return
    key = f"saved_search:{saved.pk}:{newest}"
    said = {"count": len(found), "name": saved.name, "search": saved.pk}
    keep([notification(place, None, saved.user_id, Kind.FOUND, key, None, (), said)])
    if saved.user.email:
        transaction.on_commit(lambda: send(saved, len(found), key))


def send(saved: SavedSearch, count: int, key: str) -> None:
    subject = ngettext(
        "{count} nouveau courrier pour « {name} »", "{count} nouveaux courriers pour « {name} »", count
    ).format(count=count, name=saved.name)
    body = _("Votre recherche enregistrée « {name} » a trouvé du nouveau.\n\nÀ lire dans Courrier : {url}\n")
    url = settings.SITE_URL.rstrip("/") + reverse("web:saved_search", args=[saved.pk])
    try:
        message = body.format(name=saved.name, url=url)
        send_mail(subject, message, settings.DEFAULT_FROM_EMAIL, [saved.user.email])
    except OSError as error:
        log.warning("the alert of saved search %s was not sent: %s", saved.pk, error)
        return
    Notification.objects.filter(user=saved.user_id, key=key).update(emailed_at=timezone.now())
