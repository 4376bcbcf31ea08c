"""The list of the desk: what lies there, how it changes, what can be done from it."""

from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courrier.mail.models import Confidentiality, Mail, MailState
from tests import build
from tests.web import town as towns
from workflows.models import JobRun

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def numbers(client, query: str = "") -> list[str]:  # type: ignore[no-untyped-def]
    answer = client.get(reverse("web:reception") + query)
    return [line.mail.number for line in answer.context["desk"].lines]


def test_today_and_what_still_waits_from_before(town: towns.Town) -> None:
    before = timezone.now() - timedelta(days=3)
    today = town.letter(MailState.IN_PROGRESS)
    waiting = town.letter(MailState.TO_QUALIFY, registered_at=before)
    town.letter(MailState.IN_PROGRESS, registered_at=before)
    town.letter(MailState.CANCELLED)
    assert numbers(town.client()) == [waiting.number, today.number]


def test_each_state_has_its_count_and_its_view(town: towns.Town) -> None:
    for state in (MailState.RECEIVED, MailState.READING, MailState.TO_QUALIFY, MailState.FAILED):
        town.letter(state)
    answer = town.client().get(reverse("web:reception"))
    assert {segment.key: segment.count for segment in answer.context["desk"].segments} == {
        "": 4,
        "lecture": 2,
        "a-qualifier": 1,
        "illisibles": 1,
        "transmis": 0,
    }
    assert numbers(town.client(), "?etat=illisibles") == ["A-2026-00004"]
    assert len(numbers(town.client(), "?etat=n-importe-quoi")) == 4


def test_what_was_understood_stands_on_the_line(town: towns.Town) -> None:
    mail = town.letter(subject="Permis de construire")
    town.suggest(mail, "department", "URB", confidence=0.95)
    town.suggest(mail, "sender", {"name": "Jeanne MARTIN"})
    page = town.client().get(reverse("web:reception")).content.decode()
    assert "Permis de construire" in page
    assert town.urb.name in page
    assert "sûr" in page
    assert "95 %" in page


def test_the_content_of_a_personal_letter_is_not_shown(town: towns.Town) -> None:
    mail = town.letter(subject="Très privé", confidentiality=Confidentiality.PERSONAL)
    page = town.client().get(reverse("web:reception")).content.decode()
    assert mail.number in page
    assert "Contenu réservé" in page
    assert "Très privé" not in page
    assert "scan-1.pdf" not in page


def test_other_collectivites_are_not_seen(town: towns.Town) -> None:
    build.received(build.organisation("lucmau"))
    assert numbers(town.client()) == []
    assert "Aucun courrier aujourd" in town.client().get(reverse("web:reception")).content.decode()


def test_the_list_costs_the_same_for_three_letters_and_for_thirty(town, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection

    def make(number: int) -> None:
        for _each in range(number):
            mail = town.letter()
            town.suggest(mail, "department", "URB", "TEC")
            town.suggest(mail, "sender", {"name": "X"})

    make(3)
    client = town.client()
    client.get(reverse("web:reception"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("web:reception"))
    make(27)
    with django_assert_num_queries(len(few)):
        client.get(reverse("web:reception"))
    assert len(few) <= 20


def test_the_list_is_sent_again_only_when_it_changed(town: towns.Town) -> None:
    mail = town.letter(MailState.READING)
    client, address = town.client(), reverse("web:reception_letters")
    first = client.get(address, **HTMX)
    assert first.status_code == 200
    assert "letters-changed from:body" in first.content.decode()
    version = first.content.decode().split("version=")[1][:16]
    assert client.get(address, {"version": version}, **HTMX).status_code == 204
    Mail.objects.filter(pk=mail.pk).update(state=MailState.TO_QUALIFY)
    changed = client.get(address, {"version": version}, **HTMX)
    assert changed.status_code == 200
    assert version not in changed.content.decode()
    assert '"qualification": 1' in changed["HX-Trigger"]


def test_reading_shows_how_far_it_is(town: towns.Town) -> None:
    mail = build.received(town.organisation, town.desk)
    Mail.objects.filter(pk=mail.pk).update(state=MailState.READING)
    JobRun.objects.filter(mail=mail).update(done=3, total=12)
    assert "page 3 sur 12" in town.client().get(reverse("web:reception")).content.decode()


def test_a_letter_that_failed_says_why_and_can_be_read_again(town: towns.Town) -> None:
    from courrier.mail.reading import Unreadable
    from tests.worker import work_off
    from workflows.reception import ReceptionFlow

    mail = build.received(town.organisation, town.desk)
    work, ReceptionFlow.read.work = ReceptionFlow.read.work, lambda *_: Unreadable("failed", "essai")
    try:
        work_off()
    finally:
        ReceptionFlow.read.work = work
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
    client = town.client()
    assert mail.failure_reason.split(".")[0] in client.get(reverse("web:reception")).content.decode()
    answer = client.post(reverse("web:retry", args=[mail.number]), **HTMX)
    assert "toast" in answer["HX-Trigger"]
    assert "letters-changed" in answer["HX-Trigger"]
    work_off()
    mail.refresh_from_db()
    assert mail.state == MailState.TO_QUALIFY


def test_a_letter_that_did_not_fail_is_not_read_again(town: towns.Town) -> None:
    mail = town.letter(MailState.TO_QUALIFY)
    client, address = town.client(), reverse("web:retry", args=[mail.number])
    refused = client.post(address, **HTMX)
    assert refused.status_code == 409
    assert "toast" in refused["HX-Trigger"]
    assert "pas possible" in client.post(address, follow=True).content.decode()


def test_cancelling_asks_why_and_keeps_the_number(town: towns.Town) -> None:
    mail = build.received(town.organisation, town.desk)
    client, address = town.client(), reverse("web:cancel", args=[mail.number])
    assert "Motif" in client.get(address).content.decode()
    nothing = client.post(address, {"reason": "  "})
    assert nothing.status_code == 409
    assert "field-error" in nothing.content.decode()
    client.post(address, {"reason": "publicité"})
    mail.refresh_from_db()
    assert (mail.state, mail.cancelled_reason) == (MailState.CANCELLED, "publicité")


def test_cancelling_by_htmx_stays_in_the_dialog_until_it_is_done(town: towns.Town) -> None:
    mail = build.received(town.organisation, town.desk)
    client, address = town.client(), reverse("web:cancel", args=[mail.number])
    form = client.get(address, **HTMX).content.decode()
    assert "<html" not in form
    assert client.post(address, {"reason": ""}, **HTMX).status_code == 200
    assert client.post(address, {"reason": "erreur"}, **HTMX).content == b""


@pytest.mark.parametrize("name", ["retry", "cancel"])
def test_letters_elsewhere_do_not_exist_here(town: towns.Town, name: str) -> None:
    other = build.received(build.organisation("lucmau"))
    Mail.objects.filter(pk=other.pk).update(number="L-2026-00001")
    answer = town.client().post(reverse(f"web:{name}", args=["L-2026-00001"]), {"reason": "x"})
    assert answer.status_code == 404


def test_agents_have_no_desk(town: towns.Town) -> None:
    assert town.client(town.agent).get(reverse("web:reception_letters")).status_code == 403
    mail = town.letter()
    answer = town.client(town.agent).post(reverse("web:cancel", args=[mail.number]), {"reason": "x"})
    assert answer.status_code == 403
