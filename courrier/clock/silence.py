"""Silence decides: a request nobody answered in time is refused or accepted by law, once, on its day.

The clock strikes often and by two beats; a letter is held while it is looked at, and its decision is one row. After a
stop the decisions that were born in between are written with the day on which they were.
"""

from __future__ import annotations

import logging
from datetime import date

from django.db import DatabaseError
from django.utils import timezone

from courrier.clock.events import changed_words, reckoning_of, tell, write
from courrier.clock.models import Clock, ClockEvent, ClockEventKind
from courrier.clock.reckoning import State
from courrier.clock.standing import clock_row
from courrier.mail.locking import changed, locked
from courrier.mail.models import MailState

logger = logging.getLogger(__name__)

UNDECIDED = (State.RUNNING, State.WAITING, State.LAPSED)


def let_silence_decide(today: date | None = None) -> int:
    """Write every implicit decision born before `today`; returns how many. One query where there is none."""
    day = today or timezone.localdate()
    waiting = Clock.objects.filter(state__in=UNDECIDED, silence_on__lt=day)
    rows = waiting.exclude(mail__state=MailState.CANCELLED).order_by("silence_on", "pk")
    return sum(decided(mail_id, day) for mail_id in list(rows.values_list("mail", flat=True)))


def decided(mail_id: int, day: date) -> bool:
    """As `decide`, but a letter that cannot be looked at now is left for the next time, and the log says why."""
    try:
        return decide(mail_id, day)
    except DatabaseError:
        logger.exception("Courrier %d : la décision implicite n'a pas pu être écrite.", mail_id)
        return False


def decide(mail_id: int, day: date) -> bool:
    """Whether silence had decided of the letter before `day` and it was not written yet; now it is."""
    with locked(mail_id) as mail:
        clock = clock_row(mail)
        if clock is None or clock.state not in UNDECIDED or mail.state == MailState.CANCELLED:
            return False
        now = reckoning_of(mail, clock)
        born = now.implicit
        if born is None or born.on >= day or now.state not in UNDECIDED:
            if changed_words(mail, clock):
                changed(mail)
            return False
        ClockEvent.objects.get_or_create(
            clock=clock, kind=ClockEventKind.SILENCE, on=born.on, what="", withdrawn=False
        )
        write(mail, clock)
        tell(
            mail,
            clock,
            "implicit_decision",
            None,
            on=str(born.on),
            silence=born.silence.value,
            means=born.means,
            article=born.article,
        )
        changed(mail)
        return True
