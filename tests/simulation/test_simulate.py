"""A few days of an invented town, played through the real flows: nothing is lost, and it is said when something is."""

from __future__ import annotations

import io
import random
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings

import ocr
from courrier.mail.models import Assignment, AssignmentRole, Mail, MailState
from courrier.organisations.models import Membership, Organisation
from courrier.simulation import worker
from courrier.simulation.checks import checks
from courrier.simulation.letters import Writer, page_of, sheet
from courrier.statistics.models import DayCount
from tests import build
from workflows.models import JobRun
from workflows.reception import ReceptionFlow
from workflows.tasks import run_job

pytestmark = pytest.mark.django_db(transaction=True)

FEW: dict[str, Any] = {
    "days": 5,
    "letters_per_day": 10,
    "agents": 5,
    "until": date(2026, 3, 6),
    "verbosity": 0,
}


def simulate(**options: Any) -> str:
    said = io.StringIO()
    call_command("simulate", stdout=said, **(FEW | options))
    return said.getvalue()


def test_a_week_is_played_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "KILLED", 0.05)
    monkeypatch.setattr(worker, "TWICE", 0.1)
    monkeypatch.setattr(worker, "FAILING", 0.05)
    monkeypatch.setattr(worker, "UNREADABLE", 0.1)
    said = simulate()
    assert "✗" not in said
    assert "ouvriers tués" in said
    assert "messages livrés deux fois" in said
    here = Organisation.objects.get()
    assert here.name.startswith("Démonstration")
    mails = Mail.objects.filter(organisation=here)
    assert 30 <= mails.count() <= 70
    assert {each.received_on.isoweekday() for each in mails} <= {1, 2, 3, 4, 5}
    mondays = mails.filter(received_on=date(2026, 3, 2)).count()
    fridays = mails.filter(received_on=date(2026, 3, 6)).count()
    assert mondays > fridays
    assert mails.filter(state=MailState.IN_PROGRESS).exists()
    assert all(mail.registered_at.date() == mail.received_on for mail in mails)
    assert Assignment.objects.filter(role=AssignmentRole.ACTION, accepted_at__isnull=False).exists()
    assert DayCount.objects.filter(organisation=here).count() == 5
    assert Membership.objects.filter(organisation=here, role="agent").count() <= 5


def test_the_queue_and_the_flows_are_as_before_afterwards() -> None:
    before = ReceptionFlow.read.work
    simulate(days=1, letters_per_day=2)
    assert ReceptionFlow.read.work is before
    assert "apply_async" not in vars(run_job._get_current_object())


def test_a_base_with_letters_is_left_alone_unless_told() -> None:
    mail = build.received(build.organisation())
    with pytest.raises(CommandError, match="contient déjà des courriers"):
        simulate()
    assert Organisation.objects.count() == 1
    jobs = list(JobRun.objects.values_list("pk", "attempt"))
    simulate(days=1, letters_per_day=2, new_organisation=True)
    assert Organisation.objects.count() == 2
    assert list(JobRun.objects.values_list("pk", "attempt")) == jobs
    mail.refresh_from_db()
    assert mail.state == MailState.RECEIVED


def test_a_second_town_stands_beside_the_first() -> None:
    simulate(days=1, letters_per_day=2)
    simulate(days=1, letters_per_day=2, new_organisation=True)
    assert set(Organisation.objects.values_list("slug", flat=True)) == {"demonstration", "demonstration-2"}


def test_the_same_seed_plays_the_same_letters() -> None:
    simulate(days=2, letters_per_day=4, seed=7)
    simulate(days=2, letters_per_day=4, seed=7, new_organisation=True)
    first, second = (
        list(each.mails.order_by("sequence").values_list("subject", "state", "document_type__code"))
        for each in Organisation.objects.order_by("pk")
    )
    assert first == second


def test_what_is_lost_is_seen() -> None:
    simulate(days=1, letters_per_day=6)
    here = Organisation.objects.get()
    letters = Mail.objects.filter(organisation=here)
    count = letters.count()
    assert not any(check.problems for check in checks(here, count))
    letters.filter(sequence=1).update(sequence=count + 5)
    letters.filter(sequence=2).update(state=MailState.TO_DISPATCH)
    opened = Assignment.objects.open().for_action().first()
    assert opened is not None
    Assignment.objects.filter(pk=opened.pk).update(state="accepted", accepted_by=None)
    here.events.filter(mail_id=letters.get(sequence=3).pk).order_by("sequence")[0].delete()
    failed = [check.name for check in checks(here, count) if check.problems]
    assert len(failed) == 4


@override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="mail.invalid")
def test_nothing_is_sent_by_email() -> None:
    assert "✗" not in simulate(days=4, letters_per_day=6)


def test_a_day_to_come_is_refused() -> None:
    with pytest.raises(CommandError, match="avenir"):
        simulate(until=date(2999, 1, 1))


def test_a_sheet_is_a_pdf_with_the_words_where_reading_says(tmp_path: Any) -> None:
    letter = Writer(["DGS", "URB"], "Cazalis", random.Random(3)).letter(date(2026, 3, 2))
    path = tmp_path / "a.pdf"
    path.write_bytes(sheet(letter.lines))
    read = ocr.read(path).pages[0]
    said = page_of(1, letter.lines)
    assert read.text.split()[:20] == said.text.split()[:20]
    for word, box in zip(read.words[:10], [each[1:5] for each in said.words][:10], strict=True):
        assert box == pytest.approx(list(word.box), abs=0.03)
