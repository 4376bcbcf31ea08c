"""What happened in this very process is told at once, without waiting for the loop's next look."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from courrier.live.hub import hub


def on_event(**_signal: Any) -> None:
    if hub.running:
        transaction.on_commit(hub.wake, robust=True)


def on_logout(**_signal: Any) -> None:
    if hub.running:
        transaction.on_commit(partial(hub.wake, sessions=True), robust=True)
