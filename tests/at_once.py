"""Several people, beats or workers at the same moment, for tests: a thread and a connection each."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connections

PATIENCE = 100.0
"""Seconds after which somebody who still waits is a fault."""


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Do all of it from as many threads, begun together; what they raised."""
    start, raised = Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait(30)
            work()
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "somebody still waits"
    return raised
