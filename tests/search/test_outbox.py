"""Whatever the engine does, letters go on being registered, and appear afterwards, in order, once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from courrier.mail.models import Mail, Page
from courrier.search.engines import Engine
from courrier.search.engines.opening import engine
from courrier.search.flushing import MOST_ATTEMPTS, flush, send_again
from courrier.search.models import EngineOutage, SearchOutbox
from courrier.search.searching import search
from courrier.search.single_flight import alone
from courrier.search.tasks import flush_outbox
from tests.search.conftest import Town


def due_now() -> None:
    """As if the pauses were over."""
    EngineOutage.objects.update(next_attempt_at=timezone.now())
    SearchOutbox.objects.update(next_attempt_at=timezone.now())


class Stand:
    """A loopback server that speaks Elasticsearch's bulk protocol and fails as it is told."""

    def __init__(self) -> None:
        self.kept: list[int] = []
        self.fail: Callable[[list[int]], tuple[int, Any] | None] = lambda ids: None
        self.delay = 0.0
        self.calls = 0
        stand = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args: Any) -> None: ...

            def do_HEAD(self) -> None:
                self.answer(200, {})

            def do_GET(self) -> None:
                self.answer(200, {"letters-v1-0001": {"aliases": {}}})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                actions = [
                    json.loads(line)
                    for line in body.splitlines()
                    if line.startswith(('{"index"', '{"delete"'))
                ]
                ids = [int(next(iter(action.values()))["_id"]) for action in actions]
                stand.calls += 1
                time.sleep(stand.delay)
                status, answer = stand.fail(ids) or (
                    200,
                    {"errors": False, "items": [taken(each) for each in ids]},
                )
                if status == 200 and "items" in answer:
                    stand.kept += [
                        each
                        for each, item in zip(ids, answer["items"], strict=True)
                        if item["index"]["status"] < 300
                    ]
                self.answer(status, answer)

            def answer(self, status: int, answer: Any) -> None:
                content = b"" if self.command == "HEAD" else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def taken(mail_id: int) -> dict[str, Any]:
    return {"index": {"_id": str(mail_id), "status": 201}}


def refused(mail_id: int, status: int, kind: str, reason: str) -> dict[str, Any]:
    return {"index": {"_id": str(mail_id), "status": status, "error": {"type": kind, "reason": reason}}}


@pytest.fixture
def stand(settings: Any) -> Iterator[Stand]:
    made = Stand()
    settings.SEARCH_URL, settings.SEARCH_PREFIX, settings.SEARCH_TIMEOUT = made.url, "letters", 0.2
    yield made
    made.stop()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_an_engine_that_says_no_for_now_is_asked_again_in_order(
    town: Town, stand: Stand, status: int
) -> None:
    letters = [town.letter(f"lettre {rank}").pk for rank in range(3)]
    stand.fail = lambda ids: (status, {"error": {"type": "unavailable", "reason": "full"}})
    assert flush(limit=2) == 0
    outage = EngineOutage.objects.get()
    assert str(status) in outage.error
    assert flush() == 0
    assert stand.calls == 1, "asked during its pause"
    stand.fail = lambda ids: None
    letters.append(town.letter("venue pendant la panne").pk)
    due_now()
    assert flush() == 4
    assert stand.kept == letters
    assert not SearchOutbox.objects.exists()
    assert not EngineOutage.objects.exists()


def test_the_pause_grows_and_no_letter_is_set_aside_by_a_long_outage(town: Town, settings: Any) -> None:
    settings.SEARCH_URL, settings.SEARCH_TIMEOUT = "http://127.0.0.1:9", 0.2
    town.letter("lettre")
    pauses = []
    for _ in range(MOST_ATTEMPTS * 2):
        assert flush() == 0
        outage = EngineOutage.objects.get()
        pauses.append((outage.next_attempt_at - timezone.now()).total_seconds())
        due_now()
    assert pauses[0] < 3
    assert 55 < pauses[-1] <= 60
    assert not SearchOutbox.objects.set_aside().exists()
    results = search("lettre", town.access())
    assert not results.available
    assert results.explanations


def test_a_slow_engine_is_given_up_and_asked_again(town: Town, stand: Stand) -> None:
    mail = town.letter("lettre")
    stand.delay = 3.0
    assert flush() == 0
    assert "imed out" in EngineOutage.objects.get().error
    stand.delay = 0.0
    due_now()
    assert flush() == 1
    assert mail.pk in stand.kept


def test_a_rejected_letter_is_set_aside_with_its_reason_and_the_others_go_on(
    town: Town, stand: Stand
) -> None:
    good, bad, last = (town.letter(f"lettre {rank}").pk for rank in range(3))

    def fail(ids: list[int]) -> tuple[int, Any]:
        wrong = refused(bad, 400, "document_parsing_exception", "field [body] is wrong")
        return 200, {"errors": True, "items": [wrong if each == bad else taken(each) for each in ids]}

    stand.fail = fail
    assert flush() == 2
    assert stand.kept == [good, last]
    row = SearchOutbox.objects.get()
    assert row.set_aside
    assert row.mail_id == bad
    assert "field [body] is wrong" in row.error
    assert flush() == 0
    stand.fail = lambda ids: None
    assert send_again([row.pk]) == 1
    assert flush() == 1
    assert not SearchOutbox.objects.exists()


