"""Every route of the pages and the API, found from the URL configuration, for every role and kind of letter.

Whom `routes` lets in gets an answer, whom it does not gets 401, 403, 404 or the page to sign in; nothing changes but
where the table says so; and no answer holds subject, sender, file name, text, note, reply or number of a letter that
the table keeps from the role. COURRIER_TEST_RIGHTS=whole asks for every letter of every kind instead of some in
turn: some minutes.
"""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter
from rest_framework.authtoken.models import Token

from courrier.audit.models import Event
from courrier.search import flush
from tests.rights import town as a_town
from tests.rights.routes import ROUTES, Rule
from tests.rights.table import ANONYMOUS, CONFIDENTIALITIES, NOWHERE, PLACES, ROLES, knows, reads
from tests.rights.town import CONTENT, NUMBER, Letter, Town

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
WHOLE = os.environ.get("COURRIER_TEST_RIGHTS") == "whole"
DENIED = {401, 403, 404}

DECLARE = """{routes}

These routes are not in tests/rights/routes.py. Say there, in one line each, who may use them:
    "GET web:statistics": page("direction", "archivist"),          a page that names no letter
    "POST web:letter_tag": letter(handles, changes=STAGES),        an address with the number of a letter
See the head of that file, and « Rights » in docs/architecture.md."""


@dataclass(frozen=True, slots=True)
class Route:
    """A route by its name, and the parameters its address takes."""

    name: str
    parameters: dict[str, Any]


def routes(patterns: list[Any] | None = None, space: str = "") -> Iterator[Route]:
    """All routes of the URL configuration; one without a name under its namespace alone, as `api:`."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, f"{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern):
            yield Route(f"{space}{each.name or ''}", each.pattern.converters)


def name_of(key: str) -> str:
    return key.split(" ")[1]


def test_every_route_is_declared() -> None:
    known, declared = {route.name for route in routes()}, {name_of(key) for key in ROUTES}
    missing = "\n".join(f"    {name}" for name in sorted(known - declared))
    assert not missing, DECLARE.format(routes=missing)
    gone = sorted(declared - known)
    assert not gone, f"tests/rights/routes.py declares routes that are no more: {gone}"


@pytest.fixture
def town(db: None, settings: Any) -> Iterator[Town]:
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    logging.disable(logging.ERROR)  # thousands of refusals, each a line otherwise
    yield a_town.found()
    logging.disable(logging.NOTSET)


class Walk:
    """The requests of one run, and what was wrong with their answers."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.wrong: list[str] = []
        self.asked = 0
        self.by_name = {route.name: route for route in routes()}
        self.sessions = {role: self.session(role) for role in ROLES}
        self.tokens = {
            role: Token.objects.create(user=user).key for role, user in town.people.items() if role in ROLES
        }
        self.may_read = {role: {e.rank for e in town.letters if reads(role, e)} for role in ROLES}
        self.may_know = {role: {e.rank for e in town.letters if knows(role, e)} for role in ROLES}

    def session(self, role: str) -> str:
        client = Client()
        if role != ANONYMOUS:
            client.force_login(self.town.people[role])
        return client.cookies["sessionid"].value if role != ANONYMOUS else ""

    def client(self, role: str) -> Client:
        """A browser of this role in which nothing happened yet."""
        client = Client(raise_request_exception=False)
        if self.sessions[role]:
            client.cookies["sessionid"] = self.sessions[role]
        return client

    def address(self, key: str, letter: Letter | None, rule: Rule) -> str:
        name = name_of(key)
        if name == "api:":
            return "/api/v1/rien/"
        said = dict(pair.split("=") for pair in key.split(" ")[2:])
        return reverse(
            name,
            kwargs={
                parameter: said.get(parameter) or self.value(parameter, converter, letter, rule)
                for parameter, converter in self.by_name[name].parameters.items()
            },
        )

    def value(self, parameter: str, converter: object, letter: Letter | None, rule: Rule) -> Any:
        if parameter == "pk" and letter is not None and rule.who is not None:
            return getattr(letter, rule.of).pk
        if parameter == "number" and letter is not None:
            return letter.mail.number
        if parameter == "page":
            return 1
        if isinstance(converter, IntConverter):
            return self.town.things[rule.of]
        return "f" * 64 if parameter == "sha256" else "URB"

    def ask(self, role: str, key: str, rule: Rule, letter: Letter | None = None) -> None:
        """One request, whose effects are undone; what is wrong with its answer is noted."""
        method, url = key.split(" ")[0], self.address(key, letter, rule)
        body = {name: value(letter) if callable(value) else value for name, value in rule.body.items()}
        with transaction.atomic():
            before = Event.objects.count()
            answer, text = self.answer(role, method, url, body, rule.query)
            changed = Event.objects.count() != before
            transaction.set_rollback(True)
        self.asked += 1
        about = f"{role}: {key} [{answer.status_code}] {letter or ''}"
        allowed = rule.who(role, letter) if rule.who and letter else role in rule.roles
        self.check_status(about, answer, allowed)
        self.check_marks(about, role, rule, text, letter)
        if method != "GET" and letter is not None:
            expected = letter.stage in rule.changes and rule.changer(role, letter)
            if changed != expected:
                self.wrong.append(f"{about} {'changed something' if changed else 'changed nothing'}")

    def answer(
        self, role: str, method: str, url: str, body: dict[str, Any], query: str
    ) -> tuple[HttpResponseBase, str]:
        """The answer with all it says: its body and where it sends."""
        more: dict[str, Any] = {}
        client = self.client(role)
        if url.startswith("/api/"):
            client = self.client(ANONYMOUS)
            more = {"content_type": "application/json"} if method != "GET" else {}
            if role in self.tokens:
                more["headers"] = {"Authorization": f"Token {self.tokens[role]}"}
        full = f"{url}?{query}" if query else url
        answer = client.generic(method, full) if method not in {"GET", "POST"} else None
        if answer is None:
            answer = client.get(full, **more) if method == "GET" else client.post(full, body, **more)
        return answer, said_by(answer)

    def check_status(self, about: str, answer: HttpResponseBase, allowed: bool) -> None:
        status = answer.status_code
        to_sign_in = status == 302 and str(answer.headers["Location"]).startswith("/connexion/?next=")
        denied = status in DENIED or to_sign_in
        if status >= 500 or status == 405 or denied == allowed:
            self.wrong.append(f"{about} {'should be let in' if allowed else 'should be kept out'}")

    def check_marks(self, about: str, role: str, rule: Rule, text: str, letter: Letter | None) -> None:
        shown = {int(found) for found in CONTENT.findall(text)}
        numbers = {int(found) for found in NUMBER.findall(text)} - ({letter.rank} if letter else set())
        allowed = self.own_ranks(role) if rule.directory else self.may_read[role]
        for rank in sorted(shown - allowed)[:1]:
            self.wrong.append(f"{about} shows what is in {self.town.by_rank(rank)}")
        for rank in sorted(numbers - self.may_know[role])[:1]:
            self.wrong.append(f"{about} shows the number of {self.town.by_rank(rank)}")

    def own_ranks(self, role: str) -> set[int]:
        """Letters of the collectivité the role works in."""
        return {
            each.rank for each in self.town.letters if (each.place == "elsewhere") == (role == "stranger")
        }

    def done(self) -> None:
        assert not self.wrong, (
            f"{len(self.wrong)} of {self.asked} answers are not what tests/rights says:\n"
            + "\n".join(f"    {each}" for each in self.wrong[:40])
        )


