"""The rules of the law, to read: each with its length, what silence means, its article and where it comes from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from courrier.classification.models import DocumentType
from courrier.clock.choosing import NO_RULE, rules_of_type
from courrier.clock.rules import Extension, Missing, Rule, Silence, Starts, law
from courrier.web.views.administration import administered

STARTS = {
    Starts.FIRST_ASKED: _("réception par l'administration saisie d'abord"),
    Starts.COMPETENT: _("réception par l'administration compétente"),
}
MISSING = {
    Missing.NOTHING: _("ne changent rien"),
    Missing.SUSPENDS: _("suspendent le délai"),
    Missing.STARTS_ON_ARRIVAL: _("le délai court de leur arrivée"),
    Missing.PERMIT: _("demandées dans le mois, le délai court de leur arrivée"),
    Missing.PREEMPTION: _("suspendent le délai ; il reste ensuite un mois au moins"),
    Missing.NEW_DELAY: _("une fois, nouveau délai"),
}
SILENCES = {
    Silence.ACCEPTANCE: _("acceptation"),
    Silence.REFUSAL: _("rejet"),
    Silence.NONE: _("sans effet"),
}


@dataclass(slots=True)
class RuleLine:
    """A rule with the words of the page; `types` are the collectivité's types that count by it."""

    rule: Rule
    own: bool
    types: list[DocumentType] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)

    @property
    def silence(self) -> object:
        return SILENCES[self.rule.silence]

    @property
    def starts(self) -> object:
        return STARTS[self.rule.starts]

    @property
    def missing(self) -> object:
        return MISSING[self.rule.missing]


@require_GET
def delays(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    known = law()
    by_rule: dict[str, list[DocumentType]] = defaultdict(list)
    types = list(here.document_types.filter(active=True).order_by("name"))
    for kind in types:
        for rule in rules_of_type(kind):
            by_rule[rule.code].append(kind)
    lines = [
        RuleLine(rule, rule.code in known.own, by_rule[rule.code], list(known.extensions_of(rule)))
        for rule in known.rules.values()
    ]
    context = {
        "sure": [line for line in lines if line.rule.sure],
        "unsure": [line for line in lines if not line.rule.sure],
        "without": [kind for kind in types if kind.legal_rule == NO_RULE or not rules_of_type(kind)],
    }
    return render(request, "web/administration/delays.html", context)
