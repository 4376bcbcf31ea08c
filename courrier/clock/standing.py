"""Where a letter's legal delay stands, for screens, the API and the due date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from courrier.clock.choosing import rules_of
from courrier.clock.deadline import Deadline, DeadlineKind
from courrier.clock.models import Clock
from courrier.clock.reckoning import NO_RULE, Fact, Happened, Reckoning, State, earliest, reckon
from courrier.clock.rules import law
from courrier.mail.models import Mail
from courrier.organisations.calendar import add_working_days, calendar_of


def standing(mail: Mail) -> Reckoning:
    """What the law says of `mail` now: rule, state, dates. Two queries, or none where the letter was prefetched with
    `clock` and `clock__events`."""
    clock = clock_row(mail)
    if clock is None:
        return reckoned(mail, ())
    facts = [event.fact() for event in clock.events.all() if not event.withdrawn]
    return reckoned(mail, facts, clock.chosen_rule if clock.type_code == type_code(mail) else "")


def clock_row(mail: Mail) -> Clock | None:
    try:
        return mail.clock
    except Clock.DoesNotExist:
        return None


def type_code(mail: Mail) -> str:
    return mail.document_type.code if mail.document_type else ""


def reckoned(mail: Mail, facts: Iterable[Fact], chosen: str = "") -> Reckoning:
    told = list(facts)
    rules = rules_of(mail, chosen)
    if not rules:
        return without_rule(told)
    calendar = calendar_of(mail.organisation)
    return earliest(
        [reckon(rule, mail.received_on, told, calendar, law().extensions_of(rule)) for rule in rules]
    )


def without_rule(facts: Iterable[Fact]) -> Reckoning:
    """A letter that no rule is known for may be sent on or answered all the same."""
    for fact in sorted(facts, key=lambda each: each.on):
        if fact.kind is Happened.ANSWERED:
            return Reckoning(None, State.ANSWERED)
        if fact.kind is Happened.TRANSMITTED:
            return Reckoning(None, State.TRANSMITTED)
    return NO_RULE


def clock_of(mail: Mail) -> list[Deadline]:
    """Every date that matters for `mail`, first one first, each with its rule, article and a sentence in French.

    Empty for a letter that was answered. A rule that is not sure gives no date; the collectivité's own target comes
    last in right, not in order, and says that it is no rule of law.
    """
    return dates_of(mail, standing(mail))


def dates_of(mail: Mail, now: Reckoning) -> list[Deadline]:
    """As `clock_of`, where one knows already how the letter stands."""
    if now.state is State.ANSWERED:
        return []
    found = now.deadlines
    if (target := target_of(mail)) and now.state not in (State.TRANSMITTED, State.LAPSED, State.DECIDED):
        found.append(target)
    return sorted(found, key=lambda each: (each.date, each.kind == DeadlineKind.TARGET))


def target_of(mail: Mail) -> Deadline | None:
    kind = mail.document_type
    if kind is None:
        return None
    return Deadline(
        add_working_days(mail.received_on, kind.delay_days, mail.organisation),
        f"type:{kind.code}",
        "",
        _("Délai que la collectivité s'est fixé : %(days)d jours ouvrés.") % {"days": kind.delay_days},
        DeadlineKind.TARGET,
    )


def due_date(mail: Mail) -> tuple[date | None, str]:
    """By when to answer and why, in French: the first of the collectivité's target and of the law's date.

    `(None, "")` where there is neither. Call after `start_clock` and with the letter's type written on `mail`.
    """
    legal, target = standing(mail).answer, target_of(mail)
    if legal and (target is None or legal.date <= target.date):
        return legal.date, f"{legal.explanation_fr} ({legal.article})"
    if target:
        return target.date, target.explanation_fr
    return None, ""
