"""A new index is built from the database while search and changes go on; an index is compared and mended."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from courrier.mail.models import Mail, Page
from courrier.search import building
from courrier.search.building import build
from courrier.search.checking import compare
from courrier.search.engines import Engine, EngineUnavailable
from courrier.search.engines.opening import engine
from courrier.search.flushing import flush
from courrier.search.models import IndexBuild, SearchOutbox
from courrier.search.schema import SCHEMA_VERSION
from tests.search.conftest import Town


def test_an_index_is_built_from_nothing(
    town: Town, search_engine: Engine, found: Callable[..., list[int]]
) -> None:
    for rank in range(5):
        town.letter(f"lettre {rank}")
    SearchOutbox.objects.all().delete()
    said = StringIO()
    call_command("reindex", batch=2, stdout=said, stderr=StringIO())
    engine().refresh()
    assert sorted(found("lettre", town.access())) == [1, 2, 3, 4, 5]
    assert f"-v{SCHEMA_VERSION}-" in said.getvalue()
    assert not IndexBuild.objects.exists()


def test_search_and_changes_go_on_while_it_is_built(
    town: Town, search_engine: Engine, index: Callable[[], None], found: Callable[..., list[int]]
) -> None:
    letters = [town.letter(f"lettre {rank}") for rank in range(6)]
    index()
    access = town.access()
    done: list[int] = []

    def meanwhile(count: int) -> None:
        done.append(count)
        if len(done) != 3:
            return
        Page.objects.filter(mail=letters[0]).update(text="changée")
        town.changed(letters[0])
        town.letter("arrivée entre-temps")
        flush()
        engine().refresh()
        assert found("changée", access) == [1], "the index in use does not follow"
        Page.objects.filter(mail=letters[1]).update(text="changée aussi")
        town.changed(letters[1])

    _, rejections = build(batch=2, progress=meanwhile)
    assert rejections == []
    index()
    assert sorted(found("changée", access)) == [1, 2]
    assert found("arrivée", access) == [7]
    assert sorted(found("lettre", access)) == [3, 4, 5, 6]
    assert not SearchOutbox.objects.exists()
    assert compare().all == []


def test_a_stopped_build_goes_on_where_it_was(
    town: Town, search_engine: Engine, index: Callable[[], None], found: Callable[..., list[int]]
) -> None:
    for rank in range(6):
        town.letter(f"lettre {rank}")
    index()
    calls = 0

    def stop(count: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(batch=2, progress=stop)
    assert IndexBuild.objects.get().indexed == 4
    assert len(found("lettre", town.access())) == 6, "the index in use is whole"
    counted: list[int] = []
    build(batch=2, progress=counted.append)
    assert counted == [4, 2], "the letters already there are not read again"
    engine().refresh()
    assert len(found("lettre", town.access())) == 6


def test_the_command_says_what_to_do_when_the_engine_is_away(town: Town, settings: Any) -> None:
    settings.SEARCH_URL, settings.SEARCH_TIMEOUT = "http://127.0.0.1:9", 0.2
    with pytest.raises(CommandError, match="reprendra"):
        call_command("reindex", stderr=StringIO())
    with pytest.raises(CommandError, match="ne répond pas"):
        call_command("check_index")


def test_a_build_that_cannot_take_over_keeps_its_work(
    town: Town, search_engine: Engine, index: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    town.letter("lettre")
    index()

    def away(*args: Any) -> None:
        raise EngineUnavailable("gone")

    monkeypatch.setattr(building, "take_over", away)
    with pytest.raises(EngineUnavailable):
        build()
    assert IndexBuild.objects.get().indexed == 1


def test_what_differs_is_found_and_mended(
    town: Town, search_engine: Engine, index: Callable[[], None], found: Callable[..., list[int]]
) -> None:
    stale, gone, kept = town.letter("périmée"), town.letter("partie"), town.letter("gardée")
    index()
    Page.objects.filter(mail=stale).update(text="corrigée")
    gone_id = gone.pk
    gone.delete()
    missing = town.letter("manquante")
    SearchOutbox.objects.all().delete()

    differences = compare()
    assert (differences.missing, differences.stale, differences.extra) == (
        [missing.pk],
        [stale.pk],
        [gone_id],
    )
    assert differences.compared == Mail.objects.count() == 3

    said = StringIO()
    call_command("check_index", "--dry-run", stdout=said)
    assert "1 absents de l'index, 1 différents, 1 en trop" in said.getvalue()
    assert not SearchOutbox.objects.exists()

    call_command("check_index", stdout=StringIO())
    engine().refresh()
    assert compare().all == []
    access = town.access()
    assert found("corrigée", access) == [1]
    assert found("partie", access) == []
    assert found("manquante", access) == [4]
    assert found("gardée", access) == [3]
    assert kept.pk


def test_letters_that_wait_are_no_difference(
    town: Town, search_engine: Engine, index: Callable[[], None]
) -> None:
    town.letter("lettre")
    index()
    town.letter("en chemin")
    assert compare().all == []
