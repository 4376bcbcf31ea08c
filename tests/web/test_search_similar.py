"""Letters that resemble the one on screen, fetched after it; never one its reader may not open."""

from __future__ import annotations

import pytest

from tests.web import town as towns
from tests.web.desk import placed
from tests.web.search_desk import indexed

pytestmark = pytest.mark.django_db
TEXT = "La haie mitoyenne du voisin dépasse de deux mètres sur la clôture et gêne le passage des piétons."


def test_similar_letters_come_after_the_page_and_only_those_that_may_be_read(town: towns.Town) -> None:
    one = indexed(placed(town, town.urb, subject="Haie").mail, TEXT)
    like = indexed(placed(town, town.urb, subject="Encore la haie").mail, TEXT)
    closed = indexed(placed(town, town.tec, subject="Affaire close", confidentiality="restricted").mail, TEXT)
    client = town.client(town.agent)
    url = f"/courrier/{one.number}/ressemblants/"
    assert f'hx-get="{url}"' in client.get(f"/courrier/{one.number}/").content.decode()
    part = client.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in part
    assert like.number in part
    assert closed.number not in part
    assert "Affaire close" not in part
    assert one.number not in part
    whole = client.get(url).content.decode()
    assert "<html" in whole
    assert like.number in whole


def test_similar_letters_of_a_closed_letter_are_none_of_ones_business(town: towns.Town) -> None:
    closed = indexed(placed(town, town.tec, confidentiality="restricted").mail, TEXT)
    client = town.client(town.agent)
    assert client.get(f"/courrier/{closed.number}/ressemblants/").status_code == 404


def test_few_exact_hits_offer_misread_words_too(town: towns.Town) -> None:
    indexed(placed(town, town.urb).mail, "une demande de construire")
    indexed(placed(town, town.urb).mail, "une demande de constru1re")
    client = town.client(town.agent)
    page = client.get("/recherche/?q=construire").content.decode()
    assert 'href="?q=construire+mal-lus%3Aoui"' in page
    wider = client.get("/recherche/?q=construire+mal-lus:oui").content.decode()
    assert "<strong>2</strong>" in wider
    assert "mal-lus%3Aoui+mal-lus" not in wider
    assert "mal-lus%3Aoui" not in client.get("/recherche/?q=de").content.decode()
