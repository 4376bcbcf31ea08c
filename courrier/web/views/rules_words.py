"""A rule in words: when, then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courrier.classification.models import Priority, RoutingRule
from courrier.mail.models import Channel, Confidentiality


@dataclass(frozen=True, slots=True)
class Told:
    """A rule with its conditions and its effects, each as what it is and its value."""

    rule: RoutingRule
    when: list[tuple[str, str]]
    then: list[tuple[str, str]]


def told(rule: RoutingRule) -> Told:
    return Told(rule, list(conditions(rule)), list(effects(rule)))


def conditions(rule: RoutingRule) -> Iterator[tuple[str, str]]:
    if rule.words:
        yield _("le courrier contient"), quoted(rule.words)
    if rule.without_words:
        yield _("il ne contient pas"), quoted(rule.without_words)
    if rule.sender:
        yield _("l'expéditeur est"), rule.sender.name
    if rule.sender_words:
        yield _("le nom de l'expéditeur contient"), quoted(rule.sender_words)
    if rule.document_type:
        yield _("le type est"), rule.document_type.name
    if rule.channel:
        yield _("il est arrivé par"), str(Channel(rule.channel).label)
    if rule.reference_pattern:
        yield _("une référence ressemble à"), rule.reference_pattern


def effects(rule: RoutingRule) -> Iterator[tuple[str, str]]:
    if rule.department:
        closed = _(" (fermé : sans effet)") if rule.department.closed_on else ""
        yield _("transmettre à"), f"{rule.department.name}{closed}"
    if copies := [each.name for each in rule.copies.all()]:
        yield _("en copie à"), ", ".join(copies)
    if rule.priority:
        yield _("priorité"), str(Priority(rule.priority).label)
    if rule.confidentiality:
        yield _("confidentialité"), str(Confidentiality(rule.confidentiality).label)
    if rule.tag:
        yield _("étiquette"), rule.tag


def quoted(words: str) -> str:
    phrases = [phrase.strip() for phrase in words.split(",") if phrase.strip()]
    return _(" ou ").join(f"« {phrase} »" for phrase in phrases)
