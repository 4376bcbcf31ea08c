"""Search shows what the register shows, no more and no less: role by role, letter by letter."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from courrier.mail.models import Confidentiality, Mail, MailState
from courrier.mail.rights import NOBODY, access_of
from courrier.organisations.models import User
from courrier.search.completion import complete
from courrier.search.engines import Engine
from courrier.search.engines.opening import engine
from courrier.search.places import hit_boxes
from courrier.search.resembling import similar
from courrier.search.searching import search
from tests.search.conftest import Town

ROLES = [
    ("accueil", "reception", ""),
    ("direction", "direction", ""),
    ("elu", "elected", ""),
    ("archives", "archivist", ""),
    ("administration", "administrator", ""),
    ("responsable", "manager", "URB"),
    ("agent", "agent", "URB"),
    ("lecteur", "reader", "URB"),
    ("ailleurs", "agent", "FIN"),
]


@pytest.fixture
def people(town: Town, other_town: Town) -> list[User]:
    """One person of each role, a holder of letters, somebody without a role and somebody of another town."""
    town.department("URB", "Urbanisme")
    town.department("ADS", "Droit des sols", parent="URB")
    town.department("FIN", "Finances")
    named = [town.user(*each) for each in ROLES]
    return [*named, User.objects.create(username="personne"), other_town.user("direction", "direction")]


@pytest.fixture
def letters(town: Town, other_town: Town, people: list[User]) -> list[Mail]:
    """Every confidentiality in every state that matters, assigned or not, held or not."""
    holder = people[6]
    states = (MailState.TO_QUALIFY, MailState.IN_PROGRESS, MailState.CLOSED)
    assigned: tuple[tuple[str, ...], ...] = ((), ("URB",), ("ADS",), ("FIN", "URB"))
    made = [
        town.letter(
            "zanzibar",
            confidentiality=level,
            state=state,
            departments=places,
            holder=held,
            sender="Zoé Secret",
        )
        for level, state, places in product(Confidentiality.values, states, assigned)
        for held in ((None, holder) if level == Confidentiality.PERSONAL else (None,))
    ]
    shown = [
        town.letter("zanzibar", confidentiality=level, shown_to_elected=True, sender="Zoé Secret")
        for level in Confidentiality.values
    ]
    return [*made, *shown, other_town.letter("zanzibar", departments=(), sender="Zoé Secret")]


def test_search_finds_exactly_what_the_register_shows(
    people: list[User], letters: list[Mail], search_engine: Engine, index: Callable[[], None]
) -> None:
    index()
    for person in people:
        results = search("zanzibar", access_of(person), limit=200)
        shown = set(Mail.objects.visible_to(person).values_list("pk", flat=True))
        assert {hit.mail_id for hit in results.hits} == shown, person
        assert results.total == len(shown), person
        assert sum(each.count for each in results.facets["state"]) == len(shown), person
        assert sum(each.count for each in results.facets["sender"]) == len(shown), person
        completions = {each.label: each.count for each in complete("de:z", access_of(person))}
        assert completions == ({"Zoé Secret": len(shown)} if shown else {}), person


def test_nobody_finds_nothing(letters: list[Mail], search_engine: Engine, index: Callable[[], None]) -> None:
    index()
    results = search("", NOBODY)
    assert (results.total, results.hits, results.goes_to) == (0, [], None)
    assert not any(results.facets.values())
    assert complete("de:z", NOBODY) == []
    assert complete("zo", NOBODY) == []


PRYING = [
    "zanzibar", "secret", "-rien", '-"rien"', "zanzi", "zanzibra", "de:secret", "de:zoé", "-de:personne", "n°:1",
    "année:2026", "du:2000", "état:clos", "-état:reçu", "en-retard:non", "readers:w1", "readers:*", "*",
    "* OR readers:w1", '"zanzibar" OR *', 'zanzibar") OR ("', "zanzibar~2", "zanz*", "/zanz.*/", "[* TO *]",
    "mail_id:1", "A-2026-00001", "\\", "a b c d e f g zanzibar", "quel zanzibar ?", '{"match_all":{}}', "%", "_",
    "zanzibar\x00", "\ue000zanzibar\ue001",
]  # fmt: skip


def test_whatever_is_typed_nothing_of_a_closed_letter_shows(
    town: Town, people: list[User], search_engine: Engine, index: Callable[[], None]
) -> None:
    """An agent of another department types whatever might reach a letter: no count, facet, snippet, completion."""
    secret = town.letter(
        "zanzibar nom de code", departments=("URB",), sender="Zoé Secret", subject="Affaire zanzibar",
        confidentiality="restricted",
    )  # fmt: skip
    own = town.letter("rien de particulier", departments=("FIN",), sender="Paul Martin")
    index()
    spy = access_of(people[8])
    assert search("", spy).total == 1
    for typed in PRYING:
        results = search(typed, spy)
        seen = {hit.mail_id for hit in results.hits}
        assert seen <= {own.pk}, typed
        assert results.total == len(seen), typed
        assert results.goes_to in {None, own.pk}, typed
        assert "zanzibar" not in str(results.hits) + str(results.facets), typed
        assert "Secret" not in str(results.facets), typed
    for typed in (
        "z",
        "za",
        "zan",
        "zanzibar",
        "affaire",
        "de:",
        "de:z",
        "de:secret",
        "service:",
        "objet:z",
        "-z",
    ):
        assert not any(
            "zanzibar" in each.text + each.label for each in complete(typed, spy) if each.text != typed
        ), typed
        assert not any("Secret" in each.label for each in complete(typed, spy)), typed
    assert similar(secret.pk, spy) == []
    assert secret.pk not in {hit.mail_id for hit in similar(own.pk, spy)}
    assert hit_boxes(secret.pk, "zanzibar", spy) == {}


def test_a_letter_closed_to_the_reader_since_it_was_indexed_shows_nothing(
    town: Town, people: list[User], search_engine: Engine, index: Callable[[], None]
) -> None:
    mail = town.letter("zanzibar", departments=("FIN",))
    index()
    reader = access_of(people[8])
    assert search("zanzibar", reader).total == 1
    Mail.objects.filter(pk=mail.pk).update(confidentiality=Confidentiality.PERSONAL)
    results = search("zanzibar", reader)
    assert (results.total, results.hits) == (0, [])


def test_the_index_holds_no_word_that_opens_a_personal_letter_but_its_holders(
    town: Town, people: list[User], search_engine: Engine, index: Callable[[], None]
) -> None:
    town.letter("zanzibar", departments=("URB",), confidentiality="personal", state="to_qualify")
    index()
    assert all(search("zanzibar", access_of(person)).total == 0 for person in people)
    assert engine().ready()
