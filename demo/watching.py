"""Following the demonstration letters on their way, and showing where each stands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min, Q

from courrier.audit.models import Event
from courrier.classification.models import SuggestionField
from courrier.mail.models import Mail, MailState
from courrier.search.models import SearchOutbox

UNDER_WAY = (MailState.RECEIVED, MailState.READING)


@dataclass(frozen=True, slots=True)
class Row:
    """One letter in the closing table; `seconds` from its registration until people had it."""

    number: str
    sender: str
    subject: str
    department: str
    confidence: str
    state: str
    seconds: str


def wait_for(
    ids: list[int], seconds: float, alive: Callable[[], str | None], told: Callable[[int, int], None]
) -> str:
    """Wait until every letter is past reading and indexed; returns what went wrong, or ""."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        pending = Mail.objects.filter(pk__in=ids, state__in=UNDER_WAY).count()
        told(len(ids) - pending, len(ids))
        if not pending and not SearchOutbox.objects.filter(mail_id__in=ids).exists():
            return ""
        if dead := alive():
            return f"le processus « {dead} » s'est arrêté"
        time.sleep(0.5)
    pending = Mail.objects.filter(pk__in=ids, state__in=UNDER_WAY).count()
    waiting = SearchOutbox.objects.filter(mail_id__in=ids).count()
    return f"après {seconds:.0f} s, {pending} courriers ne sont pas lus et {waiting} pas indexés"


def rows(ids: Iterable[int]) -> list[Row]:
    """The table's rows, by number."""
    mails = Mail.objects.filter(pk__in=list(ids)).order_by("sequence").select_related("sender")
    mails = mails.prefetch_related("assignments__department", "suggestions")
    return [row(mail) for mail in mails]


def row(mail: Mail) -> Row:
    best = [
        each for each in mail.suggestions.all() if each.field == SuggestionField.DEPARTMENT and each.rank == 0
    ]
    sender = [
        each for each in mail.suggestions.all() if each.field == SuggestionField.SENDER and each.rank == 0
    ]
    departments = [each.department.code for each in mail.assignments.all()]
    return Row(
        number=mail.number,
        sender=str(mail.sender or (sender[0].label if sender else "—")),
        subject=mail.subject or "—",
        department=", ".join(departments) or (f"{best[0].value} ?" if best else "—"),
        confidence=f"{best[0].confidence:.2f}" if best else "—",
        state=str(mail.get_state_display()),
        seconds=seconds_of(mail),
    )


def seconds_of(mail: Mail) -> str:
    times = Event.objects.filter(mail_id=mail.pk).aggregate(
        start=Min("at", filter=Q(verb="registered")),
        end=Max("at", filter=Q(verb__in=["classified", "failed"])),
    )
    start: datetime | None = times["start"]
    end: datetime | None = times["end"]
    return f"{(end - start).total_seconds():.1f}" if start and end else "—"


def table(lines: list[Row], width: int) -> str:
    """The rows as a text table no wider than `width` characters; sender and subject share what is left."""
    heads = Row("Numéro", "Expéditeur", "Objet", "Service", "Conf.", "État", "s")
    all_rows = [heads, *lines]
    fixed = {
        name: max(len(getattr(each, name)) for each in all_rows)
        for name in ("number", "department", "confidence", "state", "seconds")
    }
    left = max(30, width - sum(fixed.values()) - 12)
    sender, subject = left * 2 // 5, left - left * 2 // 5

    def line(each: Row) -> str:
        return "  ".join(
            [
                each.number.ljust(fixed["number"]),
                fit(each.sender, sender),
                fit(each.subject, subject),
                each.department.ljust(fixed["department"]),
                each.confidence.rjust(fixed["confidence"]),
                each.state.ljust(fixed["state"]),
                each.seconds.rjust(fixed["seconds"]),
            ]
        )

    rule = "-" * len(line(heads))
    return "\n".join([line(heads), rule, *(line(each) for each in lines)])


def fit(text: str, width: int) -> str:
    text = " ".join(text.split())
    return (text[: width - 1] + "…" if len(text) > width else text).ljust(width)
