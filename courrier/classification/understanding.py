"""Suggestions for a letter of the register, from its pages."""

from __future__ import annotations

from collections import Counter

from courrier.classification.analysis import candidates, read_letter
from courrier.classification.models import Suggestion
from courrier.classification.pages import Candidate, OrganisationFacts, PageText
from courrier.classification.taxonomy import Taxonomy, town_hall
from courrier.mail.models import Mail
from courrier.organisations.models import Organisation


def understand(mail: Mail) -> list[Suggestion]:
    """Unsaved suggestions for every field of `mail`, ranks from 0 in each field. Reads the letter's pages; writes nothing."""
    organisation = mail.organisation
    taxonomy = taxonomy_of(organisation)
    reading = read_letter(pages_of(mail), taxonomy, facts_of(organisation), mail.received_on)
    return suggestions_of(mail, candidates(reading, taxonomy))


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
