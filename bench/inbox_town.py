"""A town whose register has grown for twenty years, written straight into the tables: for bench.inbox."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models
from django.utils import timezone

from courrier.annotations.models import Annotation
from courrier.classification.models import DocumentType
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Assignment, Document, Mail, Page
from courrier.notifications.models import Notification
from courrier.organisations.models import Department, Membership, Organisation, Role, User

DEPARTMENTS = 40
BELOW = 4
"""Departments under the measured one: its manager looks into all of them."""
OPEN_HERE = 5_000
OPEN_ELSEWHERE = 100
TYPES = 25
YEARS = 20
COLLEAGUES = 12
TODAY = 60
"""Letters registered today, of which some lie on the reception desk."""
SUBJECTS = (
    "Demande de permis de construire", "Nuisances sonores rue des Lilas", "Facture de fournitures",
    "Inscription scolaire",
    "Demande d'acte de naissance", "Recours gracieux", "Demande de subvention", "Déclaration d'intention d'aliéner",
    "Demande de logement", "Voirie : nid-de-poule", "Candidature spontanée", "Réservation de la salle des fêtes",
)  # fmt: skip
NAMES = ("Martin", "Bernard", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois", "Moreau", "Laurent")


@dataclass(frozen=True, slots=True)
class Town:
    """Who is measured. `here` is the department with the many open letters."""

    organisation: Organisation
    departments: list[Department]
    agent: User
    colleagues: list[User]
    manager: User
    direction: User
    desk: User

    @property
    def here(self) -> Department:
        return self.departments[0]


def found() -> Town:
    """The collectivité and its people, in an empty database."""
    call_command("migrate", verbosity=0)
    place = Organisation.objects.create(slug="banc", name="Mairie du Banc")
    departments: list[Department] = []
    for rank in range(1, DEPARTMENTS + 1):
        above = departments[0] if 1 < rank <= BELOW + 1 else None
        departments.append(
            Department.objects.create(
                organisation=place, code=f"D{rank:02}", name=f"Service {rank}", parent=above
            )
        )
    DocumentType.objects.bulk_create(
        DocumentType(organisation=place, code=f"type-{rank:02}", name=f"Type {rank:02}")
        for rank in range(1, TYPES + 1)
    )

    def person(name: str, role: Role, department: Department | None = None) -> User:
        user = User.objects.create(username=name, first_name=name.capitalize(), last_name="Banc")
        Membership.objects.create(user=user, organisation=place, role=role, department=department)
        return user

    here = departments[0]
    return Town(
        place,
        departments,
        person("agent", Role.AGENT, here),
        [person(f"collegue{rank}", Role.AGENT, here) for rank in range(1, COLLEAGUES)],
        person("responsable", Role.MANAGER, here),
        person("direction", Role.DIRECTION),
        person("accueil", Role.RECEPTION),
    )


@dataclass(frozen=True, slots=True)
class Letter:
    """What the tables say of one letter, the `rank`th of all."""

    rank: int
    year: int
    sequence: int
    received_on: date
    registered_at: datetime
    state: str
    confidentiality: str
    document_type: int
    sender: int
    subject: str
    open_at: int | None
    """The department (from 0) it is open in; None where nothing is to be done with it."""


def letters(total: int, types: Sequence[int]) -> Iterator[Letter]:
    """All letters in the order of the register; open ones among the last, a few of them old."""
    chance = random.Random(8)
    now = timezone.now()
    places = open_places(total, chance)
    a_year = max(1, total // YEARS)
    senders = max(1, total // 20)
    for rank in range(1, total + 1):
        back = (total - rank) // a_year
        ago = (
            timedelta(0)
            if rank > total - TODAY
            else timedelta(days=1 + 365 * back + 364 * ((total - rank) % a_year) // a_year)
        )
        at = now - ago
        open_at = places.get(rank)
        drawn = chance.random()
        yield Letter(
            rank,
            now.year - back,
            rank - max(0, total - (back + 1) * a_year),
            at.date(),
            at,
            state_of(rank, total, open_at, drawn),
            "normal" if drawn < 0.96 else "restricted" if drawn < 0.99 else "personal",
            types[int(drawn * 1e6) % len(types)],
            1 + int(drawn * 1e9) % senders,
            f"{SUBJECTS[rank % len(SUBJECTS)]} — {NAMES[rank % len(NAMES)]} {rank}",
            open_at,
        )


def open_places(total: int, chance: random.Random) -> dict[int, int]:
    """The department of each open letter, by rank: not of those that lie on the reception desk."""
    here = min(OPEN_HERE, total // 2)
    elsewhere = min(OPEN_ELSEWHERE, total // 200)
    wanted = [0] * here + [place for place in range(1, DEPARTMENTS) for _each in range(elsewhere)]
    last = total - TODAY // 2
    recent = range(max(1, last - 3 * len(wanted)), last)
    ranks = chance.sample(recent, min(len(wanted), len(recent)))
    for number in range(0, len(ranks), 100):
        ranks[number] = chance.randrange(1, last)
    chance.shuffle(wanted)
    return dict(zip(ranks, wanted, strict=False))


def state_of(rank: int, total: int, open_at: int | None, drawn: float) -> str:
    if open_at is not None:
        return "in_progress"
    if rank > total - TODAY // 2:
        return ("to_qualify", "reading", "failed", "received")[min(3, int(drawn * 5))]
    return "cancelled" if drawn < 0.004 else "closed"


Row = tuple[Any, ...]


def write(model: type[models.Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Rows of `names` (columns), all else as the model's defaults say, by the fastest way the database has."""
    fields = model._meta.concrete_fields
    empty = model()
    rest = [field for field in fields if field.column not in names and not field.primary_key]
    defaults = tuple(plain(field.get_db_prep_save(field.pre_save(empty, True), connection)) for field in rest)
    columns = [*names, *(field.column for field in rest)]
    table, quote = model._meta.db_table, connection.ops.quote_name
    head = f"{quote(table)} ({', '.join(quote(name) for name in columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {head} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row + defaults)
        else:
            marks = ", ".join(["?"] * len(columns))
            whole = (row + defaults for row in rows)
            while part := list(islice(whole, 20_000)):
                connection.connection.executemany(f"INSERT INTO {head} VALUES ({marks})", part)  # noqa: S608 - names of columns
    for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def plain(value: Any) -> Any:
    """As text where the driver wraps it."""
    if isinstance(value, datetime):
        return clock(value)
    obj = getattr(value, "obj", value)
    return "[]" if obj == [] else "{}" if obj == {} else obj


