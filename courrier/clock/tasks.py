"""What Celery calls by the clock, and after a rule was changed."""

from __future__ import annotations

import logging
from functools import partial

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from courrier.clock import silence
from courrier.clock.events import reckon_type

logger = logging.getLogger(__name__)


@shared_task(name="courrier.clock.tasks.let_silence_decide")
def let_silence_decide() -> int:
    """Implicit decisions born since; each is written once, however often this runs."""
    return silence.let_silence_decide()


@shared_task(name="courrier.clock.tasks.reckon_letters_of_type")
def reckon_letters_of_type(document_type_id: int) -> int:
    """Reckon the open letters of a type anew, whose rule was changed; returns how many moved. May run again."""
    return reckon_type(document_type_id)


def reckon_later(document_type_id: int) -> None:
    """Have the letters of a type reckoned anew once the change of its rule is kept."""
    transaction.on_commit(partial(send, document_type_id), robust=True)


def send(document_type_id: int) -> None:
    try:
        reckon_letters_of_type.apply_async((document_type_id,), retry=False)
    except OperationalError:
        logger.warning("the queue does not answer: run recompute_clocks for type %s", document_type_id)
