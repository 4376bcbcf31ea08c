"""The letters that figures are measured on say what their truth says."""

import pytest
from stdnum import iban, luhn

from courrier.classification.fields.reference import plain
from courrier.classification.taxonomy import town_hall
from demo.letter import Letter
from tests.classification.whole_letters import whole_letters

LETTERS = [letter for which in ("develop", "held4") for letter in whole_letters(which)]  # type: ignore[arg-type]


@pytest.fixture(params=LETTERS, ids=lambda letter: letter.id)
def letter(request: pytest.FixtureRequest) -> Letter:
    found: Letter = request.param
    return found


def test_the_numbers_of_the_truth_are_printed(letter: Letter) -> None:
    printed = plain(" ".join(letter.parts.values()))
    told = [reference for reference in letter.truth.references if reference.kind != "cadastre"]
    assert [reference.value for reference in told if plain(reference.value) not in printed] == []


def test_the_type_is_one_of_the_taxonomy(letter: Letter) -> None:
    assert letter.truth.document_type in town_hall().by_code


def test_numbers_with_a_key_are_valid(letter: Letter) -> None:
    values = {reference.kind: plain(reference.value) for reference in letter.truth.references}
    assert "iban" not in values or iban.is_valid(values["iban"])
    assert "siret" not in values or luhn.is_valid(values["siret"])


def test_what_is_kept_aside_is_not_worked_on() -> None:
    worked, aside = ({name.id for name in LETTERS if name.split == split} for split in ("develop", "held4"))
    assert worked
    assert aside
    assert not worked & aside
