"""Suggestions for a letter of the register, from its pages."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from functools import lru_cache

from courrier.classification.analysis import Reading, candidates, read_letter, taught
from courrier.classification.learned import Learned
from courrier.classification.models import ModelState, Suggestion, TrainedModel
from courrier.classification.pages import Candidate, OrganisationFacts, PageText
from courrier.classification.rules import apply_rules
from courrier.classification.taxonomy import Taxonomy, town_hall
from courrier.correspondents.matching import SAME, matches
from courrier.mail.models import Mail
from courrier.organisations.models import Organisation

logger = logging.getLogger(__name__)


def understand(mail: Mail) -> list[Suggestion]:
    """Unsaved suggestions for every field of `mail`, ranks from 0 in each field. Reads the letter; writes nothing."""
    organisation = mail.organisation
    taxonomy = taxonomy_of(organisation)
    reading = read_letter(pages_of(mail), taxonomy, facts_of(organisation), mail.received_on)
    if learned := learned_by(organisation):
        reading = taught(reading, learned)
    found = candidates(_with_open_departments(reading, organisation), taxonomy)
    found = [
        _recognised(organisation, candidate) if candidate.field == "sender" else candidate
        for candidate in found
    ]
    return suggestions_of(mail, apply_rules(mail, found))


def learned_by(organisation: Organisation) -> Learned | None:
    """The model in service; a model that cannot be read is left aside, and said so in the log."""
    row = TrainedModel.objects.filter(organisation=organisation, state=ModelState.ACTIVE).only("pk").first()
    return _loaded(row.pk) if row else None


@lru_cache(maxsize=8)
def _loaded(pk: int) -> Learned | None:
    """A version never changes but for being erased, and then it is no longer in service."""
    try:
        return Learned.from_bytes(bytes(TrainedModel.objects.get(pk=pk).content))
    except (ValueError, KeyError):
        logger.exception("model %s cannot be read", pk)
        return None


def _with_open_departments(reading: Reading, organisation: Organisation) -> Reading:
    """Only departments that exist and are open; each of them at least as unlikely."""
    codes = organisation.departments.open().values_list("code", flat=True)
    shares = {code: reading.departments.get(code, 0.0) + 1e-5 for code in codes}
    if not shares:
        return reading
    total = sum(shares.values())
    return replace(reading, departments={code: share / total for code, share in shares.items()})


def _recognised(organisation: Organisation, candidate: Candidate) -> Candidate:
    """The sender with the known correspondent it most likely is."""
    best = next(iter(matches(organisation, candidate.value, limit=1)), None)
    if best is None or best.score < SAME:
        return candidate
    value = {**candidate.value, "correspondent": best.correspondent.pk}
    confidence = candidate.confidence + (1 - candidate.confidence) * 0.5
    return replace(candidate, value=value, confidence=confidence, reason=f"déjà connu : {best.reason}")


def pages_of(mail: Mail) -> list[PageText]:
    return [PageText(page.number, page.text, page.words, page.barcodes) for page in mail.pages.all()]


def facts_of(organisation: Organisation) -> OrganisationFacts:
    return OrganisationFacts(
        name=organisation.name,
        address=organisation.address,
        email=organisation.email,
        phone=organisation.phone,
        siret=organisation.siret,
    )


def taxonomy_of(organisation: Organisation) -> Taxonomy:
    """The taxonomy with the organisation's active types and open departments; as it comes where it has no types yet."""
    rows = list(organisation.document_types.filter(active=True).select_related("department"))
    if not rows:
        return town_hall()
    names = {row.code: row.name for row in rows}
    departments = {
        row.code: row.department.code for row in rows if row.department and row.department.closed_on is None
    }
    return town_hall().adapted(names, departments)


def suggestions_of(mail: Mail, found: list[Candidate]) -> list[Suggestion]:
    names = dict(mail.organisation.departments.values_list("code", "name"))
    ranks: Counter[str] = Counter()
    suggestions = []
    for candidate in found:
        label = (
            names.get(candidate.value, candidate.label)
            if candidate.field == "department"
            else candidate.label
        )
        suggestions.append(
            Suggestion(
                mail=mail,
                field=candidate.field,
                rank=ranks[candidate.field],
                value=candidate.value,
                label=label[:300],
                confidence=round(candidate.confidence, 4),
                evidence=[evidence.as_json() for evidence in candidate.evidence],
                reason=candidate.reason[:300],
            )
        )
        ranks[candidate.field] += 1
    return suggestions
