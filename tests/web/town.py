"""A town hall with letters on its desk, made without reading scans: for tests of pages."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from PIL import Image

from courrier.classification.models import Suggestion
from courrier.mail.content import store
from courrier.mail.models import Document, DocumentRole, Mail, MailState, Page
from courrier.organisations.models import Department, Organisation, Role, User
from tests import build
from tests.worker import work_off
from workflows.models import ReceptionProcess

WORDS = [
    ["Madame", 0.1, 0.1, 0.2, 0.12, 0.98, 0],
    ["Jeanne", 0.21, 0.1, 0.3, 0.12, 0.98, 0],
    ["MARTIN", 0.31, 0.1, 0.4, 0.12, 0.98, 0],
    ["le", 0.5, 0.2, 0.53, 0.22, 0.98, 1],
    ["3", 0.54, 0.2, 0.55, 0.22, 0.98, 1],
    ["mars", 0.56, 0.2, 0.62, 0.22, 0.98, 1],
    ["2026", 0.63, 0.2, 0.7, 0.22, 0.98, 1],
]


@dataclass
class Town:
    """A collectivité with three departments, its desk and an agent."""

    organisation: Organisation
    urb: Department
    tec: Department
    fin: Department
    desk: User
    agent: User
    direction: User
    made: int = field(default=0)

    def client(self, user: User | None = None) -> Client:
        client = Client()
        client.force_login(user or self.desk)
        return client

    def letter(self, state: MailState = MailState.TO_QUALIFY, **more: Any) -> Mail:
        """A letter in that state with one file, whatever way it came there."""
        self.made += 1
        values = {"year": 2026, "sequence": self.made, "received_on": "2026-03-03", **more}
        mail = Mail.objects.create(
            organisation=self.organisation, number=f"A-2026-{self.made:05d}", state=state, **values
        )
        Document.objects.create(
            organisation=self.organisation,
            mail=mail,
            role=DocumentRole.ORIGINAL,
            sha256=f"{self.made:064d}",
            size=1,
            media_type="application/pdf",
            name=f"scan-{self.made}.pdf",
            page_count=1,
        )
        return mail

    def page(self, mail: Mail, number: int = 1) -> Page:
        """A page with an image and a few words."""
        image = io.BytesIO()
        Image.new("L", (620, 877), 255).save(image, "WEBP")
        image.seek(0)
        sha256, _size = store(image)
        return Page.objects.create(
            mail=mail, number=number, width=620, height=877, words=WORDS, text="Madame", image=sha256
        )

    def suggest(self, mail: Mail, name: str, *values: Any, confidence: float = 0.9) -> None:
        """Suggestions for a field, best first, each a little less sure."""
        for rank, value in enumerate(values):
            Suggestion.objects.create(
                mail=mail,
                field=name,
                rank=rank,
                value=value,
                label=str(value)[:100],
                confidence=max(0.0, confidence - 0.3 * rank),
                evidence=[{"page": 1, "box": [0.1, 0.1, 0.4, 0.12], "text": "Jeanne MARTIN"}],
                reason="mots du courrier",
            )

    def waiting(self, number: int = 1) -> list[Mail]:
        """Letters that were read and wait for qualification, with their processes."""
        mails = []
        for _each in range(number):
            self.made += 1
            mail = build.received(self.organisation, self.desk, f"{build.LETTER}\n{self.made}")
            work_off()
            mail.refresh_from_db()
            assert ReceptionProcess.objects.filter(mail=mail).exists()
            mails.append(mail)
        return mails


def found() -> Town:
    here = build.organisation()
    urb, tec, fin = (build.department(here, code) for code in ("URB", "TEC", "FIN"))
    build.document_type(here, "permis-construire", urb)
    build.document_type(here, "facture", fin, delay_days=30)
    return Town(
        here,
        urb,
        tec,
        fin,
        build.member(here, Role.RECEPTION),
        build.member(here, Role.AGENT, urb),
        build.member(here, Role.DIRECTION),
    )
