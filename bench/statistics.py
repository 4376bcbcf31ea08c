"""What the statistics page costs with a year of letters: python -m bench.statistics --letters 100000.

In a database of its own, SQLite or the empty PostgreSQL one of --database: letters with their handlings, steps,
suggestions and corrections; then the time to count them all, to count again the days of 500 changed letters, and of the
page and its tables as the direction and a manager ask for them (p50, p95, queries). `raw` is what the figures of one
panel cost each from the register's own tables, without the day counts.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

ARGUMENTS = argparse.ArgumentParser(description=__doc__)
ARGUMENTS.add_argument("--letters", type=int, default=100_000)
ARGUMENTS.add_argument("--times", type=int, default=20)
ARGUMENTS.add_argument("--database", default="", help="postgresql://… ; SQLite without it")
CHOSEN = ARGUMENTS.parse_args()
SCRATCH = tempfile.mkdtemp(prefix="courrier-bench-", dir=os.environ.get("BENCH_FOLDER"))
os.environ.update(DJANGO_SETTINGS_MODULE="courrier.settings", DATA_DIR=SCRATCH, LOG_LEVEL="ERROR")
os.environ["DATABASE_URL"] = CHOSEN.database or f"sqlite:///{SCRATCH}/bench.sqlite3"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count, F  # noqa: E402
from django.db.models.functions import TruncWeek  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from viewflow.workflow.models import Process, Task  # noqa: E402
from viewflow.workflow.status import PROCESS, STATUS  # noqa: E402

from courrier.audit.models import Event  # noqa: E402
from courrier.classification.models import Example, Suggestion  # noqa: E402
from courrier.mail.models import Assignment, Channel, Mail  # noqa: E402
from courrier.organisations.founding import found_organisation  # noqa: E402
from courrier.organisations.models import Membership, Role, User  # noqa: E402
from courrier.simulation.clock import at  # noqa: E402
from courrier.statistics.counting import count  # noqa: E402
from courrier.statistics.models import DayCount  # noqa: E402
from workflows.handling import HandlingFlow  # noqa: E402
from workflows.models import HandlingProcess, ReceptionProcess  # noqa: E402
from workflows.reception import ReceptionFlow  # noqa: E402

BATCH = 5_000
DAYS = 365
DESK_STEPS = ("read", "classify", "index", "qualify", "dispatch", "handled")
DEPARTMENT_STEPS = ("accept", "accepted", "handle", "treated")


class Register:
    """A year of letters, written in bulk as the flows would have left them."""

    def __init__(self, letters: int) -> None:
        self.organisation = found_organisation("banc", "Mairie du Banc")
        self.departments = list(self.organisation.departments.all())
        self.kinds = list(self.organisation.document_types.all())
        self.chance = random.Random(1)
        self.today = timezone.localdate()
        for first in range(0, letters, BATCH):
            self.write(first, min(BATCH, letters - first), letters)

    def write(self, first: int, number: int, letters: int) -> None:
        chance = self.chance
        mails, rows = [], []
        for rank in range(first, first + number):
            day = self.today - timedelta(days=DAYS - 1 - rank * DAYS // letters)
            taken = min(round(chance.lognormvariate(2, 0.8)), 300)
            closed = day + timedelta(days=taken)
            done = closed <= self.today
            mails.append(
                Mail(
                    organisation=self.organisation,
                    year=day.year,
                    sequence=rank + 1,
                    number=f"A-{day.year}-{rank + 1:05d}",
                    state="closed" if done else "in_progress",
                    channel=chance.choice(Channel.values),
                    received_on=day,
                    registered_at=at(day, 9),
                    subject="demande",
                    letter_date=day,
                    document_type=chance.choice(self.kinds),
                    due_on=day + timedelta(days=21),
                    closed_at=at(closed, 16) if done else None,
                )
            )
            rows.append((day, closed, done, chance.choice(self.departments)))
        mails = Mail.objects.bulk_create(mails)
        assignments = Assignment.objects.bulk_create(
            Assignment(
                organisation=self.organisation,
                mail=mail,
                department=department,
                state="done" if done else "accepted",
                due_on=mail.due_on,
                created_at=at(day, 11),
                finished_at=at(closed, 16) if done else None,
            )
            for mail, (day, closed, done, department) in zip(mails, rows, strict=True)
        )
        self.processes(mails, assignments, rows)
        fields = (("department", "URB"), ("document_type", "voirie"), ("subject", "demande"))
        Suggestion.objects.bulk_create(
            Suggestion(mail=mail, field=field, rank=0, value=value, label="", confidence=0.9)
            for mail in mails
            for field, value in fields
        )
        Example.objects.bulk_create(
            Example(organisation=self.organisation, mail=mail, source="qualification", department=row[3].code)
            for mail, row in zip(mails, rows, strict=True)
        )

    def processes(self, mails: list[Mail], assignments: list[Assignment], rows: list) -> None:  # type: ignore[type-arg]
        """Processes by their two tables, which Django does not fill in bulk."""
        desk = Process.objects.bulk_create(
            Process(flow_class=ReceptionFlow, status=PROCESS.DONE, created=at(row[0], 9)) for row in rows
        )
        there = Process.objects.bulk_create(
            Process(flow_class=HandlingFlow, status=PROCESS.DONE, created=at(row[0], 11)) for row in rows
        )
        with connection.cursor() as cursor:
            for model, parents, column, things in (
                (ReceptionProcess, desk, "mail_id", mails),
                (HandlingProcess, there, "assignment_id", assignments),
            ):
                cursor.executemany(
                    f"INSERT INTO {model._meta.db_table} (process_ptr_id, {column}) VALUES (%s, %s)",  # noqa: S608
                    [(parent.pk, thing.pk) for parent, thing in zip(parents, things, strict=True)],
                )
        tasks = [
            Task(process=process, flow_task=getattr(flow, name), status=STATUS.DONE)
            for parents, flow, names in (
                (desk, ReceptionFlow, DESK_STEPS),
                (there, HandlingFlow, DEPARTMENT_STEPS),
            )
            for process in parents
            for name in names
        ]
        for task in tasks:
            task.finished = timezone.now() + timedelta(hours=self.chance.random() * 90)
        Task.objects.bulk_create(tasks, batch_size=BATCH)


def timed(action: Callable[[], object], times: int = 1) -> tuple[float, float]:
    """Milliseconds: median and p95."""
    taken = []
    for _each in range(times):
        began = time.perf_counter()
        action()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[min(int(len(taken) * 0.95), len(taken) - 1)]


def raw(register: Register) -> dict[str, Callable[[], object]]:
    mails = Mail.objects.filter(organisation=register.organisation)
    handlings = Assignment.objects.filter(organisation=register.organisation, role="action")
    tasks = Task.objects.filter(process__in=HandlingProcess.objects.values("pk"), status=STATUS.DONE)
    return {
        "volumes": lambda: list(
            mails.annotate(week=TruncWeek("received_on"))
            .values("week", "channel")
            .annotate(n=Count("pk"))
            .order_by()
        ),
        "delays": lambda: list(
            handlings.filter(state="done")
            .annotate(taken=F("finished_at") - F("created_at"))
            .values_list("department", "taken")
        ),
        "steps": lambda: list(
            tasks.annotate(taken=F("finished") - F("created")).values_list("flow_task", "taken")
        ),
    }


def noting(queries: list[str]) -> Callable[..., object]:
    def execute(run: Callable[..., object], sql: str, *more: object) -> object:
        queries.append(sql)
        return run(sql, *more)

    return execute


def member(register: Register, role: Role) -> Client:
    user = User.objects.create(username=role)
    place = register.departments[0] if role == Role.MANAGER else None
    Membership.objects.create(user=user, organisation=register.organisation, role=role, department=place)
    client = Client()
    client.force_login(user)
    return client


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    register = Register(CHOSEN.letters)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{connection.vendor}: {Mail.objects.count()} letters, {Task.objects.count()} steps")
    for name, action in raw(register).items():
        print(f"raw {name}: {timed(action, 3)[0]:.0f} ms")
    print(f"count all: {timed(lambda: count(register.organisation))[0] / 1000:.1f} s")
    bytes_ = sum(len(each.content) for each in DayCount.objects.iterator())
    print(f"day counts: {DayCount.objects.count()} rows, {bytes_ / 1e6:.1f} MB")
    for mail in Mail.objects.order_by("-pk")[:500]:
        Event.objects.create(
            organisation=register.organisation,
            chain=f"mail:{mail.pk}",
            sequence=1,
            verb="viewed",
            mail_id=mail.pk,
        )
    print(f"count the days of 500 letters: {timed(lambda: count(register.organisation))[0]:.0f} ms")
    year = f"du={register.today - timedelta(days=DAYS - 1)}&au={register.today}"
    for role in (Role.DIRECTION, Role.MANAGER):
        client = member(register, role)
        for address in ("/statistiques/", f"/statistiques/?{year}", f"/statistiques/services.csv?{year}"):
            client.get(address)
            queries: list[str] = []
            with connection.execute_wrapper(noting(queries)):
                b"".join(client.get(address))  # type: ignore[arg-type]
            p50, p95 = timed(lambda a=address, c=client: b"".join(c.get(a)), CHOSEN.times)  # type: ignore[misc]
            print(f"{role} {address.split('?')[0]}{' 12 months' if '?' in address else ' 3 months'}: "
                  f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, {len(queries)} queries")  # fmt: skip
    print(DayCount.objects.filter(
        organisation=register.organisation, day__range=(register.today - timedelta(days=90), register.today)
    ).explain())  # fmt: skip
    print(Mail.objects.filter(organisation=register.organisation, received_on=register.today).explain())


if __name__ == "__main__":
    main()
