"""Ticked letters of an inbox: what can be done with them at once, what is told, what is undone."""

from __future__ import annotations

import pytest

from courrier.mail.models import AssignmentState
from courrier.organisations.models import Role
from tests import build
from tests.web import town as towns
from tests.web.desk import placed
from workflows import actions

pytestmark = pytest.mark.django_db
TAKE, UNDO = "/bannette/URB/prendre/", "/bannette/URB/annuler/"


def test_ticked_letters_go_to_another_department_and_come_back(town: towns.Town) -> None:
    made = [placed(town, town.urb) for _each in range(2)]
    client = town.client(town.agent)
    asked = {
        "assignment": [each.assignment.pk for each in made],
        "acte": "reorienter",
        "service": "TEC",
        "motif_reorienter": "C'est la voirie",
    }
    html = client.post(TAKE, asked, follow=True).content.decode()
    assert "2 courriers réorientés." in html
    assert "Tout annuler" in html
    assert all(f"/courrier/{each.mail.number}/" in html for each in made), "the report links to each"
    html = client.post(UNDO, follow=True).content.decode()
    assert "Annulé pour 2 courriers." in html
    assert "Tout annuler" not in html
    for each in made:
        each.assignment.refresh_from_db()
        assert each.assignment.state == AssignmentState.PENDING


def test_a_missing_reason_keeps_what_was_typed_and_ticked(town: towns.Town) -> None:
    one = placed(town, town.urb).assignment.pk
    asked = {
        "assignment": [one],
        "acte": "reorienter",
        "service": "TEC",
        "motif_reorienter": " ",
        "liste": "/bannette/URB/?vue=libres",
    }
    answer = town.client(town.agent).post(TAKE, asked)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Dites en quelques mots pourquoi" in html
    assert f'value="{one}" checked' in html
    assert '<option value="TEC" selected>' in html
    assert 'value="/bannette/URB/?vue=libres"' in html


def test_what_was_refused_is_said_with_its_reason(town: towns.Town) -> None:
    waiting, taken = placed(town, town.urb), placed(town, town.urb)
    actions.accept(taken.assignment, town.agent)
    asked = {
        "assignment": [waiting.assignment.pk, taken.assignment.pk],
        "acte": "clore",
        "motif_clore": "publicité",
    }
    html = town.client(town.agent).post(TAKE, asked, follow=True).content.decode()
    assert "Courrier clos." in html
    assert "1 courrier est resté où il était." in html
    assert "Prenez d&#x27;abord ce courrier en charge." in html
    assert f"/courrier/{waiting.mail.number}/" in html


def test_a_colleague_of_the_department_gets_them_and_nobody_else(town: towns.Town) -> None:
    colleague = build.member(town.organisation, Role.MANAGER, town.urb)
    stranger = build.member(town.organisation, Role.AGENT, town.tec)
    one = placed(town, town.urb).assignment
    actions.accept(one, town.agent)
    client = town.client(town.agent)
    asked = {"assignment": [one.pk], "acte": "confier", "collegue": stranger.pk}
    assert client.post(TAKE, asked).status_code == 422
    client.post(TAKE, asked | {"collegue": colleague.pk})
    one.refresh_from_db()
    assert one.accepted_by == colleague


def test_all_of_the_list_means_its_filter_and_no_more_than_two_hundred(
    town: towns.Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courrier.web.views.inbox_bulk.MOST", 3)
    made = [placed(town, town.urb).assignment for _each in range(4)]
    actions.accept(made[0], town.agent)
    asked = {"tout": "1", "acte": "prendre", "liste": "/bannette/URB/?vue=libres"}
    town.client(town.agent).post(TAKE, asked)
    for each in made:
        each.refresh_from_db()
        assert each.state == AssignmentState.ACCEPTED


def test_the_report_is_put_away(town: towns.Town) -> None:
    one = placed(town, town.urb).assignment.pk
    client = town.client(town.agent)
    assert "bulk-report" in client.post(TAKE, {"assignment": [one]}, follow=True).content.decode()
    assert "bulk-report" not in client.post(UNDO, {"fermer": "1"}, follow=True).content.decode()
    assert AssignmentState.ACCEPTED in set(town.urb.assignments.values_list("state", flat=True))


def test_what_was_dealt_with_is_paged_by_keys(town: towns.Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courrier.web.views.inbox_list.PAGE_SIZE", 2)
    made = [placed(town, town.urb, subject=f"numéro {rank}") for rank in range(5)]
    actions.accept_all([each.assignment.pk for each in made], town.agent)
    for each in made:
        each.assignment.refresh_from_db()
        actions.close(each.assignment, town.agent, "publicité")
    client, seen, url = town.client(town.agent), [], "/bannette/URB/?vue=traites"
    while url:
        html = client.get(url).content.decode()
        seen += [each.mail.number for each in made[::-1] if f"/courrier/{each.mail.number}/" in html]
        following = html.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        url = f"/bannette/URB/{following}" if following else ""
    assert seen == [each.mail.number for each in made[::-1]]
