import random

import pytest

from courrier.classification.duplicates import duplicates_of, remember
from courrier.mail.models import Document, DocumentRole, MailState
from courrier.organisations.models import Organisation
from tests.classification.conftest import CANTEEN, read_letter
from tests.classification.town import letters


def misread(text: str, share: float, seed: int = 1) -> str:
    """The text as another scan would read it: some letters wrong."""
    rng = random.Random(seed)
    return "".join(
        rng.choice("eoinrl") if letter.isalpha() and rng.random() < share else letter for letter in text
    )


@pytest.mark.parametrize("share", [0.0, 0.01, 0.03])
def test_the_same_letter_by_another_scan_is_recognised(town: Organisation, share: float) -> None:
    for letter in list(letters())[:30]:
        remember(read_letter(town, letter.text))
    first = read_letter(town, CANTEEN)
    remember(first)
    second = read_letter(town, misread(CANTEEN, share) + "\n\nCOURRIER ARRIVÉ LE 21 NOV. 2026")
    assert [(each.mail, each.reason) for each in duplicates_of(second)] == [(first, "même texte")]


def test_the_same_bytes_are_recognised(town: Organisation) -> None:
    first, second = read_letter(town, "a"), read_letter(town, "b")
    for mail in (first, second):
        Document.objects.create(
            organisation=town,
            mail=mail,
            role=DocumentRole.ORIGINAL,
            sha256="0" * 64,
            size=1,
            media_type="application/pdf",
            name="x",
        )
    assert [(each.mail, each.likeness) for each in duplicates_of(second)] == [(first, 1.0)]
    assert duplicates_of(first) == []


def test_two_invoices_of_one_supplier_are_two_letters(town: Organisation) -> None:
    text = (
        "Livraison de légumes frais pour la cantine de l'école maternelle. Facture n° FA-{n}."
        " Total hors taxes {m} euros, à régler."
    )
    remember(read_letter(town, text.format(n="26001", m="214,80")))
    assert duplicates_of(read_letter(town, text.format(n="26117", m="318,45"))) == []


def test_two_letters_about_one_thing_are_two_letters(town: Organisation) -> None:
    remember(read_letter(town, CANTEEN))
    other = (
        "Monsieur,\n\nMon fils mange à la cantine depuis la rentrée et nous voudrions qu'il ait un"
        " menu sans porc le jeudi et le mardi."
    )
    assert duplicates_of(read_letter(town, other)) == []


def test_cancelled_letters_and_other_towns_are_left_out(town: Organisation) -> None:
    cancelled = read_letter(
        town,
        CANTEEN,
    )
    remember(cancelled)
    cancelled.state = MailState.CANCELLED
    cancelled.save()
    other = Organisation.objects.create(slug="autre", name="Autre")
    remember(read_letter(other, CANTEEN))
    assert duplicates_of(read_letter(town, CANTEEN)) == []


def test_a_fingerprint_kept_twice_is_kept_once(town: Organisation) -> None:
    mail = read_letter(town, CANTEEN)
    remember(mail)
    count = mail.prints.count()
    remember(mail)
    assert mail.prints.count() == count > 0


def test_a_blank_page_is_like_nothing(town: Organisation) -> None:
    remember(read_letter(town, ""))
    assert duplicates_of(read_letter(town, "")) == []
