"""The one place that turns SEARCH_URL into an engine."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from courrier.search.engines import Engine


def engine() -> Engine:
    """The engine of the settings, opened once for an address."""
    return open_engine(settings.SEARCH_URL, settings.SEARCH_PREFIX)


@cache
def open_engine(url: str, prefix: str) -> Engine:
    """The engine at `url`: `tantivy://FOLDER`, or the http(s) address of Elasticsearch."""
    scheme = urlsplit(url).scheme
    if scheme == "tantivy":
        from courrier.search.engines.tantivy.engine import TantivyEngine

        return TantivyEngine(Path(url.removeprefix("tantivy://")), prefix)
    if scheme in {"http", "https"}:
        from courrier.search.engines.elasticsearch.engine import ElasticsearchEngine

        return ElasticsearchEngine(url, prefix)
    raise ImproperlyConfigured(
        f"SEARCH_URL: unknown scheme {scheme!r}; use tantivy://FOLDER or http(s)://HOST:PORT"
    )
