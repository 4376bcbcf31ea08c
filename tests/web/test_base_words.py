"""Dates, confidence and names as people say them."""

from datetime import date, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone

from courrier.web.templatetags.ui import confidence_level, day, due_words, hue, initials, on_day


def rendered(source: str, **values: object) -> str:
    return Template("{% load ui %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-3, "en retard de 3 jours"),
        (-1, "en retard d'un jour"),
        (0, "aujourd'hui"),
        (1, "demain"),
        (9, "dans 9 jours"),
    ],
)
def test_a_due_date_says_how_long(days: int, words: str) -> None:
    assert due_words(timezone.localdate() + timedelta(days=days), days, finished=False) == words


def test_a_late_letter_is_marked_until_it_is_finished() -> None:
    late = timezone.localdate() - timedelta(days=4)
    assert "tone-danger" in rendered("{% due_chip late %}", late=late)
    assert "tone-danger" not in rendered("{% due_chip late True %}", late=late)
    assert rendered("{% due_chip None %}").strip() == ""


@pytest.mark.parametrize(
    ("value", "level"), [(0.97, "sure"), (0.9, "sure"), (0.75, "probable"), (0.59, "check"), (None, "check")]
)
def test_confidence_has_a_word(value: float | None, level: str) -> None:
    assert confidence_level(value) == level


def test_confidence_never_claims_certainty_and_an_alternative_is_improbable() -> None:
    assert "99 %" in rendered("{% confidence 1.0 %}")
    assert "à vérifier" in rendered("{% confidence 0.2 %}")
    assert "peu probable" in rendered('{% confidence 0.2 "" True %}')


def test_days_are_said_as_one_says_them() -> None:
    today = timezone.localdate()
    assert day(today) == "aujourd'hui"
    assert day(timezone.now()) == "aujourd'hui"
    assert day(today - timedelta(days=1)) == "hier"
    assert day(date(2019, 3, 12)) == "12/03/2019"
    assert day(None) == ""


def test_days_in_a_sentence_have_their_article() -> None:
    today = timezone.localdate()
    assert on_day(today) == "aujourd'hui"
    assert on_day(today - timedelta(days=1)) == "hier"
    assert on_day(date(2019, 3, 12)) == "le 12/03/2019"
    assert on_day(None) == ""


def test_initials_and_tint_stay_the_same() -> None:
    assert initials("Jean-Paul Le Goff") == "JG"
    assert initials("Urbanisme") == "U"
    assert initials("") == ""
    assert hue("Camille") == hue("Camille") < 8


def test_text_from_outside_is_escaped() -> None:
    assert "<b>" not in rendered("{% confidence 0.5 reason %}", reason='"><b>')