def said_by(answer: HttpResponseBase) -> str:
    where = answer.headers.get("Location", "")
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/event-stream"):
        answer.close()
        return where
    if kind.startswith(("image/", "application/pdf")):
        return where
    parts = getattr(answer, "streaming_content", None)
    body = b"".join(parts) if parts is not None else answer.content  # type: ignore[attr-defined]
    return f"{where} {body.decode(errors='replace')}"


def chosen(letters: list[Letter], key: str, role: str, rule: Rule) -> list[Letter]:
    """Of three places in turn a letter, its confidentiality and stage in turn too; and one the request would change."""
    able = [each for each in letters if all(getattr(each, name) for name in (rule.of, rule.needs) if name)]
    if WHOLE:
        return able
    turn = zlib.crc32(f"{key} {role}".encode())
    if role in {ANONYMOUS, NOWHERE}:
        return [able[turn % len(able)]]
    picked = []
    for rank, place in enumerate(PLACES):
        if (rank + turn) % len(PLACES) == 0:
            continue
        kind = CONFIDENTIALITIES[(turn + rank) % len(CONFIDENTIALITIES)]
        here = [each for each in able if each.place == place]
        among = [each for each in here if each.confidentiality == kind] or here
        picked.append(among[turn // 7 % len(among)])
    more = [each for each in able if each.stage in rule.changes and rule.changer(role, each)]
    return [*picked, *more[turn % (len(more) or 1) :][:1]]


@pytest.mark.timeout(900)
def test_pages_let_in_whom_they_are_for_and_show_no_hidden_letter(town: Town) -> None:
    flush(1000)
    walk = Walk(town)
    for key, rule in ROUTES.items():
        if rule.who is None:
            for role in ROLES:
                walk.ask(role, key, rule)
    walk.done()


@pytest.mark.timeout(1800)
def test_letters_are_read_and_acted_on_by_whom_they_are_for(town: Town) -> None:
    walk = Walk(town)
    for key, rule in ROUTES.items():
        if rule.who is not None:
            for role in ROLES:
                for letter in chosen(town.letters, key, role, rule):
                    walk.ask(role, key, rule, letter)
    walk.done()


def test_a_method_that_is_not_declared_is_refused(town: Town) -> None:
    """For who would get in by another method: a route that takes one more method has one more line."""
    walk = Walk(town)
    accepted = next(each for each in town.letters if each.stage == "accepted")
    leads_on = {"web:login"}  # whoever is signed in is led on before the method is looked at
    for name in {route.name for route in routes()} - {"api:"} - leads_on:
        declared = {key.split(" ")[0]: rule for key, rule in ROUTES.items() if name_of(key) == name}
        if not declared:
            continue  # another test says so
        key, rule = next((key, rule) for key, rule in ROUTES.items() if name_of(key) == name)
        for method in (each for each in METHODS if each not in declared):
            for role in ("direction", "agent", "administrator"):
                url = walk.address(f"{method} {' '.join(key.split(' ')[1:])}", accepted, rule)
                with transaction.atomic():
                    status = walk.answer(role, method, url, {}, "")[0].status_code
                    transaction.set_rollback(True)
                if status not in DENIED | {405}:
                    walk.wrong.append(f'{role}: "{method} {name}" is not declared and answers {status}')
    walk.done()
