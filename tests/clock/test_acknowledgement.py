from datetime import date

import pytest
from django.utils import timezone

from courrier.clock import events
from courrier.clock.acknowledgement import NotDue, acknowledgement, transmission_notice
from courrier.clock.events import start_clock
from courrier.mail.locking import locked
from courrier.mail.models import Mail
from courrier.organisations.models import Department
from tests import build
from tests.clock.letters import letter, town

pytestmark = pytest.mark.django_db
RECEIVED = date(2026, 1, 12)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2027, 1, 1))


def started(type_code: str, **more: object) -> tuple[Mail, Department]:
    of = town()
    mail = letter(of, type_code, RECEIVED, **more)
    with locked(mail.pk) as held:
        start_clock(held)
    return Mail.objects.get(pk=mail.pk), build.department(of, "CUL")


def test_where_silence_refuses_it_says_the_date_and_the_ways_of_appeal() -> None:
    mail, department = started("demande-subvention")
    found = acknowledgement(mail, department)
    assert (found.received_on, found.decided_on, found.silence) == (RECEIVED, date(2026, 3, 12), "refus")
    assert found.gaps == ()
    for words in (
        "12 janvier 2026",
        "12 mars 2026",
        "réputée rejetée",
        "R421-2",
        "Service CUL",
        "05 56 00 00 00",
    ):
        assert words in found.text
    assert "place de la Mairie" in found.text
    assert "&#" not in found.text
    assert "acceptée" not in found.text


def test_where_silence_accepts_it_offers_the_attestation() -> None:
    mail, department = started("taxi", silence="acceptation", legal_delay="2 months", article="art. x")
    found = acknowledgement(mail, department)
    assert "réputée acceptée" in found.text
    assert "L232-3" in found.text
    assert "rejetée" not in found.text


def test_an_incomplete_request_is_told_what_is_missing_and_until_when() -> None:
    mail, department = started("demande-subvention")
    events.request_documents(mail.pk, None, date(2026, 1, 20), ["budget", "statuts"], date(2026, 2, 20))
    found = acknowledgement(Mail.objects.get(pk=mail.pk), department)
    assert (found.documents, found.documents_by) == (("budget", "statuts"), date(2026, 2, 20))
    assert "- statuts" in found.text
    assert "20 février 2026" in found.text
    assert "suspendu" in found.text


def test_an_incomplete_request_that_silence_would_accept_has_no_date_yet() -> None:
    mail, department = started("taxi", silence="acceptation", legal_delay="2 months", article="art. x")
    events.request_documents(mail.pk, None, date(2026, 1, 20), ["licence"], date(2026, 2, 20))
    found = acknowledgement(Mail.objects.get(pk=mail.pk), department)
    assert found.decided_on is None
    assert "ne court qu'à compter de leur réception" in found.text


def test_what_the_settings_lack_is_said() -> None:
    mail, department = started("demande-subvention")
    department.organisation.phone = ""
    assert acknowledgement(mail, department).gaps == ("le numéro de téléphone",)


@pytest.mark.parametrize(
    "type_code", ["demande-agent", "facture", "elections", "remerciements", "permis-construire"]
)
def test_none_is_built_where_none_is_due(type_code: str) -> None:
    mail, department = started(type_code)
    with pytest.raises(NotDue):
        acknowledgement(mail, department)


def test_none_is_built_once_answered() -> None:
    mail, department = started("cada")
    events.answered(mail.pk, None, date(2026, 1, 30))
    with pytest.raises(NotDue):
        acknowledgement(Mail.objects.get(pk=mail.pk), department)


def test_the_sender_is_told_where_the_letter_went() -> None:
    mail, _department = started("recours-gracieux")
    text = transmission_notice(mail, "département de l'Hérault", date(2026, 1, 14))
    assert "département de l'Hérault" in text
    assert "14 janvier 2026" in text
    assert "L114-2" in text
