"""One letter for each stage × confidentiality × place, each with marks by which a page that shows it betrays itself."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from PIL import Image

from courrier.annotations.models import Annotation
from courrier.correspondents.models import Correspondent
from courrier.mail.content import store
from courrier.mail.models import Assignment, AssignmentState, Document, DocumentRole, Mail, MailState, Page
from courrier.organisations.models import Department, Organisation, Role, User
from courrier.replies.models import Approval, Reply, ReplyState, Template
from tests import build
from tests.rights.table import CONFIDENTIALITIES, PLACES, STAGES
from workflows.actions.moves import end, return_to
from workflows.handling import HandlingFlow, start_handling
from workflows.models import HandlingProcess, ReceptionProcess
from workflows.reception import ReceptionFlow

CONTENT = re.compile(r"z(?:obj|exp|fic|txt|not|rep)(\d{4})x")
"""Subject, sender, file name, text, note and reply of a letter, with its rank."""

FIRST = 5000
"""Where their numbers begin: examples on pages have smaller ones."""

NUMBER = re.compile(r"\b[AB]-2026-05(\d{3})\b")

MAIL_STATES = {"pending": "in_progress", "accepted": "in_progress", "signing": "in_progress"}
ASSIGNMENT_STATES = {
    "to_qualify": AssignmentState.SENT_BACK,
    "to_dispatch": AssignmentState.SENT_BACK,
    "pending": AssignmentState.PENDING,
    "accepted": AssignmentState.ACCEPTED,
    "signing": AssignmentState.ACCEPTED,
    "closed": AssignmentState.DONE,
    "cancelled": AssignmentState.WITHDRAWN,
}
"""Where a letter of that stage is or was in a department."""


@dataclass
class Letter:
    """A letter with all that addresses may name."""

    rank: int
    stage: str
    confidentiality: str
    place: str
    mail: Mail
    original: Document
    assignment: Assignment | None = None
    reply: Reply | None = None
    note: Annotation | None = None
    approval: Approval | None = None
    colleague: int = 0
    """Somebody else who works in its department."""

    def __str__(self) -> str:
        return f"{self.mail.number}: {self.confidentiality} letter, {self.stage}, {self.place} department"


@dataclass
class Town:
    here: Organisation
    elsewhere: Organisation
    departments: dict[str, Department]
    people: dict[str, User]
    letters: list[Letter] = field(default_factory=list)
    things: dict[str, Any] = field(default_factory=dict)
    """What else addresses name, by its name in `routes`."""

    def by_rank(self, rank: int) -> Letter:
        return self.letters[rank - 1]


def found() -> Town:
    here, elsewhere = build.organisation("cazalis"), build.organisation("lucmau", number_prefix="B")
    urb = build.department(here, "URB")
    places = {
        "own": urb,
        "subtree": build.department(here, "SUB", urb),
        "other": build.department(here, "TEC"),
        "elsewhere": build.department(elsewhere, "URB"),
    }
    build.department(here, "DGS"), build.department(elsewhere, "DGS")
    build.document_type(here, "permis-construire", urb)
    people = {
        "nowhere": User.objects.create_user("nulle-part", password="un mot de passe"),
        "reception": build.member(here, Role.RECEPTION, username="reception"),
        "agent": build.member(here, Role.AGENT, urb, username="agent"),
        "colleague": build.member(here, Role.AGENT, urb, username="colleague"),
        "manager": build.member(here, Role.MANAGER, urb, username="manager"),
        "reader": build.member(here, Role.READER, urb, username="reader"),
        "direction": build.member(here, Role.DIRECTION, username="direction"),
        "elected": build.member(here, Role.ELECTED, username="elected"),
        "administrator": build.member(here, Role.ADMINISTRATOR, username="administrator"),
        "archivist": build.member(here, Role.ARCHIVIST, username="archivist"),
        "stranger": build.member(elsewhere, Role.DIRECTION, username="stranger"),
    }
    people["stranger"].memberships.create(organisation=elsewhere, role=Role.RECEPTION)
    hands = {
        "own": people["agent"],
        "subtree": build.member(here, Role.AGENT, places["subtree"]),
        "other": build.member(here, Role.AGENT, places["other"]),
        "elsewhere": build.member(elsewhere, Role.AGENT, places["elsewhere"]),
    }
    seconds = {
        "own": people["colleague"],
        "subtree": people["manager"],
        "other": build.member(here, Role.AGENT, places["other"], username="second"),
        "elsewhere": build.member(elsewhere, Role.AGENT, places["elsewhere"], username="seconde"),
    }
    town = Town(here, elsewhere, places, people)
    template = Template.objects.create(organisation=here, name="Accord", subject="", body="Bonjour")
    town.things = {"person": hands["other"].pk, "template": template.pk}
    image, file = kept_files()
    for stage in STAGES:
        for confidentiality in CONFIDENTIALITIES:
            if (stage, confidentiality) == ("signing", "personal"):
                continue  # a reply to a personal letter needs nobody's visa
            for place in PLACES:
                place_letter(town, stage, confidentiality, place, hands[place], image, file)
                town.letters[-1].colleague = seconds[place].pk
    town.things["correspondent"] = town.letters[0].mail.sender_id
    return town


def kept_files() -> tuple[str, str]:
    """A page's image and a PDF, kept as those of letters are."""
    image = io.BytesIO()
    Image.new("L", (62, 88), 255).save(image, "WEBP")
    image.seek(0)
    return store(image)[0], store(io.BytesIO(build.pdf()))[0]


