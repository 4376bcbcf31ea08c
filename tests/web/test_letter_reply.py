"""Writing a reply beside its letter: templates, what is missing, the preview, the visas, who may."""

from __future__ import annotations

import pytest
from django.test import Client

from courrier.annotations.turning import turn_page
from courrier.correspondents.models import Correspondent
from courrier.organisations.models import Role
from courrier.replies.models import Approval, Reply, ReplyState, Template
from tests import build
from tests.web import town as towns
from tests.web.desk import Placed, placed
from workflows import actions
from workflows.models import Circuit, ReceptionProcess

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_desk(town: towns.Town) -> Placed:
    sender = Correspondent.objects.create(
        organisation=town.organisation, name="Jeanne Martin", address="3 rue Haute", email="jeanne@exemple.fr"
    )
    found = placed(town, town.urb, subject="Clôture", sender=sender)
    actions.accept(found.assignment, town.agent)
    return found


def started(client: Client, on_desk: Placed) -> str:
    answer = client.post(f"/courrier/{on_desk.mail.number}/suite/{on_desk.assignment.pk}/repondre/")
    return str(answer["Location"])


GIVEN = {
    "channel": "post",
    "recipient": "Jeanne Martin\n3 rue Haute",
    "email": "",
    "subject": "Re",
    "body": "Bonjour,",
}


def test_a_reply_starts_addressed_to_the_sender_and_is_taken_up_again(
    town: towns.Town, on_desk: Placed
) -> None:
    client = town.client(town.agent)
    url = started(client, on_desk)
    html = client.get(url).content.decode()
    assert "jeanne@exemple.fr" in html
    assert "3 rue Haute" in html
    assert started(client, on_desk) == url


def test_a_template_fills_the_text_with_the_letter(town: towns.Town, on_desk: Placed) -> None:
    template = Template.objects.create(
        organisation=town.organisation, name="Accusé", body="Courrier {number} reçu."
    )
    client = town.client(town.agent)
    answer = client.post(started(client, on_desk), GIVEN | {"do": "template", "modele": template.pk})
    assert f"Courrier {on_desk.mail.number} reçu." in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"recipient": ""}, "Indiquez le nom et l'adresse"),
        ({"channel": "email"}, "Indiquez l'adresse de courriel"),
        ({"channel": "email", "email": "pas une adresse"}, "courriel"),
        ({"body": "  "}, "La réponse est vide"),
        ({"subject": ""}, "obligatoire"),
    ],
)
def test_nothing_leaves_while_something_is_missing(
    town: towns.Town, on_desk: Placed, change: dict[str, str], said: str
) -> None:
    client = town.client(town.agent)
    answer = client.post(started(client, on_desk), GIVEN | change | {"do": "send"})
    assert answer.status_code == 422
    assert said.replace("'", "&#x27;") in answer.content.decode()
    assert Reply.objects.get().state == ReplyState.DRAFT


def test_a_draft_is_kept_and_seen_as_pdf(town: towns.Town, on_desk: Placed) -> None:
    client = town.client(town.agent)
    url = started(client, on_desk)
    client.post(url, GIVEN | {"do": "save"})
    assert Reply.objects.get().body == "Bonjour,"
    preview = client.post(url, GIVEN | {"do": "preview"}, follow=True)
    assert preview["Content-Type"] == "application/pdf"
    assert preview.content.startswith(b"%PDF")


def test_a_reply_without_circuit_goes_to_its_sending(town: towns.Town, on_desk: Placed) -> None:
    client = town.client(town.agent)
    client.post(started(client, on_desk), GIVEN | {"do": "send"})
    assert Reply.objects.get().state == ReplyState.SENDING


def test_who_may_not_reply_sees_the_reply_and_cannot_change_it(town: towns.Town, on_desk: Placed) -> None:
    url = started(town.client(town.agent), on_desk)
    reader = town.client(build.member(town.organisation, Role.READER, town.urb))
    assert '<form method="post" class="reply-form"' not in reader.get(url).content.decode()
    reader.post(url, GIVEN | {"do": "send"})
    assert Reply.objects.get().state == ReplyState.DRAFT
    stranger = town.client(build.member(town.organisation, Role.AGENT, town.tec))
    for address in (url, f"{url}apercu.pdf"):
        assert stranger.get(address).status_code == 404


def test_a_reply_is_signed_from_the_signature_book(town: towns.Town, on_desk: Placed) -> None:
    steps = [{"kind": "signature", "who": "direction", "department": ""}]
    circuit = Circuit.objects.create(organisation=town.organisation, steps=steps)
    ReceptionProcess.objects.filter(mail=on_desk.mail).update(circuit=circuit)
    client, direction = town.client(town.agent), town.client(town.direction)
    url = started(client, on_desk)
    client.post(url, GIVEN | {"do": "send"})
    assert Reply.objects.get().state == ReplyState.AWAITING
    assert url in direction.get("/parapheur/").content.decode()
    assert url not in client.get("/parapheur/").content.decode()
    visa = Approval.objects.get()
    refused = direction.post(f"{url}visa/", {"visa": visa.pk, "do": "refuse", "remarque": ""}, follow=True)
    assert "à reprendre" in refused.content.decode()
    client.post(f"{url}visa/", {"visa": visa.pk, "do": "approve"})
    assert Reply.objects.get().state == ReplyState.AWAITING
    direction.post(f"{url}visa/", {"visa": visa.pk, "do": "approve"})
    assert Reply.objects.get().state == ReplyState.SENDING


def test_pages_lie_as_they_were_turned_in_the_letter(town: towns.Town, on_desk: Placed) -> None:
    for number in (1, 2):
        town.page(on_desk.mail, number)
    turn_page(on_desk.mail, town.agent, 2, 270)
    client = town.client(town.agent)
    html = client.get(started(client, on_desk)).content.decode()
    assert html.count("data-turn=") == 1
    assert 'data-page="2" data-turn="270"' in html
