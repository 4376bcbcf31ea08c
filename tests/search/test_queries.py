"""What people type finds what they mean, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone

from courrier.search.engines import Engine
from courrier.search.searching import search
from tests.search.conftest import Town

LETTERS = 9
TABLE = [
    ("église", {1, 3}),
    ("EGLISE", {1, 3}),
    ("églises", {1, 3}),
    ("permis construire", {1}),
    ('"demande de permis"', {1}),
    ('"permis demande"', set()),
    ("église -permis", {3}),
    ('église -"demande de permis"', {3}),
    ("de:dupont", {1, 4}),
    ('de:"Jean Dupont"', {1}),
    ("-de:dupont", {2, 3, 5, 6, 7, 8, 9}),
    ("service:URB", {1, 5}),
    ("service:urb", {1, 5}),
    ("service:urbanisme", {1, 5}),
    ('type:"permis de construire"', {1}),
    ("type:permis-construire", {1}),
    ("type:permis", {1}),
    ("du:2026-02", {1, 2, 3, 4, 5, 7, 8, 9}),
    ("au:2025", {6}),
    ("du:2025-01 au:2025-06", {6}),
    ("du:15/06/2025 au:2025", set()),
    ("n°:4", {4}),
    ("n°:A-2026-00004", {4}),
    ("n°:2026-4", {4}),
    ("en-retard:oui", {2}),
    ("état:clos", {5}),
    ("canal:courriel", {3}),
    ("année:2025", {6}),
    ("objet:subvention", {2}),
    ("recommandé:oui", {4}),
    ("étiquette:cantine", {9}),
    ('tag:"marché public"', {9}),
    ("étiquette:marche", {9}),
    ("-étiquette:cantine année:2026 concession", set()),
    ("PC 033 063 25 X0147", {1}),
    ("pc03306325x0147", {1}),
    ("PC03306325X0147", {1}),
    ("X0147", {1}),
    ("ref:pc-033-063-25-x0147", {1}),
    ("05 56 12 34 56", {1}),
    ("0556123456", {1}),
    ("+33 5 56 12 34 56", {1}),
    ("05.56.12.34.56", {1}),
    ("FR7630006000011234567890189", {4}),
    ("FR76 3000 6000 0112 3456 7890 189", {4}),
    ("A-2026-00004", {4}),
    ("dupont église", {1}),
    ("service:URB église", {1}),
    ("subventions", {2}),
    ("mal-lus:oui subventions", {2, 7}),
    ("subventlon", {2}),
    ("subventlon mal-lus:oui", {2, 7}),
    ("commune", {8}),
    ('"le la les"', set()),
    ("xyzzy", set()),
    ("", {1, 2, 3, 4, 5, 6, 7, 8, 9}),
    ("école", {2}),
    ("l'école", {2}),
    ("kermesse école maternelle", {2}),
]


@pytest.fixture
def letters(town: Town) -> Town:
    town.department("URB", "Urbanisme")
    town.department("FIN", "Finances")
    town.letter(
        "Objet : demande de permis de construire\nPC 033 063 25 X0147, rue de l'église. Tél. 05 56 12 34 56",
        departments=("URB",), sender="Jean Dupont", subject="Permis",
        kind=("permis-construire", "Permis de construire"),
    )  # fmt: skip
    town.letter(
        "Les parents d'élèves de l'école maternelle préparent la kermesse.",
        departments=("FIN",), subject="Demande de subvention", due_on=date(2020, 1, 1),
    )  # fmt: skip
    town.letter("Nid de poule devant l’église Saint-Martin", subject="Voirie", channel="email")
    town.letter(
        "Veuillez noter mon IBAN FR76 3000 6000 0112 3456 7890 189",
        sender="Marie Dupont", subject="Relevé bancaire", registered_post=True,
    )  # fmt: skip
    town.letter("Plainte pour bruit", departments=("URB",), state="closed", due_on=date(2020, 1, 1))
    town.letter("Un courrier de l'an passé", received_on=date(2025, 5, 2))
    town.letter("Nous sollicitons une subvenlion pour la fanfare", subject="Fanfare")
    town.letter("La cornmune doit curer le fossé", subject="Fossé")
    town.letter(
        "Première page sans rien",
        "La deuxième page parle du cimetière",
        subject="Concession",
        tags=["Cantine", "marché public"],
    )
    return town


def test_every_way_of_asking(
    letters: Town, search_engine: Engine, index: Callable[[], None], found: Callable[..., list[int]]
) -> None:
    """One index for the whole table: each line says what was typed and the ranks it must find, no more, no less."""
    index()
    access = letters.access()
    wrong = {}
    for typed, expected in TABLE:
        got = set(found(typed, access))
        if got != expected:
            wrong[typed] = (sorted(got), sorted(expected))
    assert wrong == {}


def test_results_say_what_was_found_and_where(
    letters: Town, search_engine: Engine, index: Callable[[], None]
) -> None:
    index()
    access = letters.access()
    results = search("cimetières", access)
    (hit,) = results.hits
    assert hit.subject == "Concession"
    assert hit.pages == [2]
    assert ("cimetière", True) in [(text.removeprefix("du "), lit) for text, lit in hit.snippet]
    assert "sans rien" not in "".join(text for text, _ in hit.snippet)

    results = search("dupont", access)
    assert results.total == 2
    assert {each.value: each.count for each in results.facets["sender"]} == {
        "Jean Dupont": 1,
        "Marie Dupont": 1,
    }
    assert [(each.value, each.label, each.count) for each in results.facets["departments"]] == [
        ("URB", "Urbanisme", 1)
    ]
    assert [(each.value, each.count) for each in results.facets["year"]] == [("2026", 2)]
    assert [each.label for each in results.facets["document_type"]] == ["Permis de construire"]


def test_filters_sort_and_pages_of_results(
    letters: Town, search_engine: Engine, index: Callable[[], None], found: Callable[..., list[int]]
) -> None:
    index()
    access = letters.access()
    assert set(found("", access, filters={"department": ["URB", "FIN"]})) == {1, 2, 5}
    assert set(found("", access, filters={"department": ["URB"], "state": ["closed"]})) == {5}
    assert set(found("dupont", access, filters={"sender": ["Marie Dupont"]})) == {4}
    assert set(found("", access, filters={"year": ["2025"]})) == {6}
    assert set(found("", access, filters={"year": ["rien"]})) == set()
    assert found("", access, sort="oldest")[0] == 6
    assert found("", access, sort="newest")[-1] == 6
    assert found("", access, sort="number", limit=3) == [9, 8, 7]
    with pytest.raises(KeyError):
        search("", access, filters={"readers": ["w1"]})


def test_exact_words_come_before_misread_ones(
    letters: Town, search_engine: Engine, index: Callable[[], None], found: Callable[..., list[int]]
) -> None:
    index()
    assert found("subvention mal-lus:oui", letters.access()) == [2, 7]


def test_misread_words_are_found_where_no_letter_has_them_as_they_are(
    letters: Town, search_engine: Engine, index: Callable[[], None]
) -> None:
    index()
    results = search("commune", letters.access())
    assert [hit.number for hit in results.hits] == ["A-2026-00008"]
    assert "mal lus" in results.explanations[0]
    assert search("fossé", letters.access()).explanations == []


def test_letters_with_some_of_the_words_where_none_has_all(
    letters: Town, search_engine: Engine, index: Callable[[], None]
) -> None:
    index()
    results = search("kermesse cimetière", letters.access())
    assert {hit.number for hit in results.hits} == {"A-2026-00002", "A-2026-00009"}
    assert "Aucun courrier ne contient tous ces mots" in results.explanations[0]


def test_a_register_number_goes_to_the_letter(
    letters: Town, other_town: Town, search_engine: Engine, index: Callable[[], None]
) -> None:
    index()
    access = letters.access()
    wanted = letters.organisation.mails.get(sequence=4).pk
    for typed in ("A-2026-00004", "a-2026-00004", "A 2026 00004", "A-2026-4"):
        assert search(typed, access).goes_to == wanted, typed
    assert search("A-2026-00099", access).goes_to is None
    assert search("A-2026-00004 dupont", access).goes_to is None
    assert search("A-2026-00004", other_town.access()).goes_to is None


def test_late_is_judged_on_the_day_of_the_search(
    town: Town, search_engine: Engine, index: Callable[[], None], found: Callable[..., list[int]]
) -> None:
    town.letter("dû aujourd'hui", due_on=timezone.localdate())
    index()
    assert found("en-retard:oui", town.access()) == []
