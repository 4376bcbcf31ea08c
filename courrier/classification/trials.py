"""What a rule would have done to past letters: shown before it is put in service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from courrier.classification.models import Priority, RoutingRule
from courrier.classification.rules import (
    facts_of_mail,
    first_fitting,
    fits_register,
    fits_words,
    has_conditions,
)
from courrier.mail.models import Assignment, AssignmentRole, Confidentiality, Mail, Page
from courrier.organisations.models import Department, Organisation

LATEST = 3000
"""So many of the latest letters are looked at."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would have been different of one letter: the name of the field, as it was, as it would have been."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule does to one past letter: where it went, where the rule would have sent it, what else would differ.

    `earlier` is the rule in service that comes first and fits too: it decides, and this one changes nothing.
    """

    mail: Mail
    went_to: tuple[str, ...]
    would_go_to: str
    changes: tuple[Change, ...]
    earlier: RoutingRule | None

    @property
    def agrees(self) -> bool:
        return not self.would_go_to or self.would_go_to in self.went_to


@dataclass(frozen=True, slots=True)
class Trials:
    """The letters that a rule fits, newest first, among those `looked_at`."""

    found: list[Trial]
    looked_at: int

    @property
    def changed(self) -> list[Trial]:
        return [each for each in self.found if each.changes and each.earlier is None]

    @property
    def sent_elsewhere(self) -> int:
        return sum(not each.agrees for each in self.found if each.earlier is None)

    @property
    def forestalled(self) -> int:
        return sum(each.earlier is not None for each in self.found)


def try_rule(
    rule: RoutingRule, *, copies: Sequence[Department] | None = None, latest: int = LATEST
) -> Trials:
    """The past letters that a rule, saved or not, would have fired on. `copies` stand for those that are saved.

    A constant number of queries; the pages are read of those letters only that meet all other conditions.
    """
    past = _past(rule.organisation).order_by("-received_on", "-pk")
    looked_at = min(past.count(), latest)
    if not has_conditions(rule):
        return Trials([], looked_at)
    wanted = copies if copies is not None else list(rule.copies.all()) if rule.pk else []
    rivals = _before(rule)
    rows = Mail.objects.filter(pk__in=past.values("pk")[:latest]).filter(**_known_to_the_database(rule))
    rows = rows.select_related("sender", "document_type").order_by("-received_on", "-pk")
    mails = [mail for mail in rows if fits_register(rule, facts_of_mail(mail, ""))]
    with_words = any(each.words or each.without_words for each in (rule, *rivals))
    if with_words:
        prefetch_related_objects(mails, Prefetch("pages", Page.objects.only("mail", "number", "text")))
    facts = {mail.pk: facts_of_mail(mail, None if with_words else "") for mail in mails}
    mails = [mail for mail in mails if fits_words(rule, facts[mail.pk])]
    desks = Assignment.objects.select_related("department").order_by("pk")
    prefetch_related_objects(mails, Prefetch("assignments", desks))
    return Trials(
        [_trial(rule, wanted, mail, first_fitting(rivals, facts[mail.pk])) for mail in mails], looked_at
    )


def _past(organisation: Organisation) -> QuerySet[Mail]:
    """Letters that have been put in somebody's inbox."""
    placed = Assignment.objects.filter(mail=OuterRef("pk"))
    return Mail.objects.filter(Exists(placed), organisation=organisation)


def _known_to_the_database(rule: RoutingRule) -> dict[str, object]:
    wanted = {"sender": rule.sender_id, "document_type": rule.document_type_id, "channel": rule.channel}
    return {name: value for name, value in wanted.items() if value}


def _before(rule: RoutingRule) -> list[RoutingRule]:
    """Rules in service that are asked before this one; a new rule comes last."""
    rows = RoutingRule.objects.filter(organisation=rule.organisation, active=True).exclude(pk=rule.pk)
    if rule.pk:
        rows = rows.filter(Q(position__lt=rule.position) | Q(position=rule.position, pk__lt=rule.pk))
    return list(rows.select_related("document_type"))


def _trial(rule: RoutingRule, copies: Sequence[Department], mail: Mail, earlier: RoutingRule | None) -> Trial:
    went_to = _codes(mail, AssignmentRole.ACTION)
    would = rule.department.code if rule.department and rule.department.closed_on is None else ""
    return Trial(mail, went_to, would, tuple(_changes(rule, would, copies, mail, went_to)), earlier)


def _codes(mail: Mail, role: AssignmentRole) -> tuple[str, ...]:
    """Departments that had the letter in this role, in order, each once."""
    return tuple(dict.fromkeys(each.department.code for each in mail.assignments.all() if each.role == role))


def _changes(
    rule: RoutingRule, would: str, copies: Sequence[Department], mail: Mail, went_to: tuple[str, ...]
) -> Iterable[Change]:
    if would and would not in went_to:
        yield Change(_("Service"), ", ".join(went_to), would)
    had = _codes(mail, AssignmentRole.COPY)
    added = [each.code for each in copies if each.code not in had and each.code != would]
    if added:
        yield Change(_("Copies"), ", ".join(had), ", ".join([*had, *added]))
    if rule.priority and rule.priority != mail.priority:
        yield Change(_("Priorité"), str(Priority(mail.priority).label), str(Priority(rule.priority).label))
    if rule.confidentiality and rule.confidentiality != mail.confidentiality:
        kept, set_to = Confidentiality(mail.confidentiality), Confidentiality(rule.confidentiality)
        yield Change(_("Confidentialité"), str(kept.label), str(set_to.label))
    if rule.tag and rule.tag not in mail.tags:
        yield Change(_("Étiquette"), ", ".join(mail.tags), ", ".join([*mail.tags, rule.tag]))
