"""A number is the same however it is written."""

from __future__ import annotations

import pytest

from courrier.search.numbers import number_typed, numbers_in, shape_of


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("dossier PC 033 063 25 X0147 déposé", "pc03306325x0147"),
        ("dossier PC03306325X0147 déposé", "pc 033 063 25 x0147"),
        ("dossier PC 033.063.25.X0147", "PC-033-063-25-X0147"),
        ("n° A-2026-00041.", "A-2026-00041"),
        ("n° A-2026-00041.", "a 2026 00041"),
        ("Tél. : 05 56 12 34 56", "0556123456"),
        ("Tél. : +33 5 56 12 34 56", "05.56.12.34.56"),
        ("Tél. : 05.56.12.34.56", "+33556123456"),
        ("IBAN FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
        ("IBAN FR7630006000011234567890189", "fr76 3000 6000 0112 3456 7890 189"),
        ("SIRET 213 300 635 00017", "21330063500017"),
    ],
)
def test_written_one_way_and_typed_another(written: str, typed: str) -> None:
    assert number_typed(typed) in numbers_in(written)


@pytest.mark.parametrize("text", ["église", "12", "le 3 mai", "rue", "", "12 rue de la Paix", "a-b-c"])
def test_what_is_no_number(text: str) -> None:
    assert number_typed(text) is None


def test_letters_and_digits_a_scan_confuses_have_one_shape() -> None:
    assert shape_of("pc0330632510147") == shape_of("pco33o63251ol47")
    assert shape_of("a202600041") != shape_of("a202600042")


def test_a_page_of_figures_does_not_drown_the_index() -> None:
    assert len(numbers_in(" ".join(f"{number} {number * 7}" for number in range(1_000, 3_000)))) <= 400