def place_letter(
    town: Town, stage: str, confidentiality: str, place: str, hand: User, image: str, file: str
) -> None:
    rank = len(town.letters) + 1
    organisation = town.departments[place].organisation
    held = stage in {"accepted", "signing", "closed"}
    now = timezone.now()
    mail = Mail.objects.create(
        organisation=organisation,
        year=2026,
        sequence=FIRST + rank,
        number=f"{organisation.number_prefix}-2026-{FIRST + rank:05d}",
        state=MAIL_STATES.get(stage, stage),
        confidentiality=confidentiality,
        received_on="2026-03-03",
        subject=f"demande zobj{rank:04d}x",
        sender=Correspondent.objects.create(organisation=organisation, name=f"Marie zexp{rank:04d}x"),
        holder=hand if confidentiality == "personal" and held else None,
        shown_to_elected=stage == "signing",
        closed_at=now if stage == "closed" else None,
    )
    original = Document.objects.create(
        organisation=organisation, mail=mail, role=DocumentRole.ORIGINAL, sha256=file, size=1,
        media_type="application/pdf", name=f"zfic{rank:04d}x.pdf", page_count=1,
    )  # fmt: skip
    Document.objects.create(
        organisation=organisation, mail=mail, role=DocumentRole.SEARCHABLE, sha256=file, size=1,
        media_type="application/pdf", name=f"zfic{rank:04d}x.pdf", page_count=1,
    )  # fmt: skip
    words = [[f"ztxt{rank:04d}x", 0.1, 0.1, 0.2, 0.12, 0.98, 0], ["demande", 0.3, 0.1, 0.4, 0.12, 0.98, 0]]
    Page.objects.create(
        mail=mail, number=1, width=62, height=88, words=words, text=f"demande ztxt{rank:04d}x", image=image
    )
    letter = Letter(rank, stage, confidentiality, place, mail, original)
    letter.note = Annotation.objects.create(mail=mail, author=hand, text=f"demande znot{rank:04d}x")
    town.letters.append(letter)
    set_on_its_way(letter)
    if stage in ASSIGNMENT_STATES:
        assign(town, letter, hand)


def set_on_its_way(letter: Letter) -> None:
    """Its ReceptionFlow waits where a letter of that stage waits."""
    mail = letter.mail
    ReceptionFlow.start.run(mail=mail)
    process = ReceptionProcess.objects.get(mail=mail)
    if mail.state in (MailState.RECEIVED, MailState.READING):
        return
    mail.job_runs.all().delete()
    if mail.state in (MailState.CLOSED, MailState.CANCELLED):
        return end(process)
    node = {
        "failed": ReceptionFlow.repair,
        "to_qualify": ReceptionFlow.qualify,
        "to_dispatch": ReceptionFlow.arbitrate,
    }.get(mail.state, ReceptionFlow.handled)
    return_to(process, node)


def assign(town: Town, letter: Letter, hand: User) -> None:
    rank, stage, now = letter.rank, letter.stage, timezone.now()
    state = ASSIGNMENT_STATES[stage]
    taken = state in (AssignmentState.ACCEPTED, AssignmentState.DONE)
    assignment = letter.assignment = Assignment.objects.create(
        organisation=letter.mail.organisation,
        mail=letter.mail,
        department=town.departments[letter.place],
        state=state,
        accepted_by=hand if taken else None,
        accepted_at=now if taken else None,
        finished_at=None if state in (AssignmentState.PENDING, AssignmentState.ACCEPTED) else now,
        reason=f"demande znot{rank:04d}x",
    )
    if state in (AssignmentState.PENDING, AssignmentState.ACCEPTED):
        start_handling(assignment)
    if not taken:
        return
    letter.reply = Reply.objects.create(
        mail=letter.mail,
        assignment=assignment,
        author=hand,
        state=ReplyState.AWAITING if stage == "signing" else ReplyState.DRAFT,
        subject=f"Re zrep{rank:04d}x",
        body=f"Bonjour zrep{rank:04d}x",
        recipient="Marie",
    )
    if stage == "closed":
        return
    process = HandlingProcess.objects.get(assignment=assignment)
    return_to(process, HandlingFlow.approve if stage == "signing" else HandlingFlow.handle)
    if stage == "signing":
        HandlingProcess.objects.filter(pk=process.pk).update(data={"reply": letter.reply.pk})
        letter.approval = Approval.objects.create(
            organisation=letter.mail.organisation, reply=letter.reply, department=assignment.department,
            position=0, kind="signature", role="elected", state="pending",
        )  # fmt: skip
