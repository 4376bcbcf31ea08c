"""What a route answers with is its own affair: JSON, or the one kind of file it is for."""

from __future__ import annotations

from collections.abc import Iterable

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class OneAnswer(BaseContentNegotiation):
    """Takes no notice of `Accept`: a PDF asked for as application/pdf must not be a 406 of the JSON renderer."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        for parser in parsers:
            if matches(parser.media_type, request.content_type or ""):
                return parser
        return None

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or "application/json"


def matches(offered: str, content_type: str) -> bool:
    return content_type.split(";", 1)[0].strip().lower() == offered
