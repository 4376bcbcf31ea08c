"""A town with letters, and both engines to search them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from courrier.classification.models import DocumentType
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Assignment, Mail, Page
from courrier.mail.rights import Access, access_of
from courrier.organisations.models import Department, Membership, Organisation, User
from courrier.search import labels
from courrier.search.engines import Engine
from courrier.search.engines.opening import engine
from courrier.search.flushing import flush
from courrier.search.outbox import note_change
from courrier.search.results import Results
from courrier.search.searching import search


@dataclass
class Town:
    """Makes letters the way the register does: with an outbox row each."""

    organisation: Organisation
    count: int = 0
    departments: dict[str, Department] = field(default_factory=dict)

    def department(self, code: str, name: str = "", parent: str = "") -> Department:
        if code not in self.departments:
            above = self.departments[parent] if parent else None
            self.departments[code] = Department.objects.create(
                organisation=self.organisation, code=code, name=name or code, parent=above
            )
        return self.departments[code]

    def user(self, name: str, role: str, department: str = "") -> User:
        user, _ = User.objects.get_or_create(username=f"{self.organisation.slug}-{name}")
        place = self.department(department) if department else None
        Membership.objects.get_or_create(
            user=user, organisation=self.organisation, role=role, department=place
        )
        return user

    def access(self, name: str = "direction", role: str = "direction", department: str = "") -> Access:
        return access_of(self.user(name, role, department))

    def letter(
        self,
        *pages: str,
        departments: tuple[str, ...] = (),
        sender: str = "",
        kind: tuple[str, str] | None = None,
        words: list[list[Any]] | None = None,
        **fields: Any,
    ) -> Mail:
        self.count += 1
        year = fields.setdefault("received_on", date(2026, 3, min(self.count, 28))).year
        fields.setdefault("state", "in_progress")
        with transaction.atomic():
            if sender:
                fields["sender"], _ = Correspondent.objects.get_or_create(
                    organisation=self.organisation, name=sender
                )
            if kind:
                fields["document_type"], _ = DocumentType.objects.get_or_create(
                    organisation=self.organisation, code=kind[0], defaults={"name": kind[1]}
                )
            mail = Mail.objects.create(
                organisation=self.organisation,
                year=year,
                sequence=self.count,
                number=f"A-{year}-{self.count:05}",
                **fields,
            )
            for number, text in enumerate(pages, 1):
                Page.objects.create(
                    mail=mail, number=number, width=2480, height=3508, text=text, words=words or []
                )
            for code in departments:
                Assignment.objects.create(
                    organisation=self.organisation, mail=mail, department=self.department(code)
                )
            note_change(mail.pk, self.organisation.pk)
        return mail

    def changed(self, *mails: Mail) -> None:
        with transaction.atomic():
            for mail in mails:
                note_change(mail.pk, self.organisation.pk)


@pytest.fixture
def town(db: None) -> Town:
    return Town(Organisation.objects.create(name="Mairie de Saint-Aubin", slug="saint-aubin"))


@pytest.fixture
def other_town(db: None) -> Town:
    return Town(Organisation.objects.create(name="Mairie de Villeneuve", slug="villeneuve"))


@pytest.fixture(params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def search_engine(request: pytest.FixtureRequest, settings: Any) -> Engine:
    """Each engine in turn, empty, as the settings name it."""
    if request.param == "elasticsearch":
        settings.SEARCH_PREFIX = request.getfixturevalue("elasticsearch_prefix")
        settings.SEARCH_URL = request.getfixturevalue("elasticsearch_url")
    return engine()


@pytest.fixture
def index() -> Callable[[], None]:
    """Send everything that waits and let it be found."""

    def send() -> None:
        while flush():
            pass
        engine().refresh()

    return send


def numbers(results: Results) -> list[int]:
    """The ranks of the letters found, in the order they came."""
    return [int(hit.number.rsplit("-", 1)[1]) for hit in results.hits]


@pytest.fixture
def found() -> Callable[..., list[int]]:
    def ranks(text: str, access: Access, **options: Any) -> list[int]:
        return numbers(search(text, access, **options))

    return ranks


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Each test has its own organisations under the same ids."""
    labels.remembered.clear()
