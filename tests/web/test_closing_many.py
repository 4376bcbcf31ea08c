"""A department with many letters closes on screen: at once for the senders, its letters in the background."""

from __future__ import annotations

import pytest

from courrier.mail.models import Assignment
from courrier.organisations.models import Role
from tests import build
from tests.web import town as towns
from tests.web.desk import placed
from workflows import actions
from workflows.actions import relocating
from workflows.models import Relocation

pytestmark = pytest.mark.django_db
URL = "/administration/services/URB/fermer/"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> towns.Town:
    monkeypatch.setattr("courrier.web.views.closing.AT_ONCE", 3)
    monkeypatch.setattr("courrier.web.views.absences.AT_ONCE", 3)
    return towns.found()


@pytest.mark.parametrize(("letters", "background"), [(3, False), (4, True)])
def test_few_letters_move_at_once_and_many_in_the_background(
    town: towns.Town, letters: int, background: bool
) -> None:
    for _each in range(letters):
        placed(town, town.urb)
    client = town.client(town.direction)
    html = client.post(URL, {"successor": town.tec.pk}, follow=True).content.decode()
    town.urb.refresh_from_db()
    assert town.urb.closed_on is not None
    assert ("<progress" in html) == background
    if background:
        assert "0 sur 4" in html
        relocating.run(Relocation.objects.get().pk)
    html = client.get(URL).content.decode()
    assert "<progress" not in html
    assert "Tous ses courriers en cours y sont." in html
    assert Assignment.objects.filter(department=town.tec).count() == letters


def test_many_letters_of_who_left_are_given_in_the_background(town: towns.Town) -> None:
    manager = build.member(town.organisation, Role.MANAGER, town.urb)
    colleague = build.member(town.organisation, Role.AGENT, town.urb, username="collegue")
    made = [placed(town, town.urb).assignment.pk for _each in range(4)]
    actions.accept_all(made, town.agent)
    town.agent.is_active = False
    town.agent.save()
    asked = {"person": town.agent.pk, "colleague": colleague.pk}
    html = town.client(manager).post("/absences/confier/", asked, follow=True).content.decode()
    assert "4 courriers passent à" in html
    relocating.run(Relocation.objects.get().pk)
    assert Assignment.objects.filter(accepted_by=colleague).count() == 4
