"""The letter's page: who sees what, what is done from it, and what was typed when it can't be done."""

from __future__ import annotations

import gzip
import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from courrier.annotations.models import Annotation
from courrier.audit.models import Event
from courrier.correspondents.models import Correspondent
from courrier.mail.content import store
from courrier.mail.models import (
    AssignmentRole,
    AssignmentState,
    Confidentiality,
    Document,
    DocumentRole,
    Mail,
)
from courrier.organisations.models import Role
from tests import build
from tests.web import town as towns
from tests.web.desk import Placed, placed
from workflows import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_desk(town: towns.Town) -> Placed:
    found = placed(town, town.urb, subject="Permis de M. Martin")
    town.page(found.mail)
    return found


def url(placed_letter: Placed, verb: str = "") -> str:
    base = f"/courrier/{placed_letter.mail.number}/"
    return f"{base}suite/{placed_letter.assignment.pk}/{verb}/" if verb else base


def test_who_may_not_know_of_the_letter_gets_nothing_of_it(town: towns.Town, on_desk: Placed) -> None:
    abroad = build.member(build.organisation("ailleurs"), Role.DIRECTION)
    stranger = build.member(town.organisation, Role.AGENT, town.tec)
    addresses = ("", "page/1/calque/", "page/1/vignette/", "notes/", "annuler/")
    for user in (abroad, stranger):
        client = town.client(user)
        for address in addresses:
            assert client.get(url(on_desk) + address).status_code == 404
        assert client.post(url(on_desk, "prendre")).status_code == 404
    on_desk.assignment.refresh_from_db()
    assert on_desk.assignment.state == AssignmentState.PENDING


def test_a_personal_letter_shows_that_it_exists_and_no_more(town: towns.Town) -> None:
    found = placed(town, town.urb, subject="analyses", confidentiality=Confidentiality.PERSONAL)
    town.page(found.mail)
    client = town.client(town.desk)
    html = client.get(url(found)).content.decode()
    assert "Courrier personnel" in html
    assert "analyses" not in html
    assert client.get(url(found) + "page/1/calque/").status_code == 404


def test_opening_it_is_written_down_once(town: towns.Town, on_desk: Placed) -> None:
    client = town.client(town.agent)
    client.get(url(on_desk))
    client.get(url(on_desk))
    assert Event.objects.filter(mail_id=on_desk.mail.pk, verb="viewed", actor=town.agent).count() == 1


def test_it_is_accepted_redirected_and_told_as_a_story(town: towns.Town, on_desk: Placed) -> None:
    client = town.client(town.agent)
    client.post(url(on_desk, "prendre"))
    on_desk.assignment.refresh_from_db()
    assert on_desk.assignment.accepted_by == town.agent
    answer = client.post(url(on_desk, "reorienter"), {"service": "TEC", "motif": "Voirie"}, follow=True)
    assert "réorienté vers Service TEC" in answer.content.decode()
    story = client.get(url(on_desk) + "?onglet=historique").content.decode()
    assert re.search(r"Pris en charge par URB.*Réorienté de URB vers TEC.*Voirie", story, re.S)


