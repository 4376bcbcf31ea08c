"""The morning's digest by e-mail: one a person a working day, through a real mail server, whatever fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courrier.mail.models import Confidentiality
from courrier.notifications import digests
from courrier.notifications.models import DigestSent, Kind, Notification, Preference
from courrier.organisations.models import Delegation, Membership, Role, User
from tests import build
from tests.notifications.conftest import Town, notify
from tests.notifications.smtp import Box, mail_server

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def local(*when: int) -> datetime:
    return timezone.make_aware(datetime(*when))  # type: ignore[arg-type]  # noqa: DTZ001


TUESDAY = local(2026, 6, 16, 7, 5)


@pytest.fixture
def server(settings: Any) -> Iterator[Box]:
    with mail_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.DEFAULT_FROM_EMAIL = "courrier@cazalis.test"
        settings.SITE_URL = "https://courrier.cazalis.test"
        yield box


@pytest.fixture
def told(town: Town) -> Town:
    """The agent was told of three letters yesterday; everybody has an address."""
    for user in User.objects.all():
        user.email = f"{user.username}@cazalis.test"
        user.save()
    town.organisation.email = "mairie@cazalis.test"
    town.organisation.save()
    for kind in (Kind.ARRIVED, Kind.LATE, Kind.MENTION):
        say(town, kind)
    return town


def say(town: Town, kind: Kind, user: User | None = None, **more: Any) -> Notification:
    mail = more.pop("mail", None) or town.assigned().mail
    pieces = {"department": "URB", "due_on": "2026-06-10"}
    notify([user or town.agent], kind, mail, f"{kind}:{mail.pk}", organisation=town.organisation, **pieces)
    told = Notification.objects.get(user=user or town.agent, key=f"{kind}:{mail.pk}")
    Notification.objects.filter(pk=told.pk).update(created_at=TUESDAY - 12 * HOUR, **more)
    return told


def test_it_says_what_is_new_in_text_and_html_from_the_collectivite(told: Town, server: Box) -> None:
    assert digests.send_digests(TUESDAY) == 1
    (message,) = server.messages
    assert message["To"] == "agent@cazalis.test"
    assert message["From"] == "Mairie de Cazalis <courrier@cazalis.test>"
    assert message["Reply-To"] == "mairie@cazalis.test"
    assert message["Subject"] == "Courrier : 3 choses à voir, 1 courrier en retard"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert text is not None
    assert html is not None
    for body in (text.get_content(), html.get_content()):
        assert "En retard depuis le 10 juin 2026" in body
        assert "Demande de permis" in body
        assert "https://courrier.cazalis.test/courrier/A-2026-00001/" in body
        assert "Bonjour agent" in body
    assert text.get_content().index("EN RETARD") < text.get_content().index("À FAIRE")
    assert "Dans vos services, 3 courriers sont à traiter." in text.get_content()


def test_a_letter_is_spoken_of_once_with_what_presses_most(told: Town, server: Box) -> None:
    late = Notification.objects.get(kind=Kind.LATE).mail
    say(told, Kind.MENTION, mail=late)
    digests.send_digests(TUESDAY)
    body = server.messages[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().count(f"{late}") == 2, "its line and its address"  # type: ignore[str-bytes-safe]
    assert "En retard depuis le 10 juin 2026 · Vous êtes cité dans une note" in body.get_content()
    assert not Notification.objects.filter(emailed_at=None, created_at__lt=TUESDAY).exists()


def test_once_a_day_whatever_comes_and_the_next_day_what_is_new(told: Town, server: Box) -> None:
    digests.send_digests(TUESDAY)
    say(told, Kind.OPINION_GIVEN)
    assert digests.send_digests(TUESDAY + HOUR) == 0
    assert digests.send_digests(TUESDAY + 24 * HOUR) == 1
    second = server.messages[1]
    assert second["Subject"] == "Courrier : 1 chose à voir"


def test_before_the_hour_at_weekends_and_on_holidays_nothing_leaves(told: Town, server: Box) -> None:
    assert digests.send_digests(TUESDAY - HOUR) == 0
    assert digests.send_digests(local(2026, 6, 20, 9, 0)) == 0
    assert digests.send_digests(local(2026, 7, 14, 9, 0)) == 0
    assert digests.send_digests(local(2026, 7, 15, 9, 0)) == 1


def test_what_comes_after_the_hour_waits_for_tomorrow(told: Town, server: Box) -> None:
    Notification.objects.update(created_at=TUESDAY + HOUR)
    assert digests.send_digests(TUESDAY + 2 * HOUR) == 0 or server.messages[0]["Subject"].startswith(
        "Courrier : 1 chose"
    ), "reminders alone are spoken of late"
    digests.send_digests(TUESDAY + 24 * HOUR)
    assert server.messages[-1]["Subject"].startswith("Courrier : 2 choses")


def test_what_was_read_is_not_said_again(told: Town, server: Box) -> None:
    Notification.objects.update(read_at=TUESDAY - HOUR)
    assert digests.send_digests(TUESDAY) == 0
    assert server.messages == []


@pytest.mark.parametrize("why", ["preference", "no address", "closed account", "away"])
def test_who_does_not_want_it_or_can_not_read_it_gets_none(told: Town, server: Box, why: str) -> None:
    agent = told.agent
    if why == "preference":
        Preference.objects.create(user=agent, digest=False)
    elif why == "no address":
        User.objects.filter(pk=agent.pk).update(email="")
    elif why == "closed account":
        User.objects.filter(pk=agent.pk).update(is_active=False)
    else:
        day = TUESDAY.date()
        Delegation.objects.create(
            organisation=told.organisation, absent=agent, substitute=told.other, starts_on=day, ends_on=day
        )
    assert digests.send_digests(TUESDAY) == 0
    assert server.messages == []


def test_a_server_that_is_away_is_tried_again_and_nobody_gets_two(
    told: Town, server: Box, settings: Any
) -> None:
    say(told, Kind.ARRIVED, told.colleague)
    settings.EMAIL_PORT = 1  # nobody listens there
    assert digests.send_digests(TUESDAY) == 0
    assert DigestSent.objects.filter(sent_at=None).exclude(error="").count() == 1, (
        "the first failure ends the run"
    )
    settings.EMAIL_PORT = server.port
    assert digests.send_digests(TUESDAY + timedelta(minutes=1)) == 1, "the colleague's had not been begun"
    assert digests.send_digests(TUESDAY + timedelta(minutes=20)) == 1
    assert digests.send_digests(TUESDAY + 5 * HOUR) == 0
    assert sorted(each["To"] for each in server.messages) == ["agent@cazalis.test", "collegue@cazalis.test"]


def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(told: Town, server: Box) -> None:
    say(told, Kind.ARRIVED, told.colleague)
    server.refusals = {"agent@cazalis.test": "451 try later", "collegue@cazalis.test": "550 no such user"}
    assert digests.send_digests(TUESDAY) == 0
    server.refusals = {}
    assert digests.send_digests(TUESDAY + HOUR) == 1
    assert [each["To"] for each in server.messages] == ["agent@cazalis.test"]
    assert digests.send_digests(TUESDAY + 24 * HOUR) == 1, "the next morning's says it all the same"


def test_two_workers_send_it_once(told: Town, server: Box) -> None:
    """The second made the digest before the first had sent it."""
    agent, organisations = User.objects.get(pk=told.agent.pk), [told.organisation]
    rule = digests.said_by(digests.morning_of(TUESDAY))
    made = [next(iter(digests.digests_for([agent], organisations, rule, TUESDAY.date()))) for _ in range(2)]
    link = digests.get_connection()
    assert [digests.deliver(each, link, TUESDAY) for each in made] == [True, False]
    link.close()
    assert len(server.messages) == 1


def test_a_worker_that_dies_before_handing_it_over_is_replaced(told: Town, server: Box) -> None:
    assert digests.claimed(told.agent, TUESDAY.date(), TUESDAY) is not None, "and never heard of again"
    assert digests.send_digests(TUESDAY + timedelta(minutes=5)) == 0, (
        "while its claim holds, nobody else does it"
    )
    assert digests.send_digests(TUESDAY + timedelta(minutes=11)) == 1


def test_a_worker_that_dies_once_it_may_have_left_is_not(
    told: Town, server: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(digests, "write_down", killed)
        with pytest.raises(KeyboardInterrupt):
            digests.send_digests(TUESDAY)
    assert len(server.messages) == 1
    assert digests.send_digests(TUESDAY + 5 * HOUR) == 0
    assert len(server.messages) == 1


def test_a_message_made_twice_for_a_day_carries_one_name(told: Town, server: Box) -> None:
    digests.send_digests(TUESDAY)
    first = server.messages[0]["Message-ID"]
    Notification.objects.update(emailed_at=None)
    DigestSent.objects.update(sent_at=None, handed_at=None, lease_until=TUESDAY)
    digests.send_digests(TUESDAY + HOUR)
    assert server.messages[1]["Message-ID"] == first


def test_what_is_confidential_does_not_travel(told: Town, server: Box) -> None:
    restricted = told.assigned().mail
    restricted.confidentiality, restricted.subject = Confidentiality.RESTRICTED, "Situation de Mme X"
    restricted.save()
    say(told, Kind.GIVEN, mail=restricted)
    digests.send_digests(TUESDAY)
    (message,) = server.messages
    for part in message.iter_parts():
        assert restricted.number in part.get_content()
        assert "Mme X" not in part.get_content()
    assert "Mme X" not in message["Subject"]


def test_a_letter_one_may_no_longer_read_is_not_spoken_of(told: Town, server: Box) -> None:
    Membership.objects.filter(user=told.agent).update(department=told.tec)
    assert digests.send_digests(TUESDAY) == 0
    assert server.messages == []
    assert digests.send_digests(TUESDAY + HOUR) == 0


def test_a_name_with_a_line_break_makes_no_header(told: Town, server: Box) -> None:
    told.organisation.name = "Mairie\r\nBcc: tout@le.monde"
    told.organisation.save()
    assert digests.send_digests(TUESDAY) == 1
    assert server.messages[0]["Bcc"] is None


def test_thirty_people_cost_as_many_queries_to_gather_as_two(told: Town) -> None:
    def cost() -> int:
        users = list(User.objects.exclude(email="").order_by("pk"))
        rule = digests.said_by(digests.morning_of(TUESDAY))
        with CaptureQueriesContext(connection) as counted:
            list(digests.digests_for(users, [told.organisation], rule, TUESDAY.date()))
        return len(counted)

    few = cost()
    for number in range(28):
        user = build.member(told.organisation, Role.AGENT, told.urb, username=f"renfort{number}")
        User.objects.filter(pk=user.pk).update(email=f"renfort{number}@cazalis.test")
        say(told, Kind.ARRIVED, user)
    assert cost() == few
