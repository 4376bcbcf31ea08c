"""Letters for tuning, tests and benches: bodies written by hand, put on letters with made-up senders and layouts.

`composed` makes a letter from a body and a seed; the same seed gives the same letter. Telephone numbers are those
kept for fiction, addresses end in `.example`, SIRET numbers and IBAN carry valid keys.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from stdnum import luhn

from courrier.classification.fields.dates import in_french
from courrier.classification.pages import OrganisationFacts, PageText
from courrier.classification.taxonomy import town_hall

FOLDER = Path(__file__).parent / "letters"
TOWN = OrganisationFacts("Mairie de Valmont-sur-Adour", "2, place des Tilleuls\n40999 Valmont-sur-Adour")

FIRST_NAMES = [
    "Marie",
    "Jean",
    "Fatima",
    "Pierre",
    "Nadia",
    "Lucas",
    "Chloé",
    "Bernard",
    "Sylvie",
    "Mehdi",
    "Aurélie",
    "François",
    "Inès",
    "Gérard",
    "Yvonne",
    "Karim",
    "Élise",
    "Paul",
    "Jeanne",
    "Rachid",
    "Solène",
    "Damien",
    "Odile",
    "Hugo",
    "Laure",
    "Mamadou",
    "Thérèse",
    "Kevin",
    "Agnès",
    "Joël",
    "Camille",
    "Stéphane",
    "Anne-Marie",
    "Jean-Luc",
]
LAST_NAMES = [
    "Lacoste",
    "Dubourg",
    "Haddad",
    "Martin",
    "Castagnet",
    "Nguyen",
    "Pereira",
    "Lafitte",
    "Rousseau",
    "Diop",
    "Garnier",
    "Bonnet",
    "Labat",
    "Ferreira",
    "Dupuy",
    "Marchal",
    "Caumont",
    "Bouzid",
    "Lemaire",
    "Etcheverry",
    "Morel",
    "Saint-Jean",
    "Perrin",
    "Benali",
    "Duvignau",
    "Leroux",
    "Tastet",
    "Sarraute",
    "Vidal",
    "Ortega",
    "Brunet",
    "Delage",
    "Roumat",
    "Fournier",
    "Gaillard",
    "Cazenave",
    "Blanchard",
    "Moulin",
    "Traoré",
    "Lesage",
]
STREETS = (
    "rue des Lilas",
    "avenue de la Gare",
    "chemin des Vignes",
    "impasse du Lavoir",
    "route de Bazas",
    "rue Pasteur",
    "allée des Pins",
    "place du Marché",
    "boulevard Gambetta",
    "quai des Mariniers",
    "lieu-dit Peyrat",
    "résidence Les Acacias",
)
PLACES = (
    ("40999", "Valmont-sur-Adour"),
    ("40999", "Valmont-sur-Adour"),
    ("40100", "Dax"),
    ("33210", "Langon"),
    ("64000", "Pau"),
    ("75011", "Paris"),
    ("47200", "Marmande"),
    ("40990", "Saint-Vincent"),
)
BODIES = {
    "company": (
        "SARL {last} Frères",
        "Cabinet {last}",
        "Établissements {last}",
        "{last} & Associés",
        "Atelier {last}",
        "SAS Adour Services",
        "Office notarial {last}",
        "Bureau d'études {last}",
        "{last} Bâtiment",
        "Groupe Landes Énergie",
    ),
    "association": (
        "Association Les Amis de l'Adour",
        "Comité des fêtes de Valmont",
        "Club sportif valmontois",
        "Amicale {last}",
        "Chorale À Cœur Joie",
        "Association des parents d'élèves",
        "Les Restos du Marsan",
        "Foyer rural de Valmont",
        "Association Mémoire et Patrimoine",
    ),
    "administration": (
        "Préfecture des Landes",
        "Communauté de communes du Pays d'Adour",
        "Direction départementale des Landes",
        "Centre de gestion des Landes",
        "Caisse d'allocations familiales des Landes",
        "Service de gestion comptable de Dax",
        "Syndicat mixte du Marsan",
        "École élémentaire Jules-Ferry",
        "Tribunal administratif de Pau",
        "Département des Landes",
        "Centre hospitalier de Dax",
    ),
}
CLOSINGS = (
    "Veuillez agréer, {greeting}, mes salutations distinguées.",
    "Je vous prie de croire, {greeting}, à l'assurance de mes sentiments respectueux.",
    "Cordialement,",
    "Avec mes remerciements anticipés, recevez, {greeting}, mes sincères salutations.",
    "Dans l'attente de votre réponse, je vous prie d'agréer, {greeting}, l'expression de ma considération.",
    "Bien à vous,",
    "",
)
GREETINGS = (
    "Madame, Monsieur",
    "Monsieur le Maire",
    "Madame le Maire",
    "Monsieur",
    "Bonjour",
    "Madame la Directrice",
)


@dataclass(frozen=True, slots=True)
class Body:
    """What a letter says, as its author wrote it down with its truth."""

    type: str
    sender: str
    object: str
    body: str
    to: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True)
class ComposedLetter:
    """A letter with its truth, in the form that `manage.py evaluate` reads."""

    name: str
    text: str
    received_on: date
    truth: dict[str, Any]
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def pages(self) -> list[PageText]:
        return [PageText(1, self.text)]


def bodies() -> list[Body]:
    return [
        Body(**entry)
        for path in sorted(FOLDER.glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["letter"]
    ]


def letters(count: int | None = None, seed: int = 0) -> Iterator[ComposedLetter]:
    """Each body once, or `count` letters with bodies in turn and ever new senders."""
    everything = bodies()
    for number in range(count or len(everything)):
        body = everything[number % len(everything)]
        yield composed(body, f"{body.type}-{number}", random.Random(f"{seed}/{number}"))


def composed(body: Body, name: str, rng: random.Random) -> ComposedLetter:
    day = date(2026, 1, 5) + timedelta(days=rng.randrange(300))
    filled, references = _filled(body, rng)
    sender, block = _sender(body.sender, rng)
    references += [{"kind": "siret", "value": sender["siret"]}] if sender["siret"] else []
    parts = _parts(body, filled, sender, block, day, rng)
    truth = {
        "department": town_hall().by_code[body.type].department,
        "document_type": body.type,
        "second_department": body.second or None,
        "sender": {key: sender[key] for key in ("name", "email", "phone", "postcode", "siret")},
        "subject": filled["object"] or filled["body"].split(". ")[0],
        "subject_printed": bool(filled["object"]),
        "letter_date": day.isoformat(),
        "references": references,
        "registered": False,
        "confidential": False,
        "deadline": None,
        "received_on": (day + timedelta(days=rng.randrange(1, 5))).isoformat(),
    }
    order = ("letterhead", "sender", "recipient", "date_line", "object", "body", "signature", "footer")
    text = "\n\n".join(_indented(part, parts[part]) for part in order if parts.get(part))
    return ComposedLetter(name, text, date.fromisoformat(truth["received_on"]), truth, parts)


def _indented(part: str, text: str) -> str:
    pad = " " * 48 if part in ("recipient", "date_line") else ""
    return "\n".join(pad + line for line in text.splitlines())


def _filled(body: Body, rng: random.Random) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Slots replaced by made-up numbers, and the references these are."""
    number = f"{rng.choice(['F', 'FA-', '2026-', ''])}{rng.randrange(10000, 999999)}"
    values = {
        "number": number,
        "invoice_line": f"Facture n° {number}",
        "iban": _iban(rng),
        "permit_pc": f"PC 040 999 26 X{rng.randrange(10, 400):04d}",
        "cadastre": f"{rng.choice('ABCDZ')}{rng.choice('ABCDEK')} n° {rng.randrange(1, 900)}",
    }
    kinds = {"iban": "iban", "permit_pc": "permit", "cadastre": "cadastre", "invoice_line": "invoice"}
    kinds["number"] = "invoice" if "facture" in body.object or "honoraires" in body.object else "file"
    raw = body.object + body.body
    references = []
    for slot, kind in kinds.items():
        if "{" + slot + "}" in raw:
            value = number if slot == "invoice_line" else values[slot].replace(" n°", "")
            references.append({"kind": kind, "value": value})
    return {"object": body.object.format(**values), "body": body.body.format(**values)}, references


