"""A town with a letter of each type, written straight into the register."""

from __future__ import annotations

from datetime import date
from itertools import count

from courrier.classification.models import DocumentType
from courrier.mail.models import Mail
from courrier.organisations.models import Organisation
from tests import build

sequences = count(1)


def town(**more: object) -> Organisation:
    return build.organisation(address="1 place de la Mairie\n33430 Cazalis", phone="05 56 00 00 00", **more)


def letter(of: Organisation, type_code: str, received_on: date, **type_fields: object) -> Mail:
    kind, _created = DocumentType.objects.get_or_create(
        organisation=of, code=type_code, defaults={"name": type_code, "delay_days": 200, **type_fields}
    )
    sequence = next(sequences)
    return Mail.objects.create(
        organisation=of,
        year=received_on.year,
        sequence=sequence,
        number=f"A-{sequence:05}",
        received_on=received_on,
        document_type=kind,
    )
