"""A sentence's first letters are looked at again: its words together, in whatever form, come first, page after page."""

from __future__ import annotations

from collections.abc import Callable

from courrier.search.engines import Engine
from courrier.search.second_look import look_again, nearness, terms_of
from courrier.search.tree import Found
from tests.search.conftest import Town

FILLING = "Le conseil examine les affaires courantes et remercie les services de leur présence. " * 8


def letter(mail_id: int, score: float, text: str) -> Found:
    return Found(mail_id=mail_id, score=score, stored={}, snippet=[], pages=[], text=text)


def test_words_that_stand_together_are_worth_more_than_scattered_ones() -> None:
    scattered = letter(1, 10.0, f"La piscine. {FILLING} Un tarif. {FILLING} Des enfants.")
    together = letter(2, 9.9, f"{FILLING} Le tarif de la piscine pour les enfants. {FILLING}")
    other = letter(3, 9.8, FILLING)
    words = ["quel", "est", "le", "tarif", "de", "la", "piscine", "pour", "les", "enfants"]
    assert look_again([scattered, together, other], words)[0] is together


def test_a_word_of_the_same_family_counts_and_one_that_only_begins_alike_does_not() -> None:
    (resigned,) = terms_of(["démission"])
    assert nearness("demission", resigned) == 1.0
    assert 0.3 < nearness("demissionnaires", resigned) < 1.0
    assert nearness("demain", resigned) == 0.0
    assert nearness("admission", resigned) < 1.0


def test_what_does_not_differ_keeps_its_order() -> None:
    same = [letter(rank, 5.0, "la piscine") for rank in range(5)]
    assert look_again(same, ["piscine"]) == same
    assert look_again(same, ["quel", "est"]) == same
    assert look_again([], ["piscine"]) == []


def test_pages_of_a_sentences_results_neither_repeat_nor_lose_a_letter(
    town: Town, search_engine: Engine, index: Callable[[], None], found: Callable[..., list[int]]
) -> None:
    for rank in range(37):
        town.letter(
            "Le tarif de la piscine pour les enfants." if rank % 5 == 0 else f"{FILLING} la piscine",
            departments=("URB",),
        )
    index()
    access = town.access()
    asked = "quel est le tarif de la piscine pour les enfants ?"
    whole = found(asked, access, limit=37)
    assert sorted(whole) == list(range(1, 38))
    assert {rank % 5 for rank in whole[:8]} == {1}
    pages = [rank for offset in range(0, 37, 4) for rank in found(asked, access, offset=offset, limit=4)]
    assert pages == whole