def test_a_letter_set_aside_is_sent_when_it_changes(town: Town, stand: Stand) -> None:
    mail = town.letter("lettre")
    stand.fail = lambda ids: (
        200,
        {"errors": True, "items": [refused(each, 400, "no", "no") for each in ids]},
    )
    flush()
    assert SearchOutbox.objects.set_aside().count() == 1
    stand.fail = lambda ids: None
    town.changed(mail)
    assert flush() == 1
    assert not SearchOutbox.objects.exists()


def test_a_letter_put_off_alone_does_not_hold_the_others_and_is_set_aside_in_the_end(
    town: Town, stand: Stand
) -> None:
    heavy = town.letter("lourde").pk
    light = town.letter("légère").pk

    def fail(ids: list[int]) -> tuple[int, Any]:
        busy = refused(heavy, 429, "es_rejected_execution_exception", "too large")
        return 200, {"errors": True, "items": [busy if each == heavy else taken(each) for each in ids]}

    stand.fail = fail
    assert flush() == 1
    assert stand.kept == [light]
    assert SearchOutbox.objects.get().next_attempt_at > timezone.now()
    for _ in range(MOST_ATTEMPTS):
        due_now()
        town.letter("autre")
        flush()
    assert SearchOutbox.objects.get(set_aside=True).mail_id == heavy


def test_an_answer_that_is_none_loses_nothing(town: Town, stand: Stand) -> None:
    town.letter("lettre")
    stand.fail = lambda ids: (200, {"took": 3})
    assert flush() == 0
    assert SearchOutbox.objects.count() == 1
    assert EngineOutage.objects.exists()


def test_many_changes_of_one_letter_are_sent_once(town: Town, stand: Stand) -> None:
    mail = town.letter("lettre")
    for _ in range(5):
        town.changed(mail)
    assert flush() == 1
    assert stand.kept == [mail.pk]


def test_one_sender_at_a_time(town: Town, stand: Stand) -> None:
    town.letter("lettre")
    holding, release = threading.Event(), threading.Event()

    def hold() -> None:
        with alone() as free:
            assert free
            holding.set()
            release.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    holding.wait(10)
    assert flush() == 0
    release.set()
    other.join()
    assert flush() == 1


def test_a_change_that_is_rolled_back_leaves_nothing_to_send(town: Town, stand: Stand) -> None:
    mail = town.letter("lettre")
    flush()

    def fail_afterwards() -> None:
        with transaction.atomic():
            town.changed(mail)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_afterwards()
    assert not SearchOutbox.objects.exists()


def test_the_index_follows_changes_and_removals(
    town: Town, search_engine: Engine, index: Callable[[], None], found: Callable[..., list[int]]
) -> None:
    mail, gone = town.letter("avant"), town.letter("disparue")
    index()
    access = town.access()
    Page.objects.filter(mail=mail).update(text="après")
    town.changed(mail)
    with transaction.atomic():
        SearchOutbox.objects.create(mail_id=gone.pk, organisation_id=town.organisation.pk)
        Mail.objects.filter(pk=gone.pk).delete()
    index()
    assert found("avant", access) == []
    assert found("après", access) == [1]
    assert search("", access).total == 1


def test_the_task_sends_everything_that_waits(town: Town, search_engine: Engine) -> None:
    for rank in range(7):
        town.letter(f"lettre {rank}")
    assert flush_outbox() == 7
    engine().refresh()
    assert search("lettre", town.access()).total == 7


@pytest.mark.elasticsearch
def test_a_late_writer_does_not_undo_a_newer_state(
    town: Town,
    settings: Any,
    elasticsearch_url: str,
    elasticsearch_prefix: str,
    found: Callable[..., list[int]],
) -> None:
    """A sender that was stopped between reading a letter and sending it comes after one that read it later."""
    from courrier.search.documents import documents_of

    settings.SEARCH_URL, settings.SEARCH_PREFIX = elasticsearch_url, elasticsearch_prefix
    mail = town.letter("ancien")
    late = documents_of([mail.pk], 1_000)
    Page.objects.filter(mail=mail).update(text="nouveau")
    flush()
    assert engine().write(late, [], 1_000) == []
    engine().refresh()
    assert found("nouveau", town.access()) == [1]
    assert found("ancien", town.access()) == []


@pytest.mark.elasticsearch
def test_a_letter_a_real_server_rejects_is_set_aside_with_its_reason(
    town: Town, settings: Any, elasticsearch_url: str, elasticsearch_prefix: str
) -> None:
    settings.SEARCH_URL, settings.SEARCH_PREFIX = elasticsearch_url, elasticsearch_prefix
    good = town.letter("bonne")
    flush()
    far = town.letter("mauvaise")
    Mail.objects.filter(pk=far.pk).update(sequence=2**31 - 1)
    from courrier.search import documents

    original = documents.document_of

    def poisoned(mail: Mail, *args: Any) -> Any:
        from dataclasses import replace

        made = original(mail, *args)
        return replace(made, rank=2**80) if mail.pk == far.pk else made

    documents.document_of = poisoned  # type: ignore[assignment]
    try:
        town.changed(good)
        assert flush() == 1
    finally:
        documents.document_of = original
    row = SearchOutbox.objects.get()
    assert row.set_aside
    assert "rank" in row.error
