"""Rules that an administrator wrote: which of them a letter meets, and what they set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import translate
from functools import cached_property, lru_cache
from typing import Any

from courrier.classification.models import Priority, RoutingRule, Suggestion, SuggestionField
from courrier.classification.pages import Candidate
from courrier.classification.spelling import folded, stems
from courrier.mail.models import Confidentiality, Mail

SURE = 0.995
"""A rule is an administrator's own word."""


NUMERO = "numero"
"""Letters write it in many ways."""
_REASON = "règle « {} »"


@dataclass(frozen=True)
class Facts:
    """What rules look at of a letter."""

    text: str
    channel: str
    sender_name: str
    sender: int | None
    document_type: str
    references: tuple[str, ...]

    @cached_property
    def folded(self) -> str:
        return folded(self.text)

    @cached_property
    def words(self) -> str:
        """The stems of the text in order, joined and surrounded by spaces; made only for rules that ask for words."""
        return f" {' '.join(stems(self.text))} "


def apply_rules(mail: Mail, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates with what the first rule that fits sets, put before them and shown as the reason."""
    rule = first_fitting(active_rules(mail), facts_of_candidates(mail, found))
    return [*_set_by(rule, found), *_kept(rule, found)] if rule else list(found)


def active_rules(mail: Mail) -> list[RoutingRule]:
    rules = RoutingRule.objects.filter(organisation=mail.organisation, active=True)
    return list(rules.select_related("department", "document_type").prefetch_related("copies"))


def first_fitting(rules: Iterable[RoutingRule], facts: Facts) -> RoutingRule | None:
    return next((rule for rule in rules if fits(rule, facts)), None)


def fits(rule: RoutingRule, facts: Facts) -> bool:
    """Whether every condition that is filled holds. A rule without conditions fits nothing."""
    return has_conditions(rule) and fits_register(rule, facts) and fits_words(rule, facts)


def fits_register(rule: RoutingRule, facts: Facts) -> bool:
    """Whether the conditions hold that need no reading of the letter's pages."""
    return (
        (rule.sender_id is None or facts.sender == rule.sender_id)
        and (not rule.sender_words or _holds(f" {' '.join(stems(facts.sender_name))} ", rule.sender_words))
        and (rule.document_type is None or rule.document_type.code == facts.document_type)
        and (not rule.channel or rule.channel == facts.channel)
        and (
            not rule.reference_pattern
            or any(_like(rule.reference_pattern, value) for value in facts.references)
        )
    )


def fits_words(rule: RoutingRule, facts: Facts) -> bool:
    wanted = not rule.words or any(_says(facts, phrase) for phrase in _phrases(rule.words))
    return wanted and not any(_says(facts, phrase) for phrase in _phrases(rule.without_words))


def has_conditions(rule: RoutingRule) -> bool:
    return bool(
        rule.sender_id
        or rule.sender_words
        or rule.words
        or rule.document_type_id
        or rule.channel
        or rule.reference_pattern
    )


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.split(",") if phrase.strip()]


def _says(facts: Facts, phrase: str) -> bool:
    """Whether the letter says it. Most do not, which their plain text shows before it is cut into stems."""
    wanted = stems(phrase)
    return all(_begun(stem) in facts.folded for stem in wanted) and _holds(facts.words, phrase)


def _begun(stem: str) -> str:
    """What every word with this stem begins with: its last letters may be made up, as in cheval for chevaux."""
    return "" if stem == NUMERO else stem[:-2] if stem.endswith("al") else stem


def _holds(words: str, phrase: str) -> bool:
    wanted = " ".join(stems(phrase))
    return bool(wanted) and f" {wanted} " in words


def _like(pattern: str, value: str) -> bool:
    return _pattern(_bare(pattern)).match(_bare(value)) is not None


def _bare(text: str) -> str:
    """Numbers compare without their spaces: they are written in many ways."""
    return re.sub(r"\s+", "", folded(text))


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    """A pattern of *, ? and # (one figure) only: nothing an administrator types can make it slow."""
    plain = translate(re.sub(r"\*+", "*", text.replace("[", "[[]")))
    return re.compile(plain.replace(r"\#", "[0-9]"))


def facts_of_candidates(mail: Mail, found: Sequence[Candidate]) -> Facts:
    """A letter's facts before anyone has qualified it: what was understood of it."""
    best: dict[str, Any] = {}
    for candidate in found:
        best.setdefault(candidate.field, candidate.value)
    sender = best.get("sender") or {}
    references = tuple(candidate.value["value"] for candidate in found if candidate.field == "references")
    return Facts(
        text_of(mail), mail.channel, sender.get("name", ""), sender.get("correspondent"),
        best.get("document_type", ""), references,
    )  # fmt: skip


def facts_of_mail(mail: Mail, text: str | None = None) -> Facts:
    """A past letter's facts as a person confirmed them; `text` stands for that of its pages."""
    return Facts(
        text_of(mail) if text is None else text,
        mail.channel,
        mail.sender.name if mail.sender else "",
        mail.sender_id,
        mail.document_type.code if mail.document_type else "",
        tuple(str(reference.get("value", "")) for reference in mail.references),
    )


def text_of(mail: Mail) -> str:
    return " ".join(page.text for page in mail.pages.all())


def fired(suggestions: Iterable[Suggestion]) -> str:
    """The name of the rule that decided something of a letter; "" where none did."""
    before, after = _REASON.split("{}")
    reasons = (each.reason for each in suggestions if each.reason.startswith(before))
    return next((reason.removeprefix(before).removesuffix(after) for reason in reasons), "")


def _set_by(rule: RoutingRule, found: Sequence[Candidate]) -> list[Candidate]:
    reason = _REASON.format(rule.name)
    made: list[Candidate] = []

    def add(field: SuggestionField, value: Any, label: str) -> None:
        made.append(Candidate(field.value, value, label, SURE, (), reason))

    if rule.department and rule.department.closed_on is None:
        add(SuggestionField.DEPARTMENT, rule.department.code, rule.department.name)
    copies = [department for department in rule.copies.all() if department.closed_on is None]
    if copies:
        add(SuggestionField.COPIES, [each.code for each in copies], ", ".join(each.code for each in copies))
    if rule.priority:
        add(SuggestionField.PRIORITY, rule.priority, str(Priority(rule.priority).label))
    if rule.confidentiality:
        add(
            SuggestionField.CONFIDENTIALITY,
            rule.confidentiality,
            str(Confidentiality(rule.confidentiality).label),
        )
    if rule.tag:
        add(SuggestionField.TAG, rule.tag, rule.tag)
    return made


def _kept(rule: RoutingRule, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that the rule leaves, as seconds where it sets the same field."""
    department = rule.department.code if rule.department and rule.department.closed_on is None else None
    kept = []
    for candidate in found:
        if department and candidate.field == "department":
            if candidate.value != department:
                kept.append(replace(candidate, confidence=min(candidate.confidence, (1 - SURE) / 2)))
        elif not (rule.confidentiality and candidate.field == "confidentiality"):
            kept.append(candidate)
    return kept
