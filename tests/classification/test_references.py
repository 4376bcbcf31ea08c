from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from courrier.classification.fields.proved_numbers import is_siret
from courrier.classification.fields.references import references
from courrier.classification.pages import OrganisationFacts, PageText
from courrier.classification.zones import letter_of

TOWN = OrganisationFacts("Mairie de Dax", siret="21400088000018")


def found_in(text: str) -> list[tuple[str, str]]:
    letter = letter_of([PageText(1, "Madame,\n\n" + text)], TOWN, date(2026, 3, 10))
    return [(each.kind, each.value) for each in references(letter)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("notre dossier PC 040 088 26 X0147 déposé en mairie", "permit", "PC 040 088 26 X0147"),
        ("dossier DP04008826X0147", "permit", "DP 040 088 26 X0147"),
        ("la déclaration DIA O40 088 26 X0061", "permit", "DIA 040 088 26 X0061"),
        ("Facture n° FA-2026-0123 du 3 mars", "invoice", "FA-2026-0123"),
        ("votre facture F2026/118 reste due", "invoice", "F2026/118"),
        ("RIB : FR76 4199 8552 3273 4911 8292 449", "iban", "FR76 4199 8552 3273 4911 8292 449"),
        ("sur le compte FR76 4199\n8552 3273 4911 8292 449. Merci", "iban", "FR76 4199 8552 3273 4911 8292 449"),
        ("SIRET 995 749 116 00076 – APE 9001Z", "siret", "995 749 116 00076"),
        ("Lettre recommandée n° 1A 185 622 3643 1", "registered", "1A 185 622 3643 1"),
        ("parcelle cadastrée section AB n° 123", "cadastre", "AB 123"),
        ("Nos réf. : DCL/BCL/2026-1187", "file", "DCL/BCL/2026-1187"),
        ("Réf. client : C00219", "file", "C00219"),
        ("mon numéro unique 033072300418812", "file", "033072300418812"),
        ("N° de consultation du guichet unique : 2026110500482T", "file", "2026110500482T"),
        ("votre arrêté n° 2026-188 du 3 mars", "file", "2026-188"),
        ("Bon de commande 26/0291", "file", "26/0291"),
        ("Réf. annonce : 0033260900814", "file", "O033260900814"),
        ("Notre référence à rappeler : 26 47 118 902 K", "file", "26 47 118 902 K"),
        ("Sociétaire : 4410877 M", "file", "4410877 M"),
        ("N/REF : AGL/CAL/26-341", "file", "AGL/CAL/26-341"),
        ("Aff. MOREL c/ Cne – N/Réf. : 260771 – CRD/LP", "file", "260771"),
        ("référence client 6 118 442 709", "file", "6 118 442 709"),
        ("Dossier n° : 2605814-2", "file", "2605814-2"),
        ("les factures n° 26-118, 26-119 et 26-120 sont dues", "invoice", "26-119"),
        ("la facture n° 2607 88412 du 10/07/2026", "invoice", "2607 88412"),
    ],
)  # fmt: skip
def test_a_number_is_found_with_its_kind(text: str, kind: str, value: str) -> None:
    assert (kind, value) in found_in(text)


def test_several_parcels_of_one_section_are_each_found() -> None:
    assert found_in("parcelles cadastrées section ZK n° 78 et 79") == [
        ("cadastre", "ZK 78"),
        ("cadastre", "ZK 79"),
    ]


def test_the_town_halls_own_siret_is_not_the_senders() -> None:
    assert found_in("Mairie de Dax, SIRET 214 000 880 00018") == []


@pytest.mark.parametrize(
    "text",
    [
        "le 12/03/2026 à 14h30",
        "au 06 39 98 12 34",
        "une surface de 1200 m2",
        "en 2026",
        "Facture du 3 mars 2026",
    ],
)
def test_dates_telephones_and_surfaces_are_no_references(text: str) -> None:
    assert found_in(text) == []


@given(st.text("0123456789", min_size=13, max_size=13))
def test_a_siret_is_proved_by_its_key(start: str) -> None:
    number = start + luhn.calc_check_digit(start)
    wrong = start + str((int(number[-1]) + 1) % 10)
    assert is_siret(number)
    assert not is_siret(wrong) or start.startswith("356000000")


def test_an_iban_with_a_wrong_key_is_shown_as_doubtful() -> None:
    letter = letter_of(
        [PageText(1, "Madame,\n\nIBAN FR76 4199 8552 3273 4911 8292 448")], TOWN, date(2026, 3, 10)
    )
    assert [each.confidence < 0.5 for each in references(letter) if each.kind == "iban"] == [True]


def test_each_number_is_given_once() -> None:
    assert found_in("Facture n° FA-2026-0123.\nJe rappelle la facture n° FA-2026-0123.") == [
        ("invoice", "FA-2026-0123")
    ]
