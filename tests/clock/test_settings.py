"""What administrators read of the law and set of it: rules, a type's rule, days worked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from courrier.audit.models import Event
from courrier.clock.tasks import reckon_letters_of_type
from courrier.mail.models import Assignment, Mail
from courrier.organisations.calendar import is_working_day
from courrier.organisations.models import LocalDay, Organisation, Role, User
from tests import build
from tests.clock.conftest import Hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(hall: Hall) -> User:
    return build.member(hall.organisation, Role.ADMINISTRATOR)


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def text(user: User, address: str) -> str:
    answer = client(user).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_rules_are_read_with_their_article_and_the_types_that_count_by_them(
    hall: Hall, admin: User
) -> None:
    hall.letter()
    html = text(admin, "/administration/delais/")
    for words in ("art. L231-4, 3° du CRPA", "Demande-subvention", "Concession de cimetière", "R*423-24"):
        assert words in html
    assert html.index("Concession de cimetière") > html.index("Règles non vérifiées")


def test_a_rule_of_the_administrators_own_file_says_so(hall: Hall, admin: User) -> None:
    own = '[[rule]]\ncode = "taxi"\nname = "Taxi"\narticle = "art. x"\nlength = "3 months"\n'
    (Path(settings.DATA_DIR) / "delais.toml").write_text(own)
    html = text(admin, "/administration/delais/")
    assert html.count("delais.toml") == 1


def type_form(hall: Hall, **more: str) -> dict[str, str]:
    given = {"name": "Demande-subvention", "active": "on", "delay_days": "200", "retention_years": "5"}
    return {**given, "dispatch_threshold": "", "legal_rule": "", **more}


def test_the_rule_of_a_type_is_chosen_and_letters_under_way_follow(
    hall: Hall, admin: User, django_capture_on_commit_callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    mail = hall.letter()
    sent: list[tuple[int]] = []
    monkeypatch.setattr(reckon_letters_of_type, "apply_async", lambda args, **_options: sent.append(args))
    address = f"/administration/types/{mail.document_type.code}/"  # type: ignore[union-attr]
    with django_capture_on_commit_callbacks(execute=True):
        answer = client(admin).post(address, type_form(hall, legal_rule="cada"))
    assert answer.status_code == 302
    assert sent == [(mail.document_type_id,)]
    assert reckon_letters_of_type(*sent[0]) == 1
    assert hall.clock(mail).rule == "cada"
    assert Mail.objects.get(pk=mail.pk).due_on == date(2026, 2, 12)
    assert Assignment.objects.get(mail=mail).due_on == date(2026, 2, 12)
    assert Event.objects.filter(verb="document_type_changed", actor=admin).exists()
    assert reckon_letters_of_type(*sent[0]) == 0


def test_a_type_may_have_no_delay_of_the_law_or_get_one(hall: Hall, admin: User) -> None:
    mail, other = hall.letter(), hall.letter("remerciements")
    address = f"/administration/types/{mail.document_type.code}/"  # type: ignore[union-attr]
    client(admin).post(address, type_form(hall, legal_rule="none"))
    reckon_letters_of_type(mail.document_type_id or 0)
    assert (hall.clock(mail).state, hall.clock(mail).deadline_on) == ("none", None)
    other.document_type.legal_rule = "svr-hors-procedure"  # type: ignore[union-attr]
    other.document_type.save()  # type: ignore[union-attr]
    reckon_letters_of_type(other.document_type_id or 0)
    assert hall.clock(other).deadline_on == date(2026, 3, 12)
    assert client(admin).post(address, type_form(hall, legal_rule="rien")).status_code == 422


def test_a_day_off_is_added_and_taken_away(hall: Hall, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 5, 1))
    here, bridge = client(admin), date(2026, 5, 15)
    said = {"do": "day", "day": str(bridge), "name": "Pont de l'Ascension"}
    assert here.post("/administration/jours/", said).status_code == 302
    assert not is_working_day(bridge, Organisation.objects.get(pk=hall.organisation.pk))
    assert "Pont de l&#x27;Ascension" in here.get("/administration/jours/").content.decode()
    again = here.post("/administration/jours/", said)
    assert (again.status_code, "déjà dans la liste" in again.content.decode()) == (422, True)
    here.post(f"/administration/jours/{LocalDay.objects.get().pk}/retirer/")
    assert is_working_day(bridge, Organisation.objects.get(pk=hall.organisation.pk))
    verbs = (
        Event.objects.filter(verb__startswith="local_day").order_by("sequence").values_list("verb", flat=True)
    )
    assert list(verbs) == ["local_day_added", "local_day_removed"]
    assert "Jour ajouté au calendrier" in here.get("/administration/journal/").content.decode()


@pytest.mark.parametrize(
    ("day", "worked", "said"),
    [
        ("2026-05-14", "", "Ascension"),
        ("2026-05-16", "", "fin de semaine"),
        ("2026-05-15", "on", "pas férié"),
    ],
)
def test_a_day_that_changes_nothing_is_refused_in_words(
    hall: Hall, admin: User, day: str, worked: str, said: str
) -> None:
    answer = client(admin).post(
        "/administration/jours/", {"do": "day", "day": day, "name": "un jour", "worked": worked}
    )
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert "un jour" in answer.content.decode()
    assert not LocalDay.objects.exists()


def test_the_place_gives_its_holidays(hall: Hall, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 1, 2))
    here = client(admin)
    assert "3 avril 2026" not in here.get("/administration/jours/").content.decode()
    here.post("/administration/jours/", {"do": "zone", "holiday_zone": "67"})
    assert "3 avril 2026" in here.get("/administration/jours/").content.decode()
    assert not is_working_day(date(2026, 4, 3), Organisation.objects.get(pk=hall.organisation.pk))


def test_others_read_and_set_nothing(hall: Hall, admin: User) -> None:
    day = LocalDay.objects.create(organisation=hall.organisation, day="2026-05-15", name="Pont")
    stranger = build.member(build.organisation("lucmau"), Role.ADMINISTRATOR)
    for user in (hall.agent, hall.desk, hall.direction):
        for address in ("/administration/delais/", "/administration/jours/"):
            assert client(user).get(address).status_code == 403
        assert client(user).post(f"/administration/jours/{day.pk}/retirer/").status_code == 403
    assert client(stranger).post(f"/administration/jours/{day.pk}/retirer/").status_code == 404
    assert "Pont" not in text(stranger, "/administration/jours/")
    assert LocalDay.objects.exists()
