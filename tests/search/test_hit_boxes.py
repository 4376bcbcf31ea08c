"""The words a search found lie where they are on the page."""

from __future__ import annotations

from typing import Any

import pytest

from courrier.mail.models import Mail
from courrier.mail.rights import NOBODY
from courrier.search.places import hit_boxes
from tests.search.conftest import Town

LETTER = "Demande de permis de construire PC 033 063 25 X0147 pour l'église , cornmune d'Aubin"
WORDS = LETTER.split()


def on_page(words: list[str]) -> list[list[Any]]:
    return [[word, at / 100, 0.1, at / 100 + 0.005, 0.12, 0.9, 0] for at, word in enumerate(words)]


@pytest.fixture
def letter(town: Town) -> Mail:
    return town.letter(" ".join(WORDS), words=on_page(WORDS))


def lit(mail: Mail, text: str, town: Town) -> list[str]:
    boxes = hit_boxes(mail.pk, text, town.access()).get(1, [])
    return [WORDS[round(x0 * 100)] for x0, *_ in boxes]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("églises", ["l'église"]),
        ("EGLISE demandes", ["Demande", "l'église"]),
        ('"permis de construire"', ["permis", "de", "construire"]),
        ('"construire permis"', []),
        ("pc03306325x0147", ["PC", "033", "063", "25", "X0147"]),
        ("PC 033 063 25 X0147", ["PC", "033", "063", "25", "X0147"]),
        ("ref:X0147", ["X0147"]),
        ("aubin", ["d'Aubin"]),
        ("commune", ["cornmune"]),
        ("-permis église", ["l'église"]),
        ("de:dupont", []),
        ("le la", []),
        ("", []),
    ],
)
def test_words_are_lit(letter: Mail, town: Town, typed: str, expected: list[str]) -> None:
    assert lit(letter, typed, town) == expected


def test_a_misread_word_is_lit_only_where_no_other_is(town: Town) -> None:
    mail = town.letter("", words=on_page(["subventions", "subvenlion"]))
    assert len(hit_boxes(mail.pk, "subvention", town.access())[1]) == 1
    assert len(hit_boxes(mail.pk, "subvention mal-lus:oui", town.access())[1]) == 2


def test_nothing_is_lit_for_who_may_not_read(letter: Mail, other_town: Town) -> None:
    assert hit_boxes(letter.pk, "église", NOBODY) == {}
    assert hit_boxes(letter.pk, "église", other_town.access()) == {}
