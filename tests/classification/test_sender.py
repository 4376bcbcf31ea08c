from datetime import date

import pytest

from courrier.classification.fields.references import references
from courrier.classification.fields.sender import senders
from courrier.classification.pages import OrganisationFacts, PageText
from courrier.classification.zones import letter_of

TOWN = OrganisationFacts(
    "Mairie de Valmont-sur-Adour",
    "2, place des Tilleuls\n40999 Valmont-sur-Adour",
    "mairie@valmont.example",
    "05 36 49 00 00",
)
COLUMN = " " * 48
TO = f"\n\n{COLUMN}Mairie de Valmont-sur-Adour\n{COLUMN}40999 Valmont-sur-Adour\n\n"
BODY = "Madame, Monsieur,\n\nJe vous écris au sujet de notre rue qui aurait besoin d'être refaite avant l'hiver.\n\n"


def sender_of(text: str) -> dict[str, str]:
    letter = letter_of([PageText(1, text)], TOWN, date(2026, 3, 10))
    return senders(letter, references(letter))[0].value


def test_the_block_above_the_addressee_names_who_writes() -> None:
    found = sender_of(
        "M. et Mme Thierry LACOMBE\n14, chemin des Vergers\n40100 Dax\nTél. : 06 39 98 12"
        " 07\nt.lacombe@courriel.example" + TO + BODY + "Cordialement,\n\nThierry Lacombe"
    )
    assert {key: found[key] for key in ("name", "email", "phone", "postcode")} == {
        "name": "Thierry LACOMBE",
        "email": "t.lacombe@courriel.example",
        "phone": "+33639981207",
        "postcode": "40100",
    }
    assert found["kind"] == "person"


def test_a_firm_writes_not_the_person_who_signs() -> None:
    found = sender_of(
        "BURO-LANDES\nPapeterie - mobilier\n120, avenue de Thouars\n33400 Talence"
        + TO
        + BODY
        + "Veuillez agréer nos salutations distinguées.\n\nValérie"
        " Pons\nRecouvrement\n\nBURO-LANDES SA – SIRET 991 993 510 00023"
    )
    assert found["name"] == "BURO-LANDES"
    assert found["siret"] == "99199351000023"


def test_a_letter_without_a_head_is_from_who_signs() -> None:
    assert (
        sender_of("Bonjour,\n\n" + BODY + "Merci d'avance\n\nKevin Brousse\n06 39 98 63 30")["name"]
        == "Kevin Brousse"
    )


def test_an_email_is_from_its_header() -> None:
    found = sender_of(
        "De : Camille Jourdan <c.jourdan@boite.example>\nÀ : mairie@valmont.example\nDate : 27/02/2026"
        " 21:14\nObjet : essai\n\n" + BODY
    )
    assert (found["name"], found["email"]) == ("Camille Jourdan", "c.jourdan@boite.example")


@pytest.mark.parametrize("own", ["mairie@valmont.example", "05 36 49 00 00", "40999"])
def test_the_town_halls_own_address_is_never_the_senders(own: str) -> None:
    found = sender_of(
        f"Jean Dupont{TO}                                                {own}\n\n{BODY}Jean Dupont"
    )
    assert own.replace(" ", "") not in (found["email"], found["phone"].replace("+33", "0"), found["postcode"])


def test_nobody_is_invented_for_an_empty_page() -> None:
    assert senders(letter_of([PageText(1, "")], TOWN, date(2026, 3, 10)), []) == []


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (
            "COMMISSION\nD'ACCÈS AUX\nDOCUMENTS\nADMINISTRATIFS\n3, rue Basse\n75001 Paris",
            "documents administratifs",
        ),
        ("ommunauté de communes des Rives\n3, rue Basse\n40100 Dax", "Communauté de communes des Rives"),
        ("M. Louis (Loïc) DUMEZ\n3, rue Basse\n40100 Dax", "Louis (Loïc) DUMEZ"),
        ("représentée par Mme Yvette Mounic\n3, rue Basse\n40100 Dax", "Yvette Mounic"),
    ],
)
def test_a_name_is_read_whole_whatever_stands_around_it(head: str, name: str) -> None:
    assert sender_of(head + TO + BODY + "Cordialement,").get("name", "").lower().endswith(name.lower())


def test_a_signature_completes_a_shortened_name() -> None:
    found = sender_of(
        "De : Jordan P. <jordan.p@boite.example>\nÀ : mairie@valmont.example\nDate : 27/02/2026"
        " 21:14\nObjet : essai\n\n" + BODY + "Cordialement,\n\nJordan Peyronnet"
    )
    assert found["name"] == "Jordan Peyronnet"


def test_numbers_and_addresses_broken_at_the_end_of_a_line_are_whole() -> None:
    found = sender_of(
        "Jean Dupont"
        + TO
        + "Madame,\n\nVous pouvez me joindre pendant toute la semaine de travail au 06 39\n98 12 07 ou à l'adresse"
        " jean@dupont-\nfreres.example.\n\nCordialement,\n\nJean Dupont"
    )
    assert (found["phone"], found["email"]) == ("+33639981207", "jean@dupont-freres.example")
