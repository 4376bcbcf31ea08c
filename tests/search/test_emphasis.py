"""In a question, what it asks for counts less than what it is about, and a name more."""

from __future__ import annotations

from collections.abc import Callable

from courrier.search import tree
from courrier.search.engines import Engine
from courrier.search.language.emphasis import emphasis
from tests.search.conftest import Town


def much_of(question: str) -> dict[str, float]:
    words = question.split()
    return dict(zip(words, emphasis(words), strict=True))


def test_the_kind_of_answer_asked_for_counts_less() -> None:
    for question in ("quelle activité reprend la régie", "dans quelle activité travaille la régie"):
        much = much_of(question)
        assert much["activité"] < much["régie"] == 1.0
    assert much_of("quelle est donc la cause de la panne")["cause"] < 1.0
    assert much_of("quelle est la panne")["panne"] < 1.0
    assert much_of("la cause de la panne")["cause"] == 1.0


def test_verbs_that_only_ask_count_less() -> None:
    much = much_of("où se situe le lavoir")
    assert much["situe"] < much["lavoir"] == 1.0


def test_names_count_more_but_not_the_first_word() -> None:
    much = much_of("Lavoir de la rue Lamartine")
    assert much["Lamartine"] > much["rue"] == much["Lavoir"] == 1.0


def test_each_word_has_its_own() -> None:
    assert emphasis([]) == []
    assert len(emphasis(["quel"])) == 1
    assert emphasis(["quel", "est"]) == [1.0, 1.0]


def test_weighting_reaches_every_score_of_a_word_and_no_filter() -> None:
    word, day = tree.Word("body", "lavoir", 2.0), tree.Between("received_on", 1, 2)
    whole = tree.Every(must=[tree.Best([word], 0.3)], should=[word], only=[day], never=[word])
    halved = tree.Word("body", "lavoir", 1.0)
    assert tree.weighted(whole, 0.5) == tree.Every(
        must=[tree.Best([halved], 0.3)], should=[halved], only=[day], never=[word]
    )


def test_a_letter_that_answers_comes_before_one_that_repeats_the_question(
    town: Town, search_engine: Engine, index: Callable[[], None], found: Callable[..., list[int]]
) -> None:
    repeats = town.letter(
        "Le responsable de la voirie répond que le responsable est absent.", departments=("URB",)
    )
    answers = town.letter("Madame Fabre dirige la piscine de la voirie depuis mars.", departments=("URB",))
    index()
    assert (
        found("quel est le responsable de la piscine ?", town.access())[0]
        == answers.sequence
        != repeats.sequence
    )
