"""What Elasticsearch's answers and silences mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import ApiError, TransportError
from elasticsearch.exceptions import SerializationError

from courrier.search.engines import EngineRefused, EngineUnavailable

PASSING = frozenset({408, 413, 429, 500, 502, 503, 504})
"""Statuses after which the same may be sent again: overload, a node that leaves, a proxy in between."""


CLOSED = frozenset({401, 403, 404})
"""Statuses of an index that nobody may write or find just now: blocked, being restored, withheld by a wrong password.
None of them is a letter's fault."""


@contextmanager
def calling() -> Iterator[None]:
    """Turn the client's exceptions into the engine's two."""
    try:
        yield
    except ApiError as error:
        status = error.meta.status
        if status in PASSING | CLOSED:
            raise EngineUnavailable(f"HTTP {status}: {error.error}") from error
        raise EngineRefused(f"HTTP {status}: {reason_of(error)}") from error
    except (TransportError, SerializationError) as error:
        raise EngineUnavailable(f"{type(error).__name__}: {error}"[:500]) from error


def reason_of(error: ApiError) -> str:
    body = error.body
    causes = body.get("error", {}).get("root_cause", []) if isinstance(body, dict) else []
    return "; ".join(str(cause.get("reason", cause)) for cause in causes)[:500] or str(error.error)
