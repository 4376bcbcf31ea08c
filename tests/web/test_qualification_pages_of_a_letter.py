"""Images and words of pages: for who may read the letter, kept by nobody in between."""

import pytest
from django.urls import reverse

from courrier.mail.models import Confidentiality, Mail, MailState
from tests import build
from tests.web import town as towns

pytestmark = pytest.mark.django_db


def image(mail: Mail, page: int = 1) -> str:
    return reverse("web:page_image", args=[mail.number, page])


def test_an_image_is_private_and_sent_once(town: towns.Town) -> None:
    mail = town.letter()
    town.page(mail)
    client = town.client()
    answer = client.get(image(mail))
    assert answer["Content-Type"] == "image/webp"
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"
    assert "private" in answer["Cache-Control"]
    assert "public" not in answer["Cache-Control"]
    assert client.get(image(mail), HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


def test_words_come_with_their_places(town: towns.Town) -> None:
    mail = town.letter()
    town.page(mail)
    answer = town.client().get(reverse("web:page_words", args=[mail.number, 1]))
    assert answer.json()["words"][0] == ["Madame", 0.1, 0.1, 0.2, 0.12, 0.98, 0]
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["page_image", "page_words"])
def test_nobody_else_sees_a_page(town: towns.Town, name: str) -> None:
    mail = town.letter()
    town.page(mail)
    address = reverse(f"web:{name}", args=[mail.number, 1])
    assert town.client(town.agent).get(address).status_code == 404
    stranger = build.member(build.organisation("lucmau"), build.Role.RECEPTION)
    assert town.client(stranger).get(address).status_code == 404
    Mail.objects.filter(pk=mail.pk).update(confidentiality=Confidentiality.PERSONAL)
    assert town.client().get(address).status_code == 404


def test_a_page_that_is_not_there(town: towns.Town) -> None:
    mail = town.letter(MailState.TO_QUALIFY)
    page = town.page(mail)
    assert town.client().get(image(mail, 2)).status_code == 404
    page.image = "f" * 64
    page.save()
    assert town.client().get(image(mail)).status_code == 404
