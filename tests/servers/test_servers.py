"""The real servers of a full test run answer, and do what the application needs of them."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from elasticsearch import Elasticsearch
from redis import Redis

from tests.servers import process, state


@pytest.mark.postgresql
def test_postgresql_gives_each_test_an_empty_database(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


@pytest.mark.redis
def test_redis_keeps_a_list_as_a_queue(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        client.rpush("queue", "first", "second")
        assert client.lpop("queue") == b"first"


@pytest.mark.elasticsearch
def test_elasticsearch_knows_the_french_chain(elasticsearch_url: str, elasticsearch_prefix: str) -> None:
    analysis = {
        "filter": {
            "articles": {"type": "elision"},
            "stem": {"type": "stemmer", "language": "light_french"},
        },
        "analyzer": {
            "french": {
                "tokenizer": "standard",
                "filter": ["articles", "lowercase", "asciifolding", "stem"],
            }
        },
    }
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.create(index=f"{elasticsearch_prefix}-letters", settings={"analysis": analysis})
        analyzed = client.indices.analyze(
            index=f"{elasticsearch_prefix}-letters", analyzer="french", text="l'école élémentaire"
        )
    assert [token["token"] for token in analyzed["tokens"]] == ["ecol", "elementair"]


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = state.new_folder("test")
    process.hand_over(folder)
    yield folder
    shutil.rmtree(folder)


def test_a_server_that_ends_at_once_is_an_error_with_its_last_words(folder: Path) -> None:
    pid = process.launch(["sh", "-c", "echo no room on disk; exit 3"], folder)
    with pytest.raises(process.ServerError, match="no room on disk"):
        process.wait_until(lambda: False, pid, folder, seconds=10)


def test_a_number_given_to_another_process_is_not_taken_for_the_server(folder: Path) -> None:
    pid = process.launch(["sleep", "30"], folder)
    try:
        assert process.runs(pid, folder)
        assert not process.runs(pid, folder / "another")
    finally:
        process.stop(pid, folder, signal.SIGTERM)
    assert not process.runs(pid, folder)