def clock(at: datetime) -> str:
    """An instant in UTC, as both databases read it."""
    return f"{at:%Y-%m-%d %H:%M:%S}"


def grow(town: Town, total: int) -> None:
    """Write `total` letters with what belongs to them, and have the planner look at them."""
    types = list(DocumentType.objects.order_by("pk").values_list("pk", flat=True))
    of = town.organisation.pk
    write(
        Correspondent,
        ["id", "organisation_id", "name"],
        ((rank, of, f"{NAMES[rank % 10]} {rank}") for rank in range(1, max(1, total // 20) + 1)),
    )
    write(
        Mail,
        [
            "id", "organisation_id", "year", "sequence", "number", "state", "received_on", "registered_at",
            "state_since", "subject", "sender_id", "document_type_id", "confidentiality", "closed_at",
        ],
        (
            (
                each.rank, of, each.year, each.sequence, f"A-{each.year}-{each.sequence:05}", each.state,
                str(each.received_on), clock(each.registered_at), clock(each.registered_at),
                each.subject, each.sender, each.document_type,
                each.confidentiality, clock(each.registered_at) if each.state == "closed" else None,
            )
            for each in letters(total, types)
        ),
    )  # fmt: skip
    write(
        Document,
        ["organisation_id", "mail_id", "role", "sha256", "size", "media_type", "name", "page_count"],
        (
            (of, rank, "original", f"{rank:064x}", 40_000, "application/pdf", f"scan-{rank}.pdf", 2)
            for rank in range(1, total + 1)
        ),
    )
    write(
        Page,
        ["mail_id", "number", "width", "height", "text", "image"],
        ((rank, 1, 1654, 2339, SUBJECTS[rank % len(SUBJECTS)], "") for rank in range(1, total + 1)),
    )
    write(
        Assignment,
        [
            "organisation_id", "mail_id", "department_id", "role", "state", "due_on", "accepted_by_id", "accepted_at",
            "created_at", "finished_at",
        ],
        assignments(town, letters(total, types)),
    )  # fmt: skip
    opened = Assignment.objects.open().order_by("pk").values_list("mail_id", flat=True)
    Annotation.objects.bulk_create(
        Annotation(mail_id=mail, author=town.manager, text="À voir ensemble")
        for mail in list(dict.fromkeys(opened))[::20]
    )
    Notification.objects.bulk_create(
        Notification(
            organisation_id=of,
            user=user,
            mail_id=mail,
            kind="arrived",
            key=f"assignment:{mail}:arrived",
            read_at=timezone.now() if rank % 10 else None,
        )
        for user in (town.agent, town.manager, town.direction)
        for rank, mail in enumerate(list(dict.fromkeys(opened))[:3_000])
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def assignments(town: Town, all_letters: Iterable[Letter]) -> Iterator[Row]:
    """One for action a letter; some with a copy elsewhere, some passed on by another department first."""
    chance = random.Random(9)
    today = timezone.localdate()
    ids = [each.pk for each in town.departments]
    people = [town.agent.pk, *(each.pk for each in town.colleagues)]
    of = town.organisation.pk
    for each in all_letters:
        at, drawn = clock(each.registered_at), chance.random()
        if each.open_at is not None:
            here = ids[each.open_at]
            role = "copy" if drawn < 0.10 else "opinion" if drawn < 0.13 else "action"
            taken = drawn > 0.6
            by = people[int(drawn * 1e6) % len(people)] if taken else None
            due = None if drawn < 0.15 else str(today + timedelta(days=int(drawn * 1e5) % 50 - 10))
            state = "accepted" if taken else "pending"
            yield of, each.rank, here, role, state, due, by, at if taken else None, at, None
        elif each.state == "closed":
            place = ids[int(drawn * 1e6) % len(ids)]
            by = people[int(drawn * 1e4) % len(people)]
            yield of, each.rank, place, "action", "done", str(each.received_on), by, at, at, at
            if drawn < 0.2:
                yield of, each.rank, ids[int(drawn * 1e7) % len(ids)], "copy", "done", None, by, None, at, at
            elif drawn > 0.95:
                yield (
                    of,
                    each.rank,
                    ids[int(drawn * 1e7) % len(ids)],
                    "action",
                    "redirected",
                    None,
                    None,
                    None,
                    at,
                    at,
                )
