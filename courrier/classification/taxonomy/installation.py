"""The document types of the taxonomy as rows that an organisation may then change."""

from __future__ import annotations

from courrier.classification.models import DocumentType
from courrier.classification.taxonomy.catalogue import town_hall
from courrier.organisations.models import Organisation


def install(organisation: Organisation) -> int:
    """Create the document types that `organisation` does not have yet; answer how many were created.

    A type whose usual department the organisation does not have is created without one. Rows that are already
    there are left as they are.
    """
    departments = {row.code: row for row in organisation.departments.all()}
    there = set(organisation.document_types.values_list("code", flat=True))
    rows = [
        DocumentType(
            organisation=organisation,
            code=kind.code,
            name=kind.name,
            department=departments.get(kind.department),
            delay_days=kind.delay_days,
            silence=kind.silence,
            legal_delay=kind.legal_delay,
            article=kind.article,
            retention_years=kind.retention_years,
        )
        for kind in town_hall().kinds
        if kind.code not in there
    ]
    DocumentType.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
