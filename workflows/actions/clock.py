"""What people do to a letter's legal delay: ask for documents, note their arrival, send on, acknowledge, decide.

Each checks the right, holds the letter, has the clock keep and tell it, and prepares the letter that goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from courrier.clock import events
from courrier.clock.acknowledgement import NotDue, acknowledgement, documents_letter, transmission_notice
from courrier.clock.events import ClockError
from courrier.clock.models import Clock
from courrier.mail.locking import changed, locked
from courrier.mail.models import Assignment, AssignmentState, Mail
from courrier.mail.rights import access_of, acts_on, can
from courrier.organisations.language import town_language
from courrier.organisations.models import User
from courrier.replies.drafting import prepare_letter
from courrier.replies.models import Reply, ReplyPurpose
from workflows.actions.checks import ActionRefused


@dataclass(frozen=True, slots=True)
class Moved:
    """The delay after an action, what to know of it ("" where nothing), and the letter prepared to go with it."""

    clock: Clock
    warning: str = ""
    letter: Reply | None = None


def request_documents(
    mail: Mail,
    user: User,
    documents: Sequence[str],
    on: date,
    until: date | None = None,
    *,
    with_letter: bool = True,
) -> Moved:
    """The sender is asked for missing documents by a letter of `on`, to be sent by `until` (CRPA, L114-5).

    It suspends the delay where silence refuses, and keeps it from starting where silence accepts.
    """
    with held_letter(mail, user, "clock") as held:
        desk = in_hand(held, user)
        letter = None
        if with_letter:
            with town_language():
                subject = _("Pièces à fournir : %(subject)s") % {"subject": held.subject or held.number}
            letter = prepare_letter(desk, user, ReplyPurpose.DOCUMENTS, subject, "")
        reply = letter.pk if letter else None
        noted = events.request_documents(held.pk, user, on, documents, until, reply=reply)
        if letter is not None:
            letter.body = documents_letter(held, desk.department, documents, until, noted.clock)
            letter.save()
        return Moved(noted.clock, noted.warning, letter)


def documents_received(mail: Mail, user: User, on: date) -> Moved:
    """All the documents asked for are there since `on`."""
    with held_letter(mail, user, "clock_fact") as held:
        noted = events.documents_received(held.pk, user, on)
        return Moved(noted.clock, noted.warning)


def first_received_elsewhere(mail: Mail, user: User, administration: str, on: date) -> Moved:
    """Another administration had received the letter on `on` and sent it on to us (CRPA, L114-3)."""
    if not administration.strip():
        raise ActionRefused(_("Indiquez quelle administration a reçu ce courrier d'abord."))
    with held_letter(mail, user, "clock_fact") as held:
        noted = events.first_received_elsewhere(held.pk, user, administration.strip()[:200], on)
        return Moved(noted.clock, noted.warning)


def choose_rule(mail: Mail, user: User, rule: str) -> Moved:
    """Say by which rule the letter's delay counts; "" gives the choice back to its type."""
    with held_letter(mail, user, "clock_fact") as held:
        return Moved(events.choose_rule(held.pk, user, rule).clock)


def extend(mail: Mail, user: User, extension: str, on: date) -> Moved:
    """The sender was told on `on` of a longer delay."""
    with held_letter(mail, user, "clock") as held:
        noted = events.extend(held.pk, user, extension, on)
        return Moved(noted.clock, noted.warning)


def transmit(mail: Mail, user: User, administration: str, on: date, *, with_letter: bool = True) -> Moved:
    """The letter is sent on to the administration it is for, and its sender told by a letter (CRPA, L114-2)."""
    with held_letter(mail, user, "clock") as held:
        letter = None
        if with_letter and administration.strip():
            with town_language():
                subject = _("Transmission de votre courrier : %(subject)s") % {
                    "subject": held.subject or held.number
                }
            text = transmission_notice(held, administration.strip(), on)
            letter = prepare_letter(in_hand(held, user), user, ReplyPurpose.TRANSMISSION, subject, text)
        reply = letter.pk if letter else None
        noted = events.transmitted_to(held.pk, user, administration, on, reply=reply)
        return Moved(noted.clock, noted.warning, letter)


def decide(mail: Mail, user: User, on: date) -> Moved:
    """A decision was notified to the sender on `on`, or the invoice paid: the delay stops."""
    with held_letter(mail, user, "clock") as held:
        noted = events.answered(held.pk, user, on)
        return Moved(noted.clock, noted.warning)


def withdraw_clock_event(mail: Mail, user: User, event_id: int, reason: str) -> Moved:
    """What was entered of the delay was wrong: it counts no more, and stays in the history with the reason."""
    with held_letter(mail, user, "clock") as held:
        return Moved(events.withdraw(held.pk, user, event_id, reason).clock)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The acknowledgement as a draft, and what the collectivité's settings lack for it to be complete."""

    letter: Reply
    gaps: tuple[str, ...]


def acknowledge_receipt(mail: Mail, user: User) -> Receipt:
    """Prepare the acknowledgement of a request with all that R112-5 asks, as a draft to its sender."""
    with held_letter(mail, user, "clock") as held:
        desk = in_hand(held, user)
        try:
            found = acknowledgement(held, desk.department)
        except NotDue as reason:
            raise ActionRefused(str(reason)) from reason
        with town_language():
            subject = _("Accusé de réception de votre demande : %(subject)s") % {
                "subject": held.subject or held.number
            }
        letter = prepare_letter(desk, user, ReplyPurpose.RECEIPT, subject, found.text)
        changed(held)
        return Receipt(letter, found.gaps)


@contextmanager
def held_letter(mail: Mail, user: User, action: str) -> Iterator[Mail]:
    """The letter as it is now, locked, once `user` may do `action`; what the clock refuses is refused in its words."""
    with locked(mail.pk) as held:
        if not can(user, action, held):
            raise refusal(user, action, held)
        try:
            yield held
        except ClockError as error:
            raise ActionRefused(str(error)) from error


def refusal(user: User, action: str, mail: Mail) -> ActionRefused:
    """Why it is refused: it is not this user's to do, or not now."""
    if not can(user, "read", mail):
        return ActionRefused(_("Vous n'avez pas accès à ce courrier."), forbidden=True)
    access = access_of(user)
    had = Assignment.objects.for_action().filter(mail=mail).select_related("mail")
    theirs = [each for each in had if acts_on(access, each)]
    if any(each.state == AssignmentState.PENDING for each in theirs):
        return ActionRefused(_("Prenez d'abord ce courrier en charge."))
    places = access.direction | access.desk if action == "clock_fact" else access.direction
    if theirs or mail.organisation_id in places:
        return ActionRefused(
            _("Aucun service ne traite ce courrier : son délai ne se change pas maintenant.")
        )
    return ActionRefused(
        _("Votre fonction ne permet pas de changer le délai de ce courrier."), forbidden=True
    )


def in_hand(mail: Mail, user: User) -> Assignment:
    """The handling in which `user` may write to the letter's sender; refused where there is none any more."""
    opened = Assignment.objects.open().for_action().filter(mail=mail)
    rows = opened.select_related("department__organisation", "mail__organisation", "mail__sender").order_by(
        "pk"
    )
    found = next((each for each in rows if can(user, "clock", each)), None)
    if found is None:
        raise ActionRefused(_("Aucun service ne traite plus ce courrier : aucune lettre ne peut en partir."))
    return found
