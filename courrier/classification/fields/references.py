"""All numbers a letter gives: permits, invoices, IBAN, SIRET, registered post, land register, files."""

from __future__ import annotations

from courrier.classification.fields.coded_numbers import coded_numbers
from courrier.classification.fields.named_numbers import cadastre, invoices
from courrier.classification.fields.proved_numbers import ibans, permits, registered_numbers, sirets
from courrier.classification.fields.reference import Reference, plain
from courrier.classification.zones import Letter

FINDERS = (permits, ibans, registered_numbers, sirets, cadastre, invoices, coded_numbers)
"""In order: what one has found, a later one leaves alone."""


def references(letter: Letter) -> list[Reference]:
    """Every number once, the surest first."""
    found: list[Reference] = []
    taken: dict[int, list[tuple[int, int]]] = {}
    for finder in FINDERS:
        for reference in finder(letter):
            spans = taken.setdefault(reference.line, [])
            overlaps = any(reference.start < end and start < reference.end for start, end in spans)
            spans.append((reference.start, reference.end))
            if not overlaps and not any(plain(other.value) == plain(reference.value) for other in found):
                found.append(reference)
    return sorted(found, key=lambda reference: -reference.confidence)


__all__ = ["Reference", "plain", "references"]
