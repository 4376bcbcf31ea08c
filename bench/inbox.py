"""What the lists cost as the register grows: python -m bench.inbox --letters 1000,10000 [--database URL].

For each size a town of 40 departments, 5,000 letters open in one of them: the server's time for a page through the
whole stack (the test client, signed in, answers compressed, DEBUG off), p50 and p95 in milliseconds, and its queries.
On SQLite, or in a database of its own made on the PostgreSQL server named, which goes afterwards (`--keep` leaves it).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LIMIT_MS = 100
SECONDS = 4.0
"""How long one page is asked for again and again, at most."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One page for one person: milliseconds, queries, bytes of the answer.

    `cpu` is what it costs whoever else is at work: of the process and its database's on this machine, on average.
    """

    who: str
    page: str
    p50: float
    p95: float
    cpu: float
    queries: int
    size: int


# The process that measures one size


def measure(total: int, runs: int, again: bool, only: str) -> list[Figure]:
    """Fill the database of DATABASE_URL, unless `again`, and time every page."""
    import django

    django.setup()
    from django.core.management import call_command

    from bench import inbox_town
    from courrier.organisations.models import Department, Organisation, User

    call_command("collectstatic", interactive=False, verbosity=0)
    if again:
        people = User.objects.in_bulk(field_name="username")
        town = inbox_town.Town(
            Organisation.objects.get(), list(Department.objects.order_by("code")), people["agent"],
            [], people["responsable"], people["direction"], people["accueil"],
        )  # fmt: skip
    else:
        started = time.monotonic()
        town = inbox_town.found()
        inbox_town.grow(town, total)
        print(f"  {total} letters written in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return [
        timed(who, user, page, url, runs)
        for who, user, page, url in pages(town)
        if not only or only in f"{who} {page}"
    ]


def pages(town):  # type: ignore[no-untyped-def]
    """What is asked for: who, as whom, the page's name, its address."""
    here = f"/bannette/{town.here.code}/"
    views = {
        "": "inbox",
        "moi": "mine",
        "libres": "to take",
        "retard": "late",
        "info": "copies",
        "traites": "done",
    }
    for who, user in (("agent", town.agent), ("manager", town.manager), ("direction", town.direction)):
        address = here if who == "agent" else "/bannette/"
        for view, name in views.items():
            yield who, user, name, f"{address}?vue={view}" if view else address
        yield who, user, "inbox, one type", f"{address}?type=type-03"
        yield who, user, "inbox, page 2", f"{address}?page=2"
        yield who, user, "inbox, page 90", f"{address}?page=90"
        yield who, user, "done, last page", f"{address}?vue=traites&fin=1"
        yield from register(who, user)
        yield who, user, "notifications", "/notifications/"
    yield "desk", town.desk, "reception desk", "/accueil/"
    yield "desk", town.desk, "reception, sent", "/accueil/?etat=transmis"
    yield from register("desk", town.desk)


def register(who, user):  # type: ignore[no-untyped-def]
    from django.utils import timezone

    year = timezone.localdate().year
    asked = {
        "register": "",
        "register, last page": "?fin=1",
        "register, year": f"?annee={year}",
        "register, old year": f"?annee={year - 15}",
        "register, period": f"?du={year - 1}-03-01&au={year - 1}-03-31",
        "register, state": "?etat=in_progress",
        "register, rare state": "?etat=failed",
        "register, department": "?service=D07",
        "register, sender": "?expediteur=Durand",
        "register, no such sender": "?expediteur=Zorglub",
        "register, number": f"?numero=A-{year - 3}-00041",
        "register, rank": "?numero=41",
        "register, beginning": f"?numero=a-{year - 3}",
    }
    for name, query in asked.items():
        yield who, user, name, f"/registre/{query}"


