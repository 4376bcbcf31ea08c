"""Turning a page for everyone who will look at it; the scan itself is never touched."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from courrier.annotations.models import PageTurn
from courrier.annotations.notes import NoteRefused
from courrier.audit.chain import record
from courrier.mail.locking import locked
from courrier.mail.models import Mail, Page
from courrier.mail.rights import can
from courrier.organisations.models import User

QUARTERS = (0, 90, 180, 270)


def turn_page(mail: Mail, user: User, page: int, degrees: int) -> None:
    """Show the page turned by so many degrees to the right from how it was read; raises NoteRefused."""
    if degrees not in QUARTERS or not mail.pages.filter(number=page).exists():
        raise NoteRefused(_("Cette page ne peut pas être tournée ainsi."))
    if not can(user, "annotate", mail):
        raise NoteRefused(_("Vous ne pouvez pas annoter ce courrier."))
    with locked(mail.pk) as held:
        known = PageTurn.objects.filter(mail=held, page=page).first()
        if degrees == (known.degrees if known else 0):
            return
        PageTurn.objects.update_or_create(mail=held, page=page, defaults={"degrees": degrees})
        record(held.organisation, "page_turned", mail_id=held.pk, actor=user, page=page, degrees=degrees)


def turns_of(mail: Mail) -> dict[int, int]:
    """How far each turned page of the letter is turned, in degrees to the right."""
    return dict(PageTurn.objects.filter(mail=mail).exclude(degrees=0).values_list("page", "degrees"))


def with_turns(pages: QuerySet[Page]) -> QuerySet[Page]:
    """The pages, each with `turn`: how far it is turned, in degrees to the right."""
    turned = PageTurn.objects.filter(mail=OuterRef("mail"), page=OuterRef("number"))
    return pages.annotate(turn=Coalesce(Subquery(turned.values("degrees")[:1]), 0))
