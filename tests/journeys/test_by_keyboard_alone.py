"""The three main jobs by keys alone, the focus seen at each step: in a usual window, enlarged two and four times.

Single-letter keys are left aside: what they do must be reachable without knowing them. Motion is unwanted throughout.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from courrier.annotations.models import Annotation
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Assignment, AssignmentState, Mail, MailState
from courrier.notifications.models import Notification
from courrier.organisations.models import Role, User
from courrier.replies.drafting import draft_reply, save_draft
from courrier.replies.models import Reply, ReplyState
from tests import build
from tests.journeys.keyboard import Hands, hands
from tests.screens.audit import Seen, reflows
from tests.web import town as towns
from tests.web.desk import Placed, placed
from tests.web.window import window
from workflows import actions
from workflows.circuits import settle_circuit
from workflows.models import ReceptionProcess, StepKind, Who
from workflows.models.circuit import Step, draw

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

SIZES = {
    "100 %": {"width": 1280, "height": 900},
    "200 %": {"width": 640, "height": 450},
    "400 %": {"width": 320, "height": 225},
}
"""A window of 1280 px by 900, and what is left of it enlarged."""


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    return SIZES[request.param]


@pytest.fixture
def town(db: None) -> towns.Town:
    return towns.found()


def nothing_wrong(here: Hands, page: Page) -> None:
    seen = Seen("", page.url)
    reflows(page, seen)
    assert not here.troubles, "\n".join(dict.fromkeys(here.troubles))
    assert seen.faults == []
    assert here.steps > 5


def arrive(page: Page, address: str) -> Hands:
    here = hands(page)
    page.goto(address, wait_until="networkidle")
    return here


def test_the_reception_qualifies_and_dispatches(
    chromium: Browser, live_server: LiveServer, town: towns.Town, size: dict[str, int]
) -> None:
    [mail] = town.waiting()
    mail.suggestions.all().delete()
    town.suggest(mail, "department", "URB", "TEC", confidence=0.95)
    with window(chromium, live_server.url, town.desk, size) as opened:
        page = opened.page
        here = arrive(page, f"{live_server.url}/accueil/")
        here.tab_to("Aller au contenu")
        here.press("Control+k")
        here.type("qualifier")
        page.get_by_role("option", name="À qualifier", selected=True).wait_for()
        here.press("Enter")
        page.wait_for_url("**/qualifier/**")
        page.wait_for_load_state("networkidle")
        expect(page.locator("h1")).to_have_text(mail.number)
        here.tab_to("Service URB", "input")
        here.press("ArrowDown")
        here.look()
        here.tab_to("Objet")
        here.press("Control+a")
        here.type("Dégât sur la chaussée")
        here.tab_to("^Transmettre", "button")
        nothing_wrong(here, page)
        here.press("Enter")
        expect(page.get_by_text("Tout est qualifié")).to_be_visible()
    sent = Assignment.objects.get()
    assert (sent.department, sent.mail.subject) == (town.tec, "Dégât sur la chaussée")
    assert Mail.objects.get(pk=mail.pk).state == MailState.IN_PROGRESS


def test_an_agent_takes_annotates_and_answers(
    chromium: Browser, live_server: LiveServer, town: towns.Town, size: dict[str, int]
) -> None:
    found = to_answer(town)
    colleague = build.member(town.organisation, Role.AGENT, town.urb, username="h.legoff")
    User.objects.filter(pk=colleague.pk).update(first_name="Hélène", last_name="Le Goff")
    with window(chromium, live_server.url, town.agent, size) as opened:
        page = opened.page
        here = arrive(page, f"{live_server.url}/bannette/URB/")
        here.tab_to("Permis de M. Martin", "a")
        here.press("Enter")
        page.wait_for_url(f"**/courrier/{found.mail.number}/**")
        page.wait_for_load_state("networkidle")
        here.tab_to("^Prendre en charge", "button")
        here.press("Enter")
        page.get_by_text("Courrier pris en charge.").wait_for()
        here.tab_to("Nouvelle note", "textarea")
        here.type("Vu avec @leg")
        page.locator("#mention-list [aria-selected=true]").wait_for()
        here.press("Enter")
        here.look()
        here.tab_to("Ajouter la note", "button")
        here.press("Enter")
        page.locator(".note .mention").wait_for()
        here.tab_to("^Répondre$|^Répondre ?r?$", "button", 120)
        here.press("Enter")
        page.wait_for_url("**/reponse/**")
        page.wait_for_load_state("networkidle")
        here.tab_to("Courrier|Courriel|postal", "input")
        here.tab_to("Objet", "input")
        here.tab_to("Texte", "textarea")
        here.press("Control+a")
        here.type("Madame, Monsieur, votre dossier est complet.")
        here.tab_to("^Envoyer", "button")
        nothing_wrong(here, page)
        here.press("Enter")
        page.wait_for_url(lambda url: "reponse" not in url)
    assert Annotation.objects.get().mentions.get() == colleague
    assert Notification.objects.filter(user=colleague, kind="mention").exists()
    reply = Reply.objects.get()
    assert reply.body == "Madame, Monsieur, votre dossier est complet."
    assert reply.state in {ReplyState.SENDING, ReplyState.AWAITING, ReplyState.SENT}


def test_an_elected_member_signs(
    chromium: Browser, live_server: LiveServer, town: towns.Town, size: dict[str, int]
) -> None:
    found = to_answer(town)
    draw(town.organisation, None, [Step(StepKind.SIGNATURE, Who.ELECTED)], None)
    settle_circuit(ReceptionProcess.objects.get(mail=found.mail), found.mail)
    elected = build.member(town.organisation, Role.ELECTED, username="maire")
    actions.accept(found.assignment, town.agent)
    reply = draft_reply(found.assignment, town.agent)
    save_draft(
        reply,
        town.agent,
        channel="post",
        recipient="Jeanne Martin",
        email="",
        subject="Votre permis",
        body="Oui.",
    )
    actions.send_reply(reply, town.agent)
    with window(chromium, live_server.url, elected, size) as opened:
        page = opened.page
        here = arrive(page, f"{live_server.url}/parapheur/")
        here.tab_to("Votre permis", "a")
        here.press("Enter")
        page.wait_for_url("**/reponse/**")
        page.wait_for_load_state("networkidle")
        here.tab_to("Remarque", "textarea")
        here.tab_to("Signer et envoyer", "button")
        nothing_wrong(here, page)
        here.press("Enter")
        page.wait_for_url(lambda url: "reponse" not in url)
    reply.refresh_from_db()
    assert reply.state in {ReplyState.SENDING, ReplyState.SENT}
    found.assignment.refresh_from_db()
    assert found.assignment.state == AssignmentState.ACCEPTED


def to_answer(town: towns.Town) -> Placed:
    sender = Correspondent.objects.create(
        organisation=town.organisation,
        name="Jeanne Martin",
        address="3 rue Haute",
        postcode="33000",
        city="Bordeaux",
    )
    found = placed(town, town.urb, subject="Permis de M. Martin", sender=sender)
    town.page(found.mail)
    town.page(found.mail, 2)
    return found
