"""A real server that will not write: letters go on being registered, none is set aside, all appear once it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from courrier.search.engines.elasticsearch.engine import ElasticsearchEngine
from courrier.search.engines.opening import engine
from courrier.search.flushing import flush
from courrier.search.models import EngineOutage, SearchOutbox
from courrier.search.searching import search
from tests.search.conftest import Town

pytestmark = pytest.mark.elasticsearch


@pytest.fixture
def server(settings: Any, request: pytest.FixtureRequest, db: None) -> ElasticsearchEngine:
    settings.SEARCH_PREFIX = request.getfixturevalue("elasticsearch_prefix")
    settings.SEARCH_URL = request.getfixturevalue("elasticsearch_url")
    opened = engine()
    assert isinstance(opened, ElasticsearchEngine)
    return opened


@pytest.mark.parametrize("block", ["read_only_allow_delete", "write", "read_only"])
def test_a_full_disk_or_a_blocked_index_only_delays(
    town: Town,
    server: ElasticsearchEngine,
    index: Callable[[], None],
    found: Callable[..., list[int]],
    block: str,
) -> None:
    """`read_only_allow_delete` is what the server sets by itself past the flood-stage watermark of its disk."""
    town.letter("avant")
    index()
    server.client.indices.put_settings(index=server.alias, settings={f"index.blocks.{block}": True})
    try:
        town.letter("pendant un")
        town.letter("pendant deux")
        assert flush() == 0
        assert EngineOutage.objects.exists()
        assert not SearchOutbox.objects.set_aside().exists()
        assert SearchOutbox.objects.waiting().count() == 2
        access = town.access()
        assert search("avant", access).available, "what was found before is found still"
    finally:
        server.client.indices.put_settings(index=server.alias, settings={f"index.blocks.{block}": None})
    EngineOutage.objects.update(next_attempt_at=timezone.now())
    index()
    assert found("pendant", access, sort="number") == [3, 2]
    assert not SearchOutbox.objects.exists()
    assert not EngineOutage.objects.exists()


def test_a_letter_the_mapping_refuses_is_set_aside_alone(
    town: Town, server: ElasticsearchEngine, index: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from courrier.search.engines.elasticsearch import writing

    town.letter("avant")
    index()
    bad = town.letter("mauvaise")
    town.letter("bonne")
    values = writing.values_of

    def wrong(document: Any) -> dict[str, Any]:
        return values(document) | ({"due_on": "jamais"} if document.mail_id == bad.pk else {})

    monkeypatch.setattr(writing, "values_of", wrong)
    index()
    row = SearchOutbox.objects.get()
    assert (row.mail_id, row.set_aside) == (bad.pk, True)
    assert "due_on" in row.error
    assert search("bonne", town.access()).total == 1


def test_an_index_that_was_lost_is_built_again_by_what_changes(
    town: Town, server: ElasticsearchEngine, index: Callable[[], None], found: Callable[..., list[int]]
) -> None:
    town.letter("avant")
    index()
    server.remove()
    town.letter("après")
    index()
    assert found("après", town.access()) == [2]
