"""Pages of a letter: turned for everyone, sized by the screen, never public; who saw the letter, and what is news."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from courrier.annotations.models import PageTurn
from courrier.audit.models import Event
from courrier.live import presence
from courrier.live.changes import last_place
from courrier.mail.models import Mail
from courrier.web import page_images
from tests.web import town as towns
from tests.web.desk import placed
from workflows import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(town: towns.Town) -> Mail:
    found = placed(town, town.urb, subject="Permis de M. Martin").mail
    town.page(found)
    town.page(found, 2)
    return found


@pytest.fixture
def agent(town: towns.Town) -> Client:
    return town.client(town.agent)


def turn(client: Client, mail: Mail, page: int, degrees: object) -> int:
    address = reverse("web:letter_turn", args=[mail.number, page])
    return client.post(address, {"degres": degrees}).status_code


def shown(client: Client, mail: Mail, **asked: str) -> str:
    return client.get(reverse("web:letter", args=[mail.number]), asked).content.decode()


def test_a_page_turned_once_is_turned_for_everyone(town: towns.Town, mail: Mail, agent: Client) -> None:
    assert turn(agent, mail, 2, 90) == 204
    assert turn(agent, mail, 2, 90) == 204
    page = shown(town.client(town.direction), mail)
    assert page.count('data-turn="90"') == 2  # the page and its thumbnail
    assert Event.objects.filter(mail_id=mail.pk, verb="page_turned").count() == 1
    assert "Page 2 tournée" in shown(agent, mail, onglet="historique")
    turn(agent, mail, 2, 0)
    assert "data-turn=" not in shown(agent, mail)


@pytest.mark.parametrize(("page", "degrees"), [(1, 45), (1, ""), (1, "-90"), (1, "²"), (9, 90)])
def test_only_quarters_of_pages_there_are(mail: Mail, agent: Client, page: int, degrees: object) -> None:
    assert turn(agent, mail, page, degrees) == 403
    assert not PageTurn.objects.exists()


def test_who_may_not_write_on_the_letter_turns_nothing(town: towns.Town, mail: Mail) -> None:
    outside = placed(town, town.fin).mail
    town.page(outside)
    assert turn(town.client(town.agent), outside, 1, 90) == 404
    assert not PageTurn.objects.exists()


def test_images_come_in_the_widths_of_screens_and_no_other(
    town: towns.Town, mail: Mail, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courrier.web.views.letter_thumbs.WIDTHS", (300,))
    answer = agent.get(reverse("web:page_at_width", args=[mail.number, 1, 300]))
    assert Image.open(io.BytesIO(answer.content)).size == (300, 424)
    assert "private" in answer["Cache-Control"]
    again = agent.get(
        reverse("web:page_at_width", args=[mail.number, 1, 300]), headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304
    for width in (1, 299, 5000):
        assert agent.get(reverse("web:page_at_width", args=[mail.number, 1, width])).status_code == 404
    assert Client().get(reverse("web:page_at_width", args=[mail.number, 1, 300])).status_code == 302


def test_an_image_is_drawn_once(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    page = mail.pages.get(number=1)
    first = page_images.scaled(page, page_images.THUMB)
    monkeypatch.setattr(page_images, "drawn", lambda *_asked: pytest.fail("drawn twice"))
    assert page_images.scaled(page, page_images.THUMB) == first


def test_images_wider_than_the_page_are_not_offered(mail: Mail, agent: Client) -> None:
    mail.pages.update(width=1200, height=1697)
    page = shown(agent, mail)
    assert "/640/ 640w" in page
    assert "/1024/ 1024w" in page
    assert "/1600/" not in page


def test_the_page_says_who_saw_the_letter(town: towns.Town, mail: Mail, agent: Client) -> None:
    shown(town.client(town.direction), mail)
    page = shown(agent, mail)
    assert "Vu par" in page
    assert str(town.direction) in page.partition("Vu par")[2].partition("</section>")[0]


def test_who_else_has_the_letter_open_is_said_without_script(
    town: towns.Town, mail: Mail, agent: Client
) -> None:
    presence.touch([(mail.pk, town.direction.pk), (mail.pk, town.agent.pk)])
    page = shown(agent, mail).partition('id="letter-present"')[2].partition("</p>")[0]
    assert f"{town.direction} a aussi ce courrier ouvert" in page
    assert str(town.agent) not in page


def test_what_others_did_meanwhile_is_told_in_a_sentence(town: towns.Town, mail: Mail, agent: Client) -> None:
    since = last_place()
    address = reverse("web:letter_news", args=[mail.number])
    assert agent.get(address, {"depuis": since}).content.strip() == b""
    actions.accept(mail.assignments.get(), town.agent)
    news = agent.get(address, {"depuis": since, "liste": "/bannette/URB/"}).content.decode()
    assert "Pris en charge par URB" in news
    assert str(town.agent) in news
    assert "liste=" in news
    assert "depuis" not in news
    assert town.client(town.agent).get(address, {"depuis": last_place()}).content.strip() == b""
    outside = placed(town, town.fin).mail
    assert agent.get(reverse("web:letter_news", args=[outside.number])).status_code == 404
