"""Which rules of the law a letter falls under."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from courrier.classification.models import DocumentType
from courrier.clock.months import Length
from courrier.clock.rules import Missing, Rule, Silence, Starts, law
from courrier.mail.models import Mail

logger = logging.getLogger(__name__)

NO_RULE = "none"
"""What a document type has for its rule where the collectivité says that the law sets it no delay."""

FORM_PAGES = 2
"""A form says its number on its first pages."""


def rules_of(mail: Mail, chosen: str = "") -> tuple[Rule, ...]:
    """The rules `mail` may fall under: the chosen one, else those of its document type; usually one or none.

    Where a type has several, the number of the form on the letter's first pages decides if it is there. A type
    that the rules do not know counts by the delay written on the type itself.
    """
    if chosen and chosen in law().rules:
        return (law().rules[chosen],)
    if mail.document_type is None:
        return ()
    candidates = rules_of_type(mail.document_type)
    return by_form(mail, candidates) if len(candidates) > 1 else candidates


def rules_of_type(kind: DocumentType) -> tuple[Rule, ...]:
    """The rules that letters of this type may fall under: what the collectivité chose, else what the rules say."""
    if kind.legal_rule == NO_RULE:
        return ()
    if kind.legal_rule in law().rules:
        return (law().rules[kind.legal_rule],)
    return law().rules_of(kind.code) or own_rule(kind)


def by_form(mail: Mail, candidates: Sequence[Rule]) -> tuple[Rule, ...]:
    """The only candidate whose form number the letter carries; all of them where it carries none, or several."""
    numbers = [number for rule in candidates for number in rule.cerfa]
    if not numbers or mail.pk is None:
        return tuple(candidates)
    pages = mail.pages.filter(number__lte=FORM_PAGES).values_list("text", flat=True)
    found = set(re.findall(rf"(?<!\d)(?:{'|'.join(numbers)})(?!\d)", "\n".join(pages)))
    named = tuple(rule for rule in candidates if found & set(rule.cerfa))
    return named if len(named) == 1 else tuple(candidates)


def own_rule(kind: DocumentType) -> tuple[Rule, ...]:
    """The rule an administrator wrote on the document type itself: its delay, its silence, its article."""
    if not kind.legal_delay.strip():
        return ()
    try:
        length = Length.parse(kind.legal_delay)
    except ValueError as error:
        logger.warning("Type de courrier %s : %s", kind.code, error)
        return ()
    silence = Silence(kind.silence)
    return (
        Rule(
            code=f"type:{kind.code}",
            name=kind.name,
            article=kind.article or "délai indiqué sur le type de courrier",
            length=length,
            silence=silence,
            means={
                Silence.ACCEPTANCE: "le silence vaut décision d'acceptation",
                Silence.REFUSAL: "le silence vaut décision de rejet",
            }.get(silence, ""),
            starts=Starts.FIRST_ASKED if silence is Silence.REFUSAL else Starts.COMPETENT,
            missing={
                Silence.ACCEPTANCE: Missing.STARTS_ON_ARRIVAL,
                Silence.REFUSAL: Missing.SUSPENDS,
            }.get(silence, Missing.NOTHING),
        ),
    )