@pytest.mark.parametrize(
    ("verb", "typed", "said"),
    [
        ("reorienter", {"service": "TEC", "motif": "  "}, "pourquoi"),
        ("reorienter", {"service": "XXX", "motif": "trop loin d'ici"}, "Choisissez le service"),
        ("renvoyer", {"motif": ""}, "pourquoi"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(
    town: towns.Town, on_desk: Placed, verb: str, typed: dict[str, str], said: str
) -> None:
    answer = town.client(town.agent).post(url(on_desk, verb), typed)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert typed["motif"].strip().replace("'", "&#x27;") in html
    on_desk.assignment.refresh_from_db()
    assert on_desk.assignment.state == AssignmentState.PENDING


def test_a_refusal_whose_form_is_gone_is_said_all_the_same(town: towns.Town, on_desk: Placed) -> None:
    client = town.client(town.agent)
    early = client.post(url(on_desk, "clore"), {"motif": "par téléphone"}, follow=True)
    assert "Prenez d&#x27;abord ce courrier en charge" in early.content.decode()
    actions.accept(on_desk.assignment, build.member(town.organisation, Role.MANAGER, town.urb))
    late = client.post(url(on_desk, "prendre"), follow=True)
    assert "a déjà pris ce courrier en charge" in late.content.decode()


def test_closing_without_reply_nor_reason_opens_the_form_again(town: towns.Town, on_desk: Placed) -> None:
    actions.accept(on_desk.assignment, town.agent)
    client = town.client(town.agent)
    refused = client.post(url(on_desk, "clore"), {"motif": ""})
    assert refused.status_code == 422
    assert "sans réponse" in refused.content.decode()
    client.post(url(on_desk, "clore"), {"motif": "Vu au guichet."})
    on_desk.assignment.refresh_from_db()
    assert on_desk.assignment.state == AssignmentState.DONE


def test_a_form_swapped_in_place_gets_its_refusal_in_place(town: towns.Town, on_desk: Placed) -> None:
    actions.accept(on_desk.assignment, town.agent)
    answer = town.client(town.agent).post(
        url(on_desk, "clore"), {"motif": ""}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert 'id="letter-side"' in answer.content.decode()


def test_a_reader_sees_no_action_and_can_do_none(town: towns.Town, on_desk: Placed) -> None:
    reader = build.member(town.organisation, Role.READER, town.urb)
    client = town.client(reader)
    html = client.get(url(on_desk)).content.decode()
    assert 'class="desk"' not in html
    assert "letter_note" not in html
    assert 'name="texte"' not in html
    client.post(url(on_desk, "prendre"))
    on_desk.assignment.refresh_from_db()
    assert on_desk.assignment.state == AssignmentState.PENDING


def test_the_last_action_can_be_undone_from_the_page(town: towns.Town, on_desk: Placed) -> None:
    client = town.client(town.agent)
    client.post(url(on_desk, "prendre"))
    assert "Annuler la prise en charge" in client.get(url(on_desk)).content.decode()
    client.post(url(on_desk) + "annuler/")
    on_desk.assignment.refresh_from_db()
    assert on_desk.assignment.state == AssignmentState.PENDING
    assert "Annuler la prise" not in client.get(url(on_desk)).content.decode()


def test_an_opinion_is_asked_and_given(town: towns.Town, on_desk: Placed) -> None:
    actions.accept(on_desk.assignment, town.agent)
    other = build.member(town.organisation, Role.AGENT, town.fin)
    client = town.client(town.agent)
    client.post(url(on_desk, "demander-avis"), {"service": "FIN", "motif": "Taxe due ?"})
    assert "Avis attendu" in client.get(url(on_desk)).content.decode()
    asked = on_desk.mail.assignments.get(role=AssignmentRole.OPINION)
    answer = f"/courrier/{on_desk.mail.number}/suite/{asked.pk}/avis/"
    assert "Taxe due ?" in town.client(other).get(url(on_desk)).content.decode()
    town.client(other).post(answer, {"motif": "Oui, 1 200 euros."})
    assert "Oui, 1 200 euros." in client.get(url(on_desk)).content.decode()


def test_a_note_is_written_at_its_place_on_the_page(town: towns.Town, on_desk: Placed) -> None:
    client = town.client(town.agent)
    given = {"texte": "À vérifier", "kind": "box", "page": "1", "box": "0.1,0.2,0.5,0.3"}
    client.post(url(on_desk) + "notes/", given)
    note = Annotation.objects.get()
    assert (note.kind, note.page, note.box) == ("box", 1, [0.1, 0.2, 0.5, 0.3])
    html = client.get(url(on_desk)).content.decode()
    assert re.search(rf'id="mark-{note.pk}" x="100.0" y="283.0" width="400.0"', html)
    client.post(f"{url(on_desk)}notes/{note.pk}/regler/")
    assert f'id="mark-{note.pk}"' not in client.get(url(on_desk)).content.decode()


@pytest.mark.parametrize(
    "given",
    [
        {"texte": "", "kind": "note"},
        {"texte": "x", "kind": "box", "page": "9", "box": "0.1,0.2,0.5,0.3"},
        {"texte": "x", "kind": "box", "page": "1", "box": "0.1,0.2,abc,0.3"},
        {"texte": "x", "kind": "box", "page": "1", "box": "0.9,0.2,0.1,0.3"},
        {"texte": "x", "kind": "box", "page": "1", "box": "nan,nan,nan,nan"},
    ],
)
def test_a_note_that_has_no_place_is_refused_and_kept_in_the_form(
    town: towns.Town, on_desk: Placed, given: dict[str, str]
) -> None:
    answer = town.client(town.agent).post(url(on_desk) + "notes/", given)
    assert answer.status_code == 422
    assert not Annotation.objects.exists()
    assert f">{given['texte']}</textarea>" in answer.content.decode()


def test_words_lie_over_the_image_and_are_never_markup(town: towns.Town, on_desk: Placed) -> None:
    page = on_desk.mail.pages.get()
    page.words = [
        ["<script>alert(1)</script>", 0.1, 0.1, 0.3, 0.12, 0.9, 0],
        ["Martin", 0.4, 0.1, 0.5, 0.12, 0.9, 0],
    ]
    page.save()
    answer = town.client(town.agent).get(url(on_desk) + "page/1/calque/").content.decode()
    assert "<script>" not in answer
    assert re.search(r'<text x="400\.0"[^>]*textLength="100\.0"[^>]*>Martin</text>', answer)


def test_words_that_were_searched_are_lit_in_image_and_text(town: towns.Town, on_desk: Placed) -> None:
    page = on_desk.mail.pages.get()
    page.text = "Les permis délivrés"
    page.words = [["permis", 0.2, 0.1, 0.3, 0.12, 0.9, 0], ["délivrés", 0.4, 0.1, 0.5, 0.12, 0.9, 0]]
    page.save()
    client = town.client(town.agent)
    assert client.get(url(on_desk) + "?q=DELIVRE").content.decode().count('class="hit"') == 1
    assert (
        '<mark class="hit">délivrés</mark>'
        in client.get(url(on_desk) + "?q=delivre&affichage=texte").content.decode()
    )


def test_next_and_previous_follow_the_list_one_came_from(town: towns.Town) -> None:
    today = timezone.localdate()
    first, second, third = (placed(town, town.urb, due_on=today + timedelta(days)) for days in (1, 2, 3))
    client = town.client(town.agent)
    html = client.get(url(second) + "?liste=/bannette/URB/").content.decode()
    assert re.search(rf'href="/courrier/{first.mail.number}/[^"]*" rel="prev"', html)
    assert re.search(rf'href="/courrier/{third.mail.number}/[^"]*" rel="next"', html)
    assert "2 sur 3" in html
    elsewhere = client.get(url(second) + "?liste=https://ailleurs.example/").content.decode()
    assert "ailleurs.example" not in re.sub(r'action="[^"]*"|href="\?[^"]*"', "", elsewhere)


def test_earlier_letters_of_the_sender_are_those_one_may_read(town: towns.Town) -> None:
    sender = Correspondent.objects.create(organisation=town.organisation, name="Jeanne Martin")
    found = placed(town, town.urb, sender=sender)
    placed(town, town.urb, sender=sender, subject="plus ancien")
    placed(town, town.tec, sender=sender, subject="pour un autre service")
    html = town.client(town.agent).get(url(found)).content.decode()
    assert "plus ancien" in html
    assert "pour un autre service" not in html


def test_what_was_uploaded_is_downloaded_never_shown_in_the_page(town: towns.Town, on_desk: Placed) -> None:
    sha256, size = store(io.BytesIO(b"<html><script>alert(1)</script>"))
    document = Document.objects.create(
        organisation=town.organisation,
        mail=on_desk.mail,
        role=DocumentRole.ANNEX,
        sha256=sha256,
        size=size,
        media_type="text/html",
        name="piège.html",
    )
    answer = town.client(town.agent).get(f"{url(on_desk)}document/{document.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "private" in answer["Cache-Control"]


def test_queries_do_not_grow_with_pages_notes_and_events(
    town: towns.Town, on_desk: Placed, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    client = town.client(town.agent)
    client.get(url(on_desk))

    def queries() -> int:
        with django_assert_max_num_queries(60) as seen:  # type: ignore[operator]
            client.get(url(on_desk))
        return len(seen)

    Annotation.objects.create(mail=on_desk.mail, author=town.agent, text="une note")
    few = queries()
    for number in range(2, 40):
        town.page(on_desk.mail, number)
    for number in range(20):
        Annotation.objects.create(mail=on_desk.mail, author=town.agent, text=f"note {number}")
    assert queries() <= few


def test_a_letter_of_300_pages_stays_small(town: towns.Town, on_desk: Placed) -> None:
    one = on_desk.mail.pages.get()
    for number in range(2, 301):
        one.pk, one.number = None, number
        one.save()
    html = town.client(town.agent).get(url(on_desk)).content
    assert len(gzip.compress(html)) < 60_000
    assert html.count(b'loading="lazy"') >= 299


def test_the_letter_of_another_collectivite_under_the_same_number_stays_out(
    town: towns.Town, on_desk: Placed
) -> None:
    other = towns.Town(
        build.organisation("voisine"), town.urb, town.tec, town.fin, town.desk, town.agent, town.direction
    )
    Mail.objects.create(
        organisation=other.organisation,
        year=2026,
        sequence=1,
        number=on_desk.mail.number,
        subject="chez la voisine",
        received_on="2026-03-03",
    )
    html = town.client(town.agent).get(url(on_desk)).content.decode()
    assert "Permis de M. Martin" in html
    assert "chez la voisine" not in html
