"""Eight writers at once: numbers follow each other, none twice, none missing."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from courrier.mail.models import Channel, Mail
from courrier.mail.registration import Prepared, Refused, register
from courrier.organisations.models import Organisation
from tests import build
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8
EACH = 15


def file(number: int) -> Prepared:
    return Prepared(
        sha256=f"{number:064x}",
        size=1,
        media_type="application/pdf",
        page_count=1,
        name=f"{number}.pdf",
        channel=Channel.SCAN,
        received_on=timezone.localdate(),
    )


def writing(work: Callable[[int], None]) -> list[BaseException]:
    """Run `work(writer)` for all WRITERS at once; returns what they raised."""
    return at_once(*[partial(work, writer) for writer in range(WRITERS)])


def sequences(town: Organisation) -> list[int]:
    return list(
        Mail.objects.filter(organisation=town).order_by("sequence").values_list("sequence", flat=True)
    )


def test_eight_writers_leave_no_gap() -> None:
    town = build.organisation()

    def write(writer: int) -> None:
        for each in range(EACH):
            register(town, file(writer * EACH + each), None)

    assert writing(write) == []
    assert sequences(town) == list(range(1, WRITERS * EACH + 1))


def test_a_writer_that_fails_takes_no_number() -> None:
    town = build.organisation()

    def write(writer: int) -> None:
        for each in range(EACH):
            try:
                with transaction.atomic():
                    register(town, file(writer * EACH + each), None)
                    if each % 3 == 0:
                        raise ConnectionAbortedError
            except ConnectionAbortedError:
                pass

    assert writing(write) == []
    kept = WRITERS * (EACH - EACH // 3)
    assert sequences(town) == list(range(1, kept + 1))


def test_one_file_handed_in_eight_times_at_once_is_one_letter() -> None:
    town = build.organisation()
    refused = []

    def write(writer: int) -> None:
        try:
            register(town, file(1), None)
        except Refused as refusal:
            refused.append(refusal.code)

    assert writing(write) == []
    assert sequences(town) == [1]
    assert refused == ["duplicate"] * (WRITERS - 1)
