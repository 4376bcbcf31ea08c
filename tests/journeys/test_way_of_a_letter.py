"""The whole way of a letter, by people in their own windows: on one machine, and on the servers of production."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.letter import load_letters
from demo.render import render_letter
from tests.browser import patience
from tests.journeys.running import Running, running
from tests.notifications.smtp import Box, mail_server
from tests.screens.audit import pictures
from tests.web.window import TELEPHONE, WIDE, Window

EMBEDDED = "embedded"
SERVERS = "servers"
LONG = 90_000
"""Milliseconds that reading or sending may take on a busy machine."""


@pytest.fixture(
    params=[
        pytest.param(EMBEDDED, marks=[pytest.mark.sqlite]),
        pytest.param(
            SERVERS,
            marks=[pytest.mark.postgresql, pytest.mark.redis, pytest.mark.elasticsearch, pytest.mark.sqlite],
        ),
    ]
)
def town(
    request: pytest.FixtureRequest, installation: dict[str, str], tmp_path: Path, box: Box
) -> Iterator[tuple[str, Running]]:
    environment = installation | {"EMAIL_URL": f"smtp://127.0.0.1:{box.port}"}
    if request.param == SERVERS:
        environment |= {
            "DATABASE_URL": request.getfixturevalue("postgresql_url"),
            "BROKER_URL": request.getfixturevalue("redis_url"),
            "SEARCH_URL": request.getfixturevalue("elasticsearch_url"),
            "SEARCH_PREFIX": request.getfixturevalue("elasticsearch_prefix"),
        }
    with running(environment, tmp_path) as started:
        yield request.param, started


@pytest.fixture
def box() -> Iterator[Box]:
    with mail_server() as opened:
        yield opened


@pytest.fixture(autouse=True)
def real_processes_answer() -> Iterator[None]:
    with patience(20_000):
        yield


@dataclass
class People:
    """Windows of people who signed in by the sign-in page; `picture` keeps what one of them sees."""

    chromium: Browser
    town: Running
    name: str
    windows: list[Window]
    taken: int = 0

    def sign_in(self, username: str, size: dict[str, int] = WIDE) -> Page:
        context = self.chromium.new_context(viewport=size, locale="fr-FR")  # type: ignore[arg-type]
        opened = Window(context.new_page(), self.town.address)
        opened.page.on("console", opened.note)
        opened.page.on("pageerror", lambda error: opened.troubles.append(str(error)))
        opened.page.on("request", opened.watch)
        self.windows.append(opened)
        page = opened.open("/")
        page.get_by_label("Identifiant").fill(username)
        page.get_by_label("Mot de passe").fill(self.town.password)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"^(?!.*connexion).*$"))
        return page

    def picture(self, page: Page, what: str) -> None:
        self.taken += 1
        page.screenshot(path=pictures() / f"way-{self.name}-{self.taken}-{what}.png")


@pytest.mark.chromium
@pytest.mark.slow
@pytest.mark.timeout(420)
def test_a_letter_is_deposited_qualified_answered_signed_sent_closed_and_found(
    town: tuple[str, Running], chromium: Browser, box: Box, tmp_path: Path
) -> None:
    name, started = town
    people = People(chromium, started, name, [])
    letter = next(each for each in load_letters("demo") if each.id == "urb-permis-pieces-manquantes")
    number = deposit_and_qualify(people, render_letter(letter, tmp_path / "scans"))
    agent = people.sign_in("agent.urb")
    answer(people, agent, number, letter.truth.sender.email)
    sign_on_a_telephone(people, number)
    close(people, agent, number, box)
    find_again(people, number)
    assert [window.troubles for window in people.windows] == [[]] * len(people.windows)


def deposit_and_qualify(people: People, scan: Path) -> str:
    """The reception hands a scan in and accepts what was understood, by one key."""
    desk = people.sign_in("accueil")
    desk.set_input_files("#files", scan)
    expect(desk.get_by_text(re.compile("enregistré sous le numéro")).first).to_be_visible(timeout=LONG)
    people.picture(desk, "deposited")
    number = re.search(r"A-\d{4}-\d{5}", desk.locator("main").inner_text())
    assert number is not None
    expect(desk.locator("li.letter-to_qualify", has_text=number[0])).to_be_visible(timeout=LONG)
    desk.goto(f"{people.town.address}/qualifier/{number[0]}/")
    expect(desk.locator("img").first).to_be_visible()
    assert desk.locator("[name=department]").first.input_value() == "URB"
    people.picture(desk, "qualification")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Urbanisme").or_(desk.get_by_text("URB")).first).to_be_visible()
    desk.get_by_text("Tout est qualifié").or_(desk.get_by_text("Rien à qualifier")).first.wait_for(
        timeout=LONG
    )
    return number[0]


def answer(people: People, agent: Page, number: str, address: str) -> None:
    """The department takes the letter, notes something, and writes an answer, which goes to be signed."""
    agent.goto(f"{people.town.address}/bannette/URB/")
    agent.get_by_text("PC 033 571 26 X0147").first.click()
    agent.wait_for_url(f"**/courrier/{number}/**")
    agent.keyboard.press("p")
    agent.get_by_text("Courrier pris en charge.").wait_for()
    agent.get_by_placeholder(re.compile("Écrire une note")).fill("Pièces vérifiées.")
    agent.get_by_role("button", name="Ajouter la note").click()
    expect(agent.get_by_text("Pièces vérifiées.")).to_be_visible()
    people.picture(agent, "letter")
    agent.get_by_role("button", name="Répondre", exact=False).first.click()
    agent.get_by_label("Courriel", exact=True).check(force=True)
    agent.get_by_label("Adresse de courriel").fill(address)
    agent.get_by_label("Texte").fill("Madame, Monsieur,\n\nVotre dossier est complet.\n\nCordialement,")
    people.picture(agent, "reply")
    agent.get_by_role("button", name="Envoyer").click()
    expect(agent.get_by_text("au parapheur").first).to_be_visible()


def sign_on_a_telephone(people: People, number: str) -> None:
    elected = people.sign_in("maire", TELEPHONE)
    elected.goto(f"{people.town.address}/parapheur/")
    people.picture(elected, "signature-book")
    elected.locator("[data-hit] a").first.click()
    people.picture(elected, "to-sign")
    elected.get_by_role("button", name="Signer et envoyer").click()
    expect(elected.get_by_text(number).or_(elected.get_by_text("Rien à viser")).first).to_be_visible()


def close(people: People, agent: Page, number: str, box: Box) -> None:
    """The answer leaves through a real mail server; then the letter is closed."""
    for _second in range(60):
        if any("Votre dossier est complet" in str(each.get_body(("plain",))) for each in box.messages):
            break
        agent.wait_for_timeout(1000)
    (sent,) = [each for each in box.messages if "Votre dossier est complet" in str(each.get_body(("plain",)))]
    assert [part.get_content_type() for part in sent.iter_attachments()] == ["application/pdf"]
    agent.goto(f"{people.town.address}/courrier/{number}/")
    expect(agent.get_by_text("envoyée").first).to_be_visible()
    if agent.get_by_text("clos", exact=True).count() == 0:
        agent.keyboard.press("c")
        agent.get_by_role("button", name="Clore ce courrier").click()
    expect(agent.get_by_text(re.compile("^clos$")).first).to_be_visible()
    people.picture(agent, "closed")


def find_again(people: People, number: str) -> None:
    """An archivist finds the letter by words that were read on its scan, lit on its page."""
    archivist = people.sign_in("archives")
    archivist.goto(f"{people.town.address}/recherche/?q=permis+de+construire")
    for _second in range(30):
        if archivist.get_by_text(number).count():
            break
        archivist.wait_for_timeout(1000)
        archivist.reload()
    people.picture(archivist, "search")
    archivist.locator("[data-hit] .hit-link").first.click()
    archivist.wait_for_url(f"**/courrier/{number}/**")
    expect(archivist.locator("[data-hit-count]")).not_to_have_text("0", timeout=20_000)
    people.picture(archivist, "found")
