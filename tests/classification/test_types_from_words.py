"""From the first day, without training data: floors just under what is reached on the tuning letters."""

from __future__ import annotations

from functools import lru_cache

import pytest

from courrier.classification.analysis import understand_pages
from courrier.classification.evaluation import Report
from courrier.classification.taxonomy import town_hall
from tests.classification.town import TOWN, letters

FLOORS = {
    "department": 0.95,
    "department in three": 0.99,
    "document_type": 0.92,
    "document_type in three": 0.98,
    "letter_date": 0.99,
    "sender": 0.99,
    "references": 0.97,
    "subject, printed": 0.99,
    "second department in three": 0.75,
    "sender's email": 0.99,
    "sender's phone": 0.98,
    "sender's postcode": 0.99,
    "sender's siret": 0.98,
}


@lru_cache(maxsize=1)
def report() -> Report:
    figures = Report()
    for letter in letters():
        found = understand_pages(letter.pages, town_hall(), TOWN, letter.received_on)
        figures.judge(letter.name, letter.truth, found)
    return figures


@pytest.mark.parametrize(("what", "floor"), FLOORS.items())
def test_no_figure_falls_under_its_floor(what: str, floor: float) -> None:
    tally = report().tallies[what]
    assert tally.share >= floor, [mistake for mistake in report().mistakes if f": {what}:" in mistake]


@pytest.mark.parametrize("what", ["department", "document_type", "letter_date"])
def test_confidence_means_what_it_says(what: str) -> None:
    assert report().calibration_error(what) < 0.06


def test_a_letter_sent_without_a_human_hardly_ever_goes_wrong() -> None:
    tally = report().above("department", 0.95)
    assert tally.total > 60
    assert tally.share >= 0.98


def test_every_type_of_the_taxonomy_has_words_and_phrases() -> None:
    assert [kind.code for kind in town_hall().kinds if len(kind.terms) < 8 or len(kind.phrases) < 6] == []
