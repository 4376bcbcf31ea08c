"""Streams of the real server: what is told to whom, what survives a cut, and what ends them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session

from courrier.audit.chain import record
from courrier.mail.locking import locked
from courrier.mail.models import Confidentiality, Mail
from courrier.organisations.models import User
from tests.live.site import get, listen
from tests.web.desk import placed
from tests.web.town import Town
from workflows import actions

pytestmark = [pytest.mark.django_db(transaction=True)]
Serve = Callable[..., int]
SessionOf = Callable[[User], str]


def happens(mail: Mail, verb: str = "qualified", actor: User | None = None) -> None:
    with locked(mail.pk) as held:
        record(held.organisation, verb, mail_id=held.pk, actor=actor)


def test_an_event_reaches_those_who_may_know_and_nobody_else(
    town: Town, port: int, session_of: SessionOf
) -> None:
    mine, others = placed(town, town.urb), placed(town, town.fin)
    agent, desk = listen(port, session_of(town.agent)), listen(port, session_of(town.desk))
    for page in (agent, desk):
        assert "text/event-stream" in page.head
        assert "Content-Encoding" not in page.head
        page.hear("hello")
    actions.accept(mine.assignment, town.agent)
    happens(others.mail, actor=town.desk)
    told = agent.hear("letters")
    assert {each["letter"] for each in told} == {mine.mail.pk}
    assert all(each["mine"] for each in told)
    heard = desk.hear("letters")
    while not {each["letter"] for each in heard} >= {mine.mail.pk, others.mail.pk}:
        heard += desk.hear("letters")
    assert all(each["letter"] == mine.mail.pk for _name, data in agent.all_until(1.5) for each in data)


def test_a_personal_letter_is_heard_of_by_its_holder_alone_beside_the_register(
    town: Town, port: int, session_of: SessionOf
) -> None:
    letter = placed(town, town.urb, confidentiality=Confidentiality.PERSONAL, holder=town.direction)
    agent, direction = listen(port, session_of(town.agent)), listen(port, session_of(town.direction))
    agent.hear("hello")
    direction.hear("hello")
    happens(letter.mail)
    assert direction.hear("letters")[0]["letter"] == letter.mail.pk
    assert [name for name, _data in agent.all_until(1.0)] == []


def test_a_stream_that_was_cut_goes_on_where_it_was_and_says_nothing_twice(
    town: Town, port: int, session_of: SessionOf
) -> None:
    letter, session = placed(town, town.urb), session_of(town.agent)
    page = listen(port, session)
    page.hear("hello")
    happens(letter.mail, "qualified")
    first = page.hear("letters")
    page.connection.close()
    happens(letter.mail, "annotated")
    happens(letter.mail, "annotated")
    back = listen(port, session, last=page.place)
    assert back.hear("hello") == {"all": False}
    missed = back.hear("letters")
    happens(letter.mail, "closed")
    after = back.hear("letters")
    places = [each["id"] for each in [*first, *missed, *after]]
    assert [each["verb"] for each in [*first, *missed, *after]] == [
        "qualified",
        "annotated",
        "annotated",
        "closed",
    ]
    assert len(set(places)) == 4
    assert back.all_until(1.0) == []


def test_a_page_that_missed_too_much_asks_for_everything(
    town: Town, port: int, session_of: SessionOf
) -> None:
    letter = placed(town, town.urb)
    for _each in range(201):
        happens(letter.mail, "annotated")
    assert listen(port, session_of(town.agent), last="0").hear("hello") == {"all": True}


@pytest.mark.parametrize("how", ["signed out", "closed account", "new password"])
def test_the_end_of_a_session_ends_its_stream(town: Town, port: int, session_of: SessionOf, how: str) -> None:
    session = session_of(town.agent)
    page = listen(port, session)
    page.hear("hello")
    if how == "signed out":
        Session.objects.filter(session_key=session).delete()
    elif how == "closed account":
        User.objects.filter(pk=town.agent.pk).update(is_active=False)
    else:
        town.agent.set_password("un autre mot de passe")
        town.agent.save()
    page.hear("end", 10)
    while page.read(5):
        pass


def test_nobody_listens_without_signing_in(town: Town, port: int) -> None:
    status, _body, _time = get(port, "/direct/", "nobody")
    assert status == 302


def test_rights_lost_while_listening_are_lost(town: Town, port: int, session_of: SessionOf) -> None:
    letter = placed(town, town.urb)
    page = listen(port, session_of(town.agent))
    page.hear("hello")
    town.agent.memberships.all().delete()
    happens(letter.mail)
    assert page.all_until(1.5) == []


def test_streams_hold_no_thread_of_the_pages(town: Town, serve: Serve, session_of: SessionOf) -> None:
    """More streams than threads, and pages as quick as before."""
    port = serve("--workers", "1", "--threads", "2")
    session = session_of(town.agent)
    others = session_of(town.direction)
    pages = [listen(port, session if each % 2 else others) for each in range(40)]
    letter = placed(town, town.urb)
    for _each in range(5):
        status, _body, seconds = get(port, "/bannette/URB/", session)
        assert status == 200
        assert seconds < 10
    happens(letter.mail)
    for page in pages:
        page.hear("letters", 30)


@pytest.mark.parametrize("kind", ["sync", "gthread"])
def test_both_kinds_of_processes_hand_their_connection_over(
    town: Town, serve: Serve, session_of: SessionOf, kind: str
) -> None:
    port = serve("--workers", "1", "--worker-class", kind, "--threads", "1" if kind == "sync" else "2")
    session = session_of(town.agent)
    page = listen(port, session)
    page.hear("hello")
    assert get(port, "/bannette/URB/", session)[0] == 200
    letter = placed(town, town.urb)
    happens(letter.mail)
    assert page.hear("letters")[0]["letter"] == letter.mail.pk


def test_beyond_the_most_a_page_is_sent_to_ask_instead(
    town: Town, serve: Serve, session_of: SessionOf
) -> None:
    port = serve("--workers", "1", "--threads", "2", LIVE_STREAMS="3")
    session = session_of(town.agent)
    pages = [listen(port, session) for _each in range(3)]
    for page in pages:
        page.hear("hello")
    assert get(port, "/direct/", session)[0] == 503
    assert get(port, "/direct/nouvelles/", session)[0] == 200
    pages[0].connection.close()
    for _each in range(50):
        if "200" in listen(port, session).head.splitlines()[0]:
            break
    else:
        raise AssertionError("the place of a page that left is not given again")
