"""The language of what leaves the town hall or stays in its records, whatever the language of who is at the screen."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation


def town_language() -> AbstractContextManager[None]:
    """In it, texts are those that a citizen reads, and that the register keeps."""
    return translation.override(settings.LANGUAGE_CODE)
