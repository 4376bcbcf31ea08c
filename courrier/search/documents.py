"""What the index knows of a letter, read from the database."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from courrier.mail.models import Assignment, Mail, MailState, Page
from courrier.search.analysis import folded, stems
from courrier.search.numbers import numbers_in, shape_of
from courrier.search.rights import words_of_letter

PAGE_BREAK = "\n\f\n"
"""Between the pages of a letter's text; engines see a space."""

LONGEST_TAG = 100

UNPRINTABLE = dict.fromkeys([*range(9), 11, *range(14, 32), *range(57344, 57360)], " ")


@dataclass(frozen=True, slots=True)
class LetterDocument:
    """A letter as the index keeps it. Days are numbers such as 20260131; `version` grows with every reading."""

    mail_id: int
    version: int
    readers: list[str]
    organisation: int
    number: str
    rank: int
    sequence: int
    year: int
    direction: str
    state: str
    channel: str
    received_on: int
    letter_date: int | None
    due_on: int | None
    registered_post: bool
    departments: list[str]
    department_names: list[str]
    document_type: str
    type_name: str
    sender: str
    subject: str
    body: str
    tags: list[str]
    words: list[str]
    numbers: list[str]
    page_count: int


def day_number(day: date | None) -> int | None:
    return None if day is None else day.year * 10_000 + day.month * 100 + day.day


def documents_of(mail_ids: Collection[int], version: int) -> list[LetterDocument]:
    """The letters of `mail_ids` that exist, in four queries; `version` was taken before the call."""
    mails = Mail.objects.filter(pk__in=mail_ids).select_related("sender", "document_type").order_by("pk")
    pages = pages_of(mail_ids)
    assignments = assignments_of(mail_ids)
    return [document_of(mail, pages[mail.pk], assignments[mail.pk], version) for mail in mails]


def pages_of(mail_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Page.objects.filter(mail__in=mail_ids).order_by("mail", "number").values_list("mail_id", "text")
    for mail_id, text in rows:
        found[mail_id].append(text)
    return found


def assignments_of(mail_ids: Collection[int]) -> dict[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = defaultdict(list)
    for each in Assignment.objects.filter(mail__in=mail_ids).select_related("department").order_by("pk"):
        found[each.mail_id].append(each)
    return found


def document_of(mail: Mail, pages: list[str], assignments: list[Assignment], version: int) -> LetterDocument:
    departments = {each.department.code: each.department.name for each in assignments}
    body = PAGE_BREAK.join(page.replace("\f", " ") for page in pages).translate(UNPRINTABLE)
    sender = mail.sender.name if mail.sender else ""
    written = "\n".join([mail.subject, *texts_in(mail.references), body])
    numbers = numbers_in(written) + numbers_in(mail.number.upper())
    return LetterDocument(
        mail_id=mail.pk,
        version=version,
        readers=words_of_letter(
            mail.organisation_id,
            mail.confidentiality,
            mail.state,
            mail.holder_id,
            [each.department_id for each in assignments],
            mail.shown_to_elected,
        ),
        organisation=mail.organisation_id,
        number=mail.number,
        rank=mail.year * 10_000_000 + mail.sequence,
        sequence=mail.sequence,
        year=mail.year,
        direction=mail.direction,
        state=mail.state,
        channel=mail.channel,
        received_on=day_number(mail.received_on) or 0,
        letter_date=day_number(mail.letter_date),
        due_on=due_day(mail, assignments),
        registered_post=mail.registered_post,
        departments=list(departments),
        department_names=list(departments.values()),
        document_type=mail.document_type.code if mail.document_type else "",
        type_name=mail.document_type.name if mail.document_type else "",
        sender=sender,
        subject=mail.subject.translate(UNPRINTABLE),
        body=body,
        tags=[str(each)[:LONGEST_TAG] for each in mail.tags],
        words=completed_by(mail, sender),
        numbers=sorted({*numbers, *("~" + shape_of(number) for number in numbers)}),
        page_count=len(pages),
    )


def completed_by(mail: Mail, sender: str) -> list[str]:
    """Words that complete what is typed, each as `folded<TAB>as written`, from the subject and the sender."""
    written = {word.lower() for word in re.findall(r"[^\W\d_]{4,}", f"{mail.subject} {sender}")}
    return sorted(f"{' '.join(folded(word))}\t{word}" for word in written if stems(word))


def due_day(mail: Mail, assignments: Iterable[Assignment]) -> int | None:
    """The day an answer is due; none once the letter is closed or cancelled, so what is due before today is late."""
    if mail.state in {MailState.CLOSED, MailState.CANCELLED}:
        return None
    days = [mail.due_on, *(each.due_on for each in assignments if each.finished_at is None)]
    return day_number(min((day for day in days if day is not None), default=None))


def texts_in(value: Any) -> list[str]:
    """Every text inside a JSON value: references come as texts or as objects."""
    if isinstance(value, str):
        return [value.upper()]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for each in value for text in texts_in(each)] if isinstance(value, list) else []
