"""The pages of the flows: who sees them, what they say without the picture, and nothing of other collectivités."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from courrier.organisations.models import Role, User
from tests import build
from tests.workflows.conftest import Town, town
from workflows import actions
from workflows.models import StepKind, Who
from workflows.models.circuit import Step, draw

__all__ = ["town"]

pytestmark = pytest.mark.django_db


def get(user: User, address: str):  # type: ignore[no-untyped-def]
    client = Client()
    client.force_login(user)
    return client.get(address)


def page(user: User, address: str = "/administration/parcours/") -> str:
    answer = get(user, address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def rows(html: str) -> dict[str, str]:
    """Steps and numbers of all tables of the page."""
    found = re.findall(
        r"<tr><th scope=\"row\">([^<]*?) ?<.*?<td class=\"end number\">([^<]*)</td></tr>", html
    )
    return {name.strip(): number for name, number in found}


def test_only_who_administers_or_directs_sees_all_letters(town: Town) -> None:
    for role, place in ((Role.ADMINISTRATOR, None), (Role.DIRECTION, None)):
        assert (
            get(build.member(town.organisation, role, place), "/administration/parcours/").status_code == 200
        )
    for user in (town.desk, town.agent, build.member(town.organisation, Role.ARCHIVIST)):
        assert get(user, "/administration/parcours/").status_code == 403
        assert get(user, "/administration/parcours/reception.bpmn").status_code == 403


def test_the_tables_say_what_the_pictures_show(town: Town) -> None:
    head = build.member(town.organisation, Role.DIRECTION)
    town.waiting()
    town.dispatched(text="une autre")
    draw(town.organisation, None, [Step(StepKind.SIGNATURE, Who.ELECTED)], None)
    html = page(head)
    numbers = rows(html)
    assert numbers["Qualification"] == "1"
    assert numbers["Prise en charge"] == "1"
    assert numbers["Lecture"] == "0"
    assert html.count('<svg class="flow"') == 3
    assert "signature" in html
    assert not re.search(r"\sstyle=|<style", html)
    for english in ("direction_wants", "cond_true", ">yes<", ">no<"):
        assert english not in html


def test_letters_of_others_are_not_counted(town: Town) -> None:
    town.waiting()
    stranger = build.member(build.organisation("lucmau"), Role.DIRECTION)
    assert set(rows(page(stranger)).values()) == {"0"}


def test_a_flow_is_given_as_bpmn(town: Town) -> None:
    head = build.member(town.organisation, Role.DIRECTION)
    answer = get(head, "/administration/parcours/traitement.bpmn")
    assert answer["Content-Disposition"].endswith('"traitement.bpmn"')
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
    assert root.tag.endswith("definitions")
    assert "Parapheur" in answer.content.decode()
    assert get(head, "/administration/parcours/rien.bpmn").status_code == 404


def test_the_way_of_a_letter_is_for_who_may_read_it(town: Town) -> None:
    (mine,) = town.dispatched()
    actions.accept(mine, town.agent)
    address = f"/courrier/{mine.mail.number}/parcours/"
    html = page(town.agent, address)
    for words in ("Réception d&#x27;un courrier", "Service URB", "en ce moment", str(town.agent)):
        assert (
            words in html or words.replace("&#x27;", "'") in html or words.replace("&#x27;", "&#39;") in html
        )
    assert "is-here" in html
    assert "is-taken" in html
    assert get(town.other, address).status_code == 404
    stranger = build.member(build.organisation("lucmau"), Role.DIRECTION)
    assert get(stranger, address).status_code == 404
    assert address in page(town.agent, f"/courrier/{mine.mail.number}/?onglet=historique")
