"""The end of what is being typed is proposed from the letters one may read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from courrier.search.completion import complete
from courrier.search.engines import Engine
from courrier.search.resembling import similar
from tests.search.conftest import Town


def texts(typed: str, access: Any) -> list[str]:
    return [each.text for each in complete(typed, access)]


def test_values_criteria_and_words(town: Town, search_engine: Engine, index: Callable[[], None]) -> None:
    town.department("URB", "Urbanisme")
    town.letter(
        "x",
        departments=("URB",),
        sender="Jean Dupont",
        subject="École et subvention",
        kind=("pc", "Permis de construire"),
    )
    town.letter("y", departments=("URB",), sender="Zoé Martin", subject="Subvention")
    index()
    access = town.access()
    assert texts("de:dup", access) == ['de:"Jean Dupont" ']
    assert texts('kermesse de:"jean d', access) == ['kermesse de:"Jean Dupont" ']
    assert set(texts("de:", access)) == {'de:"Jean Dupont" ', 'de:"Zoé Martin" '}
    assert texts("-service:urb", access) == ["-service:URB "]
    assert texts("type:const", access) == ["type:pc "]
    assert texts("état:c", access) == ['état:"en cours" ', "état:clos "]
    assert "école " in texts("ecol", access)
    assert [(each.text, each.count) for each in complete("subv", access)] == [("subvention ", 2)]
    assert "service:" in texts("serv", access)
    assert texts("", access) == []
    assert texts('de:"Jean Dupont"', access) == []
    assert texts("subvention ", access) == []


def test_nothing_is_proposed_while_the_engine_is_away(town: Town, settings: Any) -> None:
    settings.SEARCH_URL, settings.SEARCH_TIMEOUT = "http://127.0.0.1:9", 0.2
    access = town.access()
    assert texts("de:dup", access) == []
    assert similar(1, access) == []


def test_letters_that_resemble_one(town: Town, search_engine: Engine, index: Callable[[], None]) -> None:
    trees = [
        town.letter(f"Les platanes de l'avenue Thiers doivent être élagués, branche {rank}")
        for rank in range(3)
    ]
    town.letter("La cantine scolaire augmente ses tarifs")
    index()
    alike = similar(trees[0].pk, town.access())
    assert {hit.mail_id for hit in alike[:2]} == {
        trees[1].pk,
        trees[2].pk,
    }


def test_letters_resemble_although_many_were_deleted_or_changed(
    town: Town, search_engine: Engine, index: Callable[[], None]
) -> None:
    """Words of deleted letters still count in an index until it is tidied: more than there are letters."""
    letters = [town.letter(f"Demande de place en crèche pour Léa {n}", subject="Crèche") for n in range(6)]
    for _time in range(3):
        town.changed(*letters)
        index()
    alike = similar(letters[0].pk, town.access(), limit=10)
    assert {hit.mail_id for hit in alike} == {each.pk for each in letters[1:]}
