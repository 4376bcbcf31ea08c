"""The town hall of the demonstration: its departments, its people, and how it dispatches."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from courrier.organisations.founding import found_organisation
from courrier.organisations.models import Department, Membership, Organisation, Role, User
from courrier.replies.models import Template

PEOPLE = [
    ("accueil", "Nadia", "Belkacem", Role.RECEPTION, None),
    ("direction", "Hélène", "Marchand", Role.DIRECTION, None),
    ("maire", "Paul", "Castaing", Role.ELECTED, None),
    ("archives", "Luc", "Ferrand", Role.ARCHIVIST, None),
    ("admin", "Sophie", "Laborde", Role.ADMINISTRATOR, None),
    ("chef.urb", "Karim", "Dumas", Role.MANAGER, "URB"),
    ("lecteur.tec", "Inès", "Roussel", Role.READER, "TEC"),
]
AGENTS = {
    "DGS": ("Claire", "Vidal"),
    "CAB": ("Thomas", "Lafon"),
    "ETC": ("Martine", "Soulié"),
    "URB": ("Julie", "Peyrat"),
    "TEC": ("Bruno", "Carrère"),
    "FIN": ("Sylvie", "Delmas"),
    "RH": ("Agnès", "Teyssier"),
    "SCO": ("Marion", "Bordes"),
    "PET": ("Leïla", "Haddad"),
    "CCAS": ("Odile", "Fabre"),
    "POL": ("Éric", "Vergnes"),
    "CUL": ("Damien", "Castel"),
    "JUR": ("Anne", "Lestrade"),
}
TEMPLATES = [
    (
        "Accusé de réception",
        "Votre courrier du {received_on}",
        "Madame, Monsieur,\n\nNous avons bien reçu votre courrier « {subject} », enregistré sous le numéro {number}. "
        "Il est examiné par notre service, qui vous répondra dans les meilleurs délais.\n\n"
        "Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées.",
    ),
    (
        "Pièces manquantes",
        "Votre demande du {received_on} : pièces à fournir",
        "Madame, Monsieur,\n\nPour examiner votre demande, enregistrée sous le numéro {number}, il nous manque les "
        "pièces suivantes :\n\n- …\n\nNous reprendrons son examen dès leur réception.\n\n"
        "Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées.",
    ),
]


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    role: str
    place: str


def found(data_dir: Path, dispatch_threshold: float) -> tuple[Organisation, str, list[Account]]:
    """Create the commune where it is not there yet; returns it with the accounts' common password.

    The password is drawn once for each installation and kept in the data folder.
    """
    password = password_in(data_dir)
    organisation = found_organisation(
        "saint-aubin",
        "Mairie de Saint-Aubin-sur-Garonne",
        address="1, place de la Mairie\n33871 Saint-Aubin-sur-Garonne",
        email="mairie@saint-aubin-sur-garonne.example",
        phone="05 36 49 00 00",
        dispatch_threshold=dispatch_threshold,
    )
    departments = {each.code: each for each in organisation.departments.all()}
    for name, subject, body in TEMPLATES:
        Template.objects.get_or_create(
            organisation=organisation, name=name, defaults={"subject": subject, "body": body}
        )
    people = [*PEOPLE, *((f"agent.{code.lower()}", *who, Role.AGENT, code) for code, who in AGENTS.items())]
    accounts = [
        account(organisation, departments.get(code or ""), password, *person)
        for *person, code in ((*person[:4], person[4]) for person in people)
    ]
    return organisation, password, accounts


def password_in(data_dir: Path) -> str:
    path = data_dir / "demo-account.json"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps({"password": f"mairie-{secrets.token_hex(4)}"}))
    return str(json.loads(path.read_text())["password"])


def account(
    organisation: Organisation,
    place: Department | None,
    password: str,
    username: str,
    first: str,
    last: str,
    role: Role,
) -> Account:
    user, new = User.objects.get_or_create(
        username=username,
        defaults={
            "first_name": first,
            "last_name": last,
            "email": f"{username}@saint-aubin-sur-garonne.example",
        },
    )
    if new:
        user.set_password(password)
        user.save()
    Membership.objects.get_or_create(user=user, organisation=organisation, department=place, role=role)
    return Account(username, str(role.label), str(place) if place else organisation.name)
