"""What is typed is understood, or it is said what was not; nothing that is typed is an error."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courrier.search.language.days import period
from courrier.search.language.question import Criterion, Wanted
from courrier.search.language.reading import read

TODAY = date(2026, 3, 15)


def test_a_whole_query() -> None:
    typed = 'kermesse "parc municipal" -devis de:dupont service:URB type:"permis de construire" du:2025-01 au:2025-06'
    question = read(f"{typed} n°:412 en-retard:oui", TODAY)
    assert question.wanted == [
        Wanted("kermesse"),
        Wanted("parc municipal", quoted=True),
        Wanted("devis", without=True),
    ]
    assert question.criteria == [
        Criterion("sender", "dupont"),
        Criterion("department", "URB"),
        Criterion("type", "permis de construire"),
        Criterion("number", "412"),
        Criterion("late", "oui"),
    ]
    assert (question.first_day, question.last_day) == (20250101, 20250630)
    assert question.explanations == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("couleur:rouge", "« couleur: » n'est pas un critère connu"),
        ("du:hiver", "la date n'est pas comprise"),
        ("du:2025-13", "la date n'est pas comprise"),
        ("au:31/02/2025", "la date n'est pas comprise"),
        ("du:2025 au:2024", "aucun courrier ne peut correspondre"),
        ("état:perdu", "les valeurs possibles sont"),
        ("en-retard:peut-être", "oui ou non"),
        ("année:25", "quatre chiffres"),
        ('"pas refermé', "n'est pas refermé"),
        ("de:!!!", "il manque un mot"),
        ("@@@", "ni lettre ni chiffre"),
        ("x" * 1_200, "premiers caractères"),
    ],
)
def test_what_was_not_understood_is_said(typed: str, said: str) -> None:
    assert any(said in each for each in read(typed, TODAY).explanations)


@pytest.mark.parametrize(
    "typed", ["10:30", "http://mairie.example/a", "l'école", "Saint-Aubin", "kermesse ?", "a , b"]
)
def test_ordinary_texts_need_no_explanation(typed: str) -> None:
    assert read(typed, TODAY).explanations == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("DE:dupont", Criterion("sender", "dupont")),
        ("Expéditeur:dupont", Criterion("sender", "dupont")),
        ("expediteur:dupont", Criterion("sender", "dupont")),
        ("-de:dupont", Criterion("sender", "dupont", without=True)),
        ("de:« Jean Dupont »", Criterion("sender", "Jean Dupont")),
        ("numéro:4", Criterion("number", "4")),
        ("etat:cl", Criterion("state", "closed")),
        ("-en-retard:oui", Criterion("late", "non")),
    ],
)
def test_criteria_have_several_spellings(typed: str, expected: Criterion) -> None:
    assert read(typed, TODAY).criteria == [expected]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2025", (20250101, 20251231)),
        ("2024-02", (20240201, 20240229)),
        ("2025-03-09", (20250309, 20250309)),
        ("9/3/2025", (20250309, 20250309)),
        ("03/2025", (20250301, 20250331)),
        ("mars 2025", (20250301, 20250331)),
        ("1er août 2025", (20250801, 20250801)),
        ("hier", (20260314, 20260314)),
        ("aujourd'hui", (20260315, 20260315)),
        ("0000", None),
        ("32/01/2025", None),
        ("", None),
    ],
)
def test_days(text: str, days: tuple[int, int] | None) -> None:
    assert period(text, TODAY) == days


@given(st.text(max_size=200))
def test_nothing_that_is_typed_is_an_error(typed: str) -> None:
    read(typed, TODAY)


@given(
    st.lists(
        st.sampled_from(["de:", '"', "-", "du:", "n°:", " ", "a", "é", ":", "2025", "oui", "(", "*", "?"])
    )
)
def test_no_mixture_of_signs_is_an_error(parts: list[str]) -> None:
    read("".join(parts), TODAY)