def timed(who, user, page, url, runs):  # type: ignore[no-untyped-def]
    import numpy as np
    from django.db import connection
    from django.test import Client

    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(user)
    seen: list[str] = []

    def count(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    times: list[float] = []
    until, cpu = time.monotonic() + SECONDS, spent()
    while len(times) < runs and (len(times) < 3 or time.monotonic() < until):
        started = time.perf_counter()
        client.get(url)
        times.append(1000 * (time.perf_counter() - started))
    p50, p95 = np.percentile(times, [50, 95])
    mean = 1000 * (spent() - cpu) / len(times)
    figure = Figure(who, page, round(p50, 1), round(p95, 1), round(mean, 1), len(seen), len(answer.content))
    print(f"  {who:10} {page:26} {p50:8.1f} {p95:8.1f} {mean:8.1f} {len(seen):4}", file=sys.stderr)
    return figure


def spent() -> float:
    """Seconds of processor time this process has used, and its connection's on a PostgreSQL of this machine."""
    from django.db import connection

    seconds = time.process_time()
    if connection.vendor == "postgresql" and connection.connection is not None:
        stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
        if stat.exists():
            fields = stat.read_text().rpartition(")")[2].split()
            seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


# The process that is started


@contextmanager
def database(server: str | None, keep: bool) -> Iterator[dict[str, str]]:
    """The environment of an installation with an empty database, which goes afterwards."""
    folder = tempfile.mkdtemp(prefix="courrier-bench-", dir=os.environ.get("BENCH_FOLDER"))
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "BROKER_URL", "SEARCH_URL"}
    }
    environment = inherited | {
        "DJANGO_SETTINGS_MODULE": "courrier.settings",
        "DATA_DIR": folder,
        "LOG_LEVEL": "ERROR",
    }
    name = f"courrier_bench_{uuid4().hex[:12]}"
    if server:
        import psycopg

        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        environment["DATABASE_URL"] = re.sub(r"/[^/]*$", f"/{name}", server)
    try:
        yield environment
    finally:
        if keep:
            print(
                f"  kept: DATA_DIR={folder} DATABASE_URL={environment.get('DATABASE_URL', '')}",
                file=sys.stderr,
            )
        else:
            shutil.rmtree(folder, ignore_errors=True)
            if server:
                with psycopg.connect(server, autocommit=True) as connection:
                    connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def size(total: int, given: argparse.Namespace) -> list[Figure]:
    """The figures of one size, from a process of its own."""
    arguments = ["--child", str(total), "--runs", str(given.runs), "--only", given.only]
    if given.again:
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "courrier.settings", "LOG_LEVEL": "ERROR"}
        return child([*arguments, "--again"], environment)
    with database(given.database, given.keep) as environment:
        return child(arguments, environment)


def child(arguments: list[str], environment: dict[str, str]) -> list[Figure]:
    command = [sys.executable, "-m", "bench.inbox", *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return [Figure(**each) for each in json.loads(done.stdout)]


def over(row: Figure) -> str:
    return " **over**" if row.p95 > LIMIT_MS else ""


def table(figures: dict[int, list[Figure]]) -> str:
    """p50 / p95 (processor time) of each page by size; what is over the limit is marked."""
    sizes = list(figures)
    lines = [
        f"| who | page | queries | {' | '.join(f'{total:,} letters' for total in sizes)} |",
        f"|---|---|---|{'---|' * len(sizes)}",
    ]
    for rows in zip(*figures.values(), strict=True):
        cells = [f"{row.p50:.0f} / {row.p95:.0f} ({row.cpu:.0f}){over(row)}" for row in rows]
        counts = sorted({row.queries for row in rows})
        queries = "–".join(str(each) for each in dict.fromkeys([counts[0], counts[-1]]))
        lines.append(f"| {rows[0].who} | {rows[0].page} | {queries} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", default="1000,10000", help="sizes of the register, parted by commas")
    parser.add_argument("--database", help="address of a PostgreSQL server; without it, SQLite")
    parser.add_argument("--runs", type=int, default=40, help="times each page is asked for")
    parser.add_argument("--only", default="", help="only pages whose line has this text")
    parser.add_argument("--keep", action="store_true", help="leave the database and say where it is")
    parser.add_argument(
        "--again", action="store_true", help="measure the kept one of DATA_DIR and DATABASE_URL"
    )
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child is not None:
        print(
            json.dumps([asdict(each) for each in measure(given.child, given.runs, given.again, given.only)])
        )
        return
    load = os.getloadavg()[0]
    figures = {int(total): size(int(total), given) for total in given.letters.split(",")}
    where = "PostgreSQL" if given.database or os.environ.get("DATABASE_URL") else "SQLite"
    print(f"\np50 / p95 (processor) in ms on {where}; load when it began: {load:.1f}\n\n{table(figures)}")


if __name__ == "__main__":
    main()
