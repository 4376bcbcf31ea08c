"""What Celery calls by the clock, and after a rule was changed."""

from __future__ import annotations

from celery import shared_task

from courrier.clock import silence
from courrier.clock.events import reckon_type


@shared_task(name="courrier.clock.tasks.let_silence_decide")
def let_silence_decide() -> int:
    """Implicit decisions born since; each is written once, however often this runs."""
    return silence.let_silence_decide()


@shared_task(name="courrier.clock.tasks.reckon_letters_of_type")
def reckon_letters_of_type(document_type_id: int) -> int:
    """Reckon the open letters of a type anew, whose rule was changed; returns how many moved. May run again."""
    return reckon_type(document_type_id)
