"""Where an open page begins to listen."""

from __future__ import annotations

from django import template

from courrier.live.changes import last_place

register = template.Library()


@register.simple_tag
def live_place() -> int:
    """The place of the last event that the page being made can know of."""
    return last_place()
