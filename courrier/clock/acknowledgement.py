"""The acknowledgement of a request (CRPA, L112-3 and R112-5), and the notice that a letter was sent on (L114-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from courrier.clock.models import Clock, ClockEvent, ClockEventKind
from courrier.clock.reckoning import Reckoning, State
from courrier.clock.rules import Rule, Silence
from courrier.clock.standing import clock_row, standing
from courrier.mail.models import Mail
from courrier.organisations.language import town_language
from courrier.organisations.models import Department

SHORT = 15
"""Days: a decision that silence grants within them needs no acknowledgement (CRPA, R112-4, 1°)."""


class NotDue(Exception):
    """No acknowledgement is to be sent; the message says why, in French."""


@dataclass(frozen=True, slots=True)
class Office:
    """The department in charge, as R112-5, 2° asks: name, postal address, e-mail where there is one, telephone."""

    name: str
    address: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What R112-5 asks an acknowledgement to say, as data and as a letter's text.

    `decided_on` is None while nothing runs until the missing documents come. `gaps` are what the collectivité's
    settings lack for it to be complete: without them the delays of appeal do not run against the sender (L112-6).
    """

    number: str
    received_on: date
    silence: Silence
    decided_on: date | None
    length: str
    office: Office
    documents: tuple[str, ...]
    documents_by: date | None
    remedy: str
    text: str
    gaps: tuple[str, ...]


def acknowledgement(mail: Mail, department: Department) -> Acknowledgement:
    """Build the acknowledgement of `mail`, in charge of `department`, in the town's language. Raises NotDue."""
    with town_language():
        return written(mail, department)


def written(mail: Mail, department: Department) -> Acknowledgement:
    now = standing(mail)
    rule = due_under(now)
    office = office_of(department)
    request = open_request(mail) if now.state is State.WAITING else None
    bare = Acknowledgement(
        number=mail.number,
        received_on=mail.received_on,
        silence=rule.silence,
        decided_on=now.answer.date if now.answer else None,
        length=str(rule.length),
        office=office,
        documents=tuple(request.documents) if request else (),
        documents_by=request.until if request else None,
        remedy=rule.remedy,
        text="",
        gaps=gaps(rule, office),
    )
    words = {"it": bare, "organisation": mail.organisation}
    return replace(bare, text=render_to_string("clock/acknowledgement.txt", words).strip() + "\n")


def due_under(now: Reckoning) -> Rule:
    """The rule by which an acknowledgement is due. Raises NotDue."""
    rule = now.rule
    if rule is None:
        raise NotDue(
            _("Aucun délai légal n'est connu pour ce courrier : ce n'est peut-être pas une demande.")
        )
    if not rule.sure:
        raise NotDue(
            _("La règle « %(name)s » n'est pas vérifiée : rédigez l'accusé vous-même.") % {"name": rule.name}
        )
    if not rule.acknowledged or rule.silence is Silence.NONE:
        raise NotDue(_("L'accusé de réception de l'art. L112-3 du CRPA ne s'applique pas à cette demande."))
    if now.state not in (State.RUNNING, State.WAITING):
        raise NotDue(_("Le délai de cette demande ne court plus."))
    if now.answer and now.answer.earliest:
        raise NotDue(_("Précisez d'abord de quelle demande il s'agit : plusieurs délais sont possibles."))
    if rule.silence is Silence.ACCEPTANCE and not rule.length.months and rule.length.days <= SHORT:
        raise NotDue(
            _(
                "Une acceptation acquise en quinze jours au plus ne demande pas d'accusé (art. R112-4 du CRPA)."
            )
        )
    return rule


def office_of(department: Department) -> Office:
    town = department.organisation
    return Office(department.name, town.address.strip(), department.email or town.email, town.phone)


def gaps(rule: Rule, office: Office) -> tuple[str, ...]:
    missing = []
    if not office.address:
        missing.append(_("l'adresse postale de la collectivité"))
    if not office.phone:
        missing.append(_("le numéro de téléphone"))
    if rule.silence is Silence.REFUSAL and not rule.remedy:
        missing.append(_("les délais et voies de recours"))
    return tuple(missing)


def open_request(mail: Mail) -> ClockEvent | None:
    clock = clock_row(mail)
    if clock is None:
        return None
    asked = clock.events.filter(kind=ClockEventKind.DOCUMENTS_REQUESTED, withdrawn=False)
    return asked.order_by("-on", "-pk").first()


def documents_letter(
    mail: Mail, department: Department, documents: Sequence[str], until: date | None, clock: Clock
) -> str:
    """The text that asks the sender for missing documents and says what the delay makes of it (CRPA, L114-5)."""
    rule = standing(mail).rule
    words = {
        "mail": mail,
        "office": office_of(department),
        "documents": [text for text in (each.strip() for each in documents) if text],
        "until": until,
        "effect": rule.missing.value if rule and clock.state == State.WAITING else "",
        "organisation": mail.organisation,
    }
    with town_language():
        return render_to_string("clock/documents.txt", words).strip() + "\n"


def transmission_notice(mail: Mail, administration: str, on: date) -> str:
    """The text that tells the sender that the letter was sent on (CRPA, L114-2)."""
    words = {"mail": mail, "administration": administration, "on": on, "organisation": mail.organisation}
    with town_language():
        return render_to_string("clock/transmission.txt", words).strip() + "\n"
