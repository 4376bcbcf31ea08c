"""Whole letters in many forms, as they are printed, with their truth: `develop` to work on, `held4` kept aside.

A file holds `[[letter]]` tables in short form: the parts of a page under the names that the demonstration's letters
use, the truth beside them, and marks for numbers that need a valid key (`{siret}`, `{siren}`, `{iban}`,
`{registered}`), which are made from the letter's name and join its truth. Font, scanner and stamp follow the name too.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from stdnum import luhn

from courrier.classification.fields.contacts import e164
from demo.letter import PARTS, Letter, Reference, Sender, Truth

FOLDER = Path(__file__).parent / "letters" / "whole"
Set = Literal["develop", "held4"]
FONTS: tuple[Any, ...] = ("sans", "serif", "mono", "dejavu", "dejavu-serif", "condensed")
OFFICE_SCANNERS: tuple[Any, ...] = (
    "gray200", "gray300", "bw200", "bw300", "color200", "fax", "photo", "jpeg", "tiff", "gray200", "gray300",
)  # fmt: skip
SCANNERS: tuple[Any, ...] = (*OFFICE_SCANNERS, "color300")
RECIPIENTS = (
    "Monsieur le Maire\nMairie de Saint-Aubin-sur-Garonne\n1, place de la Halle\n33871 Saint-Aubin-sur-Garonne",
    "Mairie de Saint-Aubin-sur-Garonne\nPlace de la Halle\n33871 Saint-Aubin-sur-Garonne",
    "Monsieur le Maire\nHôtel de ville\n33871 SAINT-AUBIN-SUR-GARONNE",
    "Ville de Saint-Aubin-sur-Garonne\nService courrier\n33871 Saint-Aubin-sur-Garonne",
    "À Monsieur le Maire de Saint-Aubin-sur-Garonne",
)
UNADDRESSED = ("form", "email")


def whole_letters(which: Set) -> Iterator[Letter]:
    """The letters of one set, in the order of its file."""
    path = FOLDER / f"{which}.toml"
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["letter"]:
        yield _letter(path, which, entry)


def _letter(path: Path, split: str, entry: dict[str, Any]) -> Letter:
    rng = random.Random(entry["id"])
    numbers = _numbers(rng)
    parts = {name: str(entry[name]).strip("\n") for name in sorted(PARTS & entry.keys()) if entry[name]}
    if "recipient" not in parts and entry["layout"] not in UNADDRESSED:
        parts["recipient"] = rng.choice(RECIPIENTS)
    used = {mark for mark in numbers for text in parts.values() if f"{{{mark}}}" in text}
    for mark in used:
        parts = {name: text.replace(f"{{{mark}}}", numbers[mark]) for name, text in parts.items()}
    day = entry.get("date")
    stamp = (day or date(2026, 11, 10)) + timedelta(days=rng.randint(1, 5)) if rng.random() < 0.8 else None
    return Letter(
        id=entry["id"],
        path=path,
        split=split,
        traits=(),
        layout=entry["layout"],
        font=rng.choice(FONTS),
        size=rng.choice([10, 10.5, 11, 11.5, 12]),
        scanner=rng.choice(SCANNERS),
        turn=0,
        stamp=stamp,
        parts=parts,
        truth=_truth(entry, {mark: numbers[mark] for mark in sorted(used)}),
    )


def _truth(entry: dict[str, Any], numbers: dict[str, str]) -> Truth:
    references = [Reference(*text.split(" ", 1)) for text in entry.get("refs", ())]
    references += [
        Reference(kind, numbers[kind]) for kind in ("iban", "registered", "siret") if kind in numbers
    ]
    phone = entry.get("phone", "")
    return Truth(
        department=entry["department"],
        document_type=entry["type"],
        sender=Sender(
            entry["name"],
            entry.get("email", ""),
            e164(phone) if phone else "",
            entry.get("postcode", ""),
            numbers.get("siret", "").replace(" ", ""),
        ),
        subject=entry.get("subject", " ".join(entry.get("keywords", ()))),
        subject_printed="subject" in entry,
        keywords=tuple(entry.get("keywords", ())),
        letter_date=day if isinstance(day := entry.get("date"), date) else None,
        references=tuple(references),
        registered=entry.get("registered", False),
        confidential=entry.get("confidential", False),
        second_department=entry.get("second"),
        deadline=entry.get("deadline"),
    )


def _numbers(rng: random.Random) -> dict[str, str]:
    """Numbers with valid keys that belong to nobody."""
    body = "99" + "".join(rng.choices("0123456789", k=6))
    siren = body + luhn.calc_check_digit(body)
    branch = siren + f"{rng.randint(1, 99):04d}"
    siret = branch + luhn.calc_check_digit(branch)
    account = "".join(rng.choices("0123456789", k=11))
    bank, desk = f"19{rng.randint(100, 999)}", f"{rng.randint(10000, 99999)}"
    key = 97 - (89 * int(bank) + 15 * int(desk) + 3 * int(account)) % 97
    bban = f"{bank}{desk}{account}{key:02d}"
    iban = f"FR{98 - int(bban + '152700') % 97:02d}{bban}"
    tail = "".join(rng.choices("0123456789", k=11))
    return {
        "siren": siren,
        "siret": f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}",
        "iban": " ".join(iban[place : place + 4] for place in range(0, 27, 4)),
        "registered": f"{rng.choice('12')}A {tail[:3]} {tail[3:6]} {tail[6:10]} {tail[10:]}",
    }
