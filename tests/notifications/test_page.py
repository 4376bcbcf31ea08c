"""The page of notifications and the bell."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courrier.mail.models import Confidentiality
from courrier.notifications.models import Kind, Notification, Preference
from courrier.organisations.models import Membership, User
from tests.notifications.conftest import Town, notify

pytestmark = pytest.mark.django_db


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def say(town: Town, kind: Kind = Kind.ARRIVED, **pieces: object) -> Notification:
    mail = town.assigned().mail
    notify([town.agent], kind, mail, f"{kind}:{mail.pk}", department="URB", **pieces)
    return Notification.objects.get(key=f"{kind}:{mail.pk}")


def test_the_page_tells_by_day_what_and_of_which_letter(town: Town) -> None:
    old = say(town, Kind.OPINION_GIVEN, detail="Avis favorable")
    Notification.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=1))
    new = say(town)
    page = client(town.agent).get(reverse("web:notifications")).content.decode()
    assert page.index("Aujourd&#x27;hui") < page.index("Nouveau courrier pour URB") < page.index("Hier")
    assert "Avis favorable" in page
    assert new.mail is not None
    assert new.mail.number in page


def test_nobody_sees_what_others_were_told(town: Town) -> None:
    told = say(town)
    page = client(town.colleague).get(reverse("web:notifications")).content.decode()
    assert told.mail is not None
    assert told.mail.number not in page
    answer = client(town.colleague).post(reverse("web:notification_mark", args=[told.pk]), {"lue": "1"})
    assert answer.status_code == 404
    told.refresh_from_db()
    assert told.read_at is None


def test_opening_the_letter_reads_what_was_told_of_it(town: Town) -> None:
    told, other = say(town), say(town)
    assert told.mail is not None
    client(town.colleague).get(reverse("web:letter", args=[told.mail.number]))
    assert Notification.objects.unread().count() == 2, "a colleague's look is not one's own"
    client(town.agent).get(reverse("web:letter", args=[told.mail.number]))
    assert list(Notification.objects.unread()) == [other]


def test_one_or_all_are_marked_read_and_unread(town: Town) -> None:
    told = say(town)
    say(town)
    browser = client(town.agent)
    browser.post(reverse("web:notification_mark", args=[told.pk]), {"lue": "1"})
    assert Notification.objects.unread().count() == 1
    browser.post(reverse("web:notification_mark", args=[told.pk]), {"lue": "0"})
    assert Notification.objects.unread().count() == 2
    answer = browser.post(reverse("web:notifications_read_all"), follow=True)
    assert "2 notifications marquées comme lues" in answer.content.decode()
    assert not Notification.objects.unread().exists()
    assert browser.get(reverse("web:notifications_read_all")).status_code == 405


def test_the_bell_says_how_many_and_is_a_link(town: Town) -> None:
    say(town)
    browser = client(town.agent)
    polled = browser.get(reverse("web:notifications_bell"), headers={"HX-Request": "true"})
    assert polled.status_code == 204
    assert json.loads(polled["HX-Trigger"]) == {"counts": {"notifications": 1}}
    page = browser.get(reverse("web:inbox_of", args=["URB"])).content.decode()
    assert f'href="{reverse("web:notifications")}"' in page
    assert 'data-count="notifications">1<' in page


def test_a_letter_one_may_no_longer_read_keeps_its_line_and_hides_its_content(town: Town) -> None:
    told = say(town, Kind.MENTION, detail="texte de la note")
    assert told.mail is not None
    Membership.objects.filter(user=town.agent).update(department=town.tec)
    page = client(town.agent).get(reverse("web:notifications")).content.decode()
    assert "Vous n'avez plus accès" in page
    assert "texte de la note" not in page
    assert told.mail.subject not in page
    assert reverse("web:letter", args=[told.mail.number]) not in page


def test_a_personal_letter_is_announced_without_its_content(town: Town) -> None:
    mail = town.letter(confidentiality=Confidentiality.PERSONAL, subject="à ne pas lire")
    notify([town.agent], Kind.ARRIVED, mail, "assignment:1:arrived", line_only=True, department="URB")
    page = client(town.agent).get(reverse("web:notifications")).content.decode()
    assert "Courrier personnel" in page
    assert "à ne pas lire" not in page


def test_text_from_outside_is_escaped(town: Town) -> None:
    say(town, Kind.MENTION, detail="<script>alert(1)</script>")
    assert "<script>alert" not in client(town.agent).get(reverse("web:notifications")).content.decode()


def test_the_digest_is_turned_off_and_on(town: Town) -> None:
    User.objects.filter(pk=town.agent.pk).update(email="agent@cazalis.test")
    browser = client(town.agent)
    assert "agent@cazalis.test" in browser.get(reverse("web:notifications")).content.decode()
    browser.post(reverse("web:notifications_digest"), {"resume": "0"})
    assert not Preference.objects.get(user=town.agent).digest
    browser.post(reverse("web:notifications_digest"), {"resume": "1"})
    assert Preference.objects.get(user=town.agent).digest


def test_every_kind_has_its_sentence_and_look(town: Town) -> None:
    for kind in Kind:
        say(town, kind)
    answer = client(town.agent).get(reverse("web:notifications"))
    assert answer.status_code == 200
    assert Notification.objects.count() == len(Kind)


def test_many_lines_cost_as_many_queries_as_one(town: Town) -> None:
    def cost(name: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            client(town.agent).get(reverse(name))
        return len(counted)

    say(town)
    few = [cost("web:notifications"), cost("web:notifications_bell")]
    for _each in range(30):
        say(town)
    assert [cost("web:notifications"), cost("web:notifications_bell")] == few