def _sender(kind: str, rng: random.Random) -> tuple[dict[str, str], list[str]]:
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    postcode, city = rng.choice(PLACES)
    street = f"{rng.randrange(1, 140)}{rng.choice([',', '', ' bis,'])} {rng.choice(STREETS)}"
    digits = f"{rng.randrange(10**6):06d}"
    phone = f"0639{'98'}{digits[:4]}" if kind == "person" else f"053649{digits[:4]}"
    name = f"{first} {last}" if kind == "person" else rng.choice(BODIES[kind]).format(last=last)
    sender = {
        "name": name,
        "person": f"{first} {last}",
        "email": f"{last.lower()}.{digits[:3]}@courriel.example".replace("é", "e")
        if rng.random() < 0.6
        else "",
        "phone": f"+33{phone[1:]}" if rng.random() < 0.65 else "",
        "postcode": postcode,
        "siret": _siret(rng) if kind == "company" and rng.random() < 0.8 else "",
    }
    shown = name
    if kind == "person":
        shown = rng.choice(
            ["{first} {LAST}", "M. {first} {last}", "Mme {LAST} {first}", "{first} {last}"]
        ).format(first=first, last=last, LAST=last.upper())
    block = [shown, street, f"{postcode} {city}"]
    spaced = " ".join(phone[place : place + 2] for place in range(0, 10, 2))
    if sender["phone"]:
        block.append(
            rng.choice(["Tél. : ", "", "Tel ", "Portable : "])
            + rng.choice([spaced, spaced.replace(" ", ".")])
        )
    if sender["email"]:
        block.append(sender["email"])
    return sender, block


