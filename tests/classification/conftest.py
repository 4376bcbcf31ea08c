from __future__ import annotations

from datetime import date
from itertools import count

import pytest

from courrier.classification.taxonomy import install, town_hall
from courrier.mail.models import Channel, Mail, MailState, Page
from courrier.organisations.models import Department, Organisation

DAY = date(2026, 11, 20)
_sequence = count(1)


@pytest.fixture
def town(db: None) -> Organisation:
    organisation = Organisation.objects.create(
        slug="valmont",
        name="Mairie de Valmont-sur-Adour",
        address="2, place des Tilleuls\n40999 Valmont-sur-Adour",
        email="mairie@valmont.example",
    )
    for code in town_hall().departments:
        Department.objects.create(organisation=organisation, code=code, name=f"Service {code}")
    install(organisation)
    return organisation


def read_letter(organisation: Organisation, text: str, received_on: date = DAY, **more: object) -> Mail:
    """A letter of the register that was read, with bare text."""
    number = next(_sequence)
    mail = Mail.objects.create(
        organisation=organisation,
        year=received_on.year,
        sequence=number,
        number=f"A-{received_on.year}-{number:05d}",
        state=MailState.TO_QUALIFY,
        channel=Channel.SCAN,
        received_on=received_on,
        **more,
    )
    for place, page in enumerate(text.split("\f"), 1):
        Page.objects.create(mail=mail, number=place, width=1654, height=2339, text=page)
    return mail


CANTEEN = """Mme Sylvie Martin
4, rue des Lilas
40999 Valmont-sur-Adour
06 39 98 12 34

                                                Mairie de Valmont-sur-Adour
                                                2, place des Tilleuls
                                                40999 Valmont-sur-Adour

                                                Valmont, le 12 novembre 2026

Objet : inscription à la cantine

Madame, Monsieur,

Je souhaite inscrire ma fille à la cantine scolaire le mardi et le jeudi. Elle est allergique aux arachides.

Veuillez agréer, Madame, Monsieur, mes salutations distinguées.

Sylvie Martin"""
