"""What tests start from: a collectivité, its people, and files of letters."""

from __future__ import annotations

import io
from datetime import date
from functools import lru_cache

from weasyprint import HTML

from courrier.classification.models import DocumentType
from courrier.mail.models import Channel, Mail
from courrier.mail.registration import Upload
from courrier.organisations.models import Department, Membership, Organisation, Role, User
from workflows.reception import receive

LETTER = """Jean Dupont
12 rue des Lilas
33630 Cazalis

Mairie de Cazalis
Service urbanisme

Cazalis, le 3 mars 2026

Objet : demande de permis de construire

Madame, Monsieur,

Je souhaite construire une maison sur ma parcelle AB 123 et je dépose une demande de permis de construire.

Jean Dupont"""


def organisation(slug: str = "cazalis", **more: object) -> Organisation:
    return Organisation.objects.create(slug=slug, name=f"Mairie de {slug.capitalize()}", **more)


def department(of: Organisation, code: str, parent: Department | None = None) -> Department:
    return Department.objects.create(organisation=of, code=code, name=f"Service {code}", parent=parent)


def member(of: Organisation, role: Role, place: Department | None = None, username: str = "") -> User:
    """A user with this role there; in a department for the roles of departments."""
    name = username or f"{role}-{place.code.lower() if place else 'tous'}-{of.slug}"
    user = User.objects.create_user(
        username=name, password="un mot de passe", first_name=name, last_name="Test"
    )
    Membership.objects.create(user=user, organisation=of, role=role, department=place)
    return user


def document_type(
    of: Organisation, code: str, place: Department | None = None, delay_days: int = 15
) -> DocumentType:
    return DocumentType.objects.create(
        organisation=of, code=code, name=code.capitalize(), department=place, delay_days=delay_days
    )


@lru_cache(maxsize=32)
def pdf(text: str = LETTER) -> bytes:
    """A born-digital one-page letter."""
    content: bytes = HTML(string=f"<pre style='font: 12pt Liberation Serif'>{text}</pre>").write_pdf()
    return content


def upload(content: bytes | None = None, name: str = "lettre.pdf", received_on: date | None = None) -> Upload:
    return Upload(name, io.BytesIO(pdf() if content is None else content), Channel.SCAN, received_on)


def received(of: Organisation, user: User | None = None, text: str = LETTER) -> Mail:
    """A letter just taken in, its reading not begun."""
    return receive(of, upload(pdf(text)), user)