def _parts(
    body: Body,
    filled: dict[str, str],
    sender: dict[str, str],
    block: list[str],
    day: date,
    rng: random.Random,
) -> dict[str, str]:
    greeting = rng.choice(GREETINGS)
    closing = rng.choice(CLOSINGS).format(greeting=greeting)
    written = rng.choice([in_french(day), in_french(day), day.strftime("%d/%m/%Y")])
    place = rng.choice(["Valmont", "Dax", "Fait à Valmont"])
    to = ["Mairie de Valmont-sur-Adour", body.to, "2, place des Tilleuls", "40999 Valmont-sur-Adour"]
    subject = filled["object"] and rng.choice(["Objet : ", "OBJET : ", "Objet: "]) + filled["object"]
    text = [f"{greeting},", filled["body"], closing]
    parts = {
        "letterhead" if body.sender != "person" else "sender": "\n".join(block),
        "recipient": "\n".join(line for line in to if line),
        "date_line": rng.choice([f"{place}, le {written}", f"Le {written}"]),
        "object": subject,
        "body": "\n\n".join(part for part in text if part),
        "signature": sender["person"]
        if body.sender == "person"
        else f"{rng.choice(['Le directeur', 'La présidente'])}\n{sender['person']}",
    }
    if sender["siret"]:
        digits = sender["siret"]
        parts["footer"] = f"{sender['name']} - SIRET {digits[:3]} {digits[3:6]} {digits[6:9]} {digits[9:]}"
    return parts


def _siret(rng: random.Random) -> str:
    start = f"99{rng.randrange(10**7):07d}{rng.randrange(1, 99):04d}"
    return start + luhn.calc_check_digit(start)


def _iban(rng: random.Random) -> str:
    """A French account number with both of its keys, at a bank that does not exist."""
    bank, desk, account = "19999", f"{rng.randrange(10**5):05d}", f"{rng.randrange(10**11):011d}"
    key = 97 - (89 * int(bank) + 15 * int(desk) + 3 * int(account)) % 97
    number = f"{bank}{desk}{account}{key:02d}"
    check = 98 - int(f"{number}152700") % 97
    return f"FR{check:02d} " + " ".join(number[place : place + 4] for place in range(0, 23, 4))
