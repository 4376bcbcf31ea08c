"""What one action on many letters costs: python -m bench.inbox_bulk [--letters 10000] [--database URL].

In the town of bench.inbox, 200 letters of one inbox with their processes: each action in one transaction, and its undo;
seconds, processor seconds and queries a letter. On SQLite, or on the PostgreSQL server named.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TOGETHER = 200


def measure(total: int) -> None:
    """Fill the database of DATABASE_URL and time each action."""
    import django

    django.setup()
    from django.db import connection
    from viewflow.workflow.models import Process

    from bench import inbox_town
    from bench.inbox import spent
    from courrier.mail.models import Assignment, AssignmentRole, AssignmentState
    from courrier.organisations.models import User
    from workflows import actions
    from workflows.handling import start_handling
    from workflows.models import ReceptionProcess
    from workflows.reception import ReceptionFlow

    town = inbox_town.found()
    inbox_town.grow(town, total)
    free = Assignment.objects.filter(
        department=town.here, state=AssignmentState.PENDING, role=AssignmentRole.ACTION
    ).exclude(mail__confidentiality="personal")
    ids = list(free.order_by("-pk").values_list("pk", flat=True)[:TOGETHER])
    for assignment in Assignment.objects.filter(pk__in=ids).select_related("mail"):
        ReceptionProcess.objects.create(mail=assignment.mail, flow_class=ReceptionFlow)
        start_handling(assignment)
    assert Process.objects.exists()
    seen: list[str] = []

    def count(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        seen.append(sql)
        return execute(sql, params, many, context)

    def timed(name, act):  # type: ignore[no-untyped-def]
        seen.clear()
        started, cpu = time.perf_counter(), spent()
        with connection.execute_wrapper(count):
            report = act(User.objects.get(pk=town.agent.pk))
        seconds, used = time.perf_counter() - started, spent() - cpu
        done, left = len(report.done), len(report.left)
        print(
            f"| {name} | {done} | {left} | {seconds:.1f} | {used:.1f} | {len(seen) / len(ids):.0f} |",
            flush=True,
        )
        return report

    print(
        f"\n{connection.vendor}, {total:,} letters\n\n| action | done | left | s | processor s | queries a letter |"
    )
    print("|---|---|---|---|---|---|")
    done = timed(
        "redirect", lambda user: actions.redirect_all(ids, user, town.departments[6], "pas pour nous")
    )
    timed("undo of it", lambda user: actions.undo_all(done.done, user))
    timed("accept", lambda user: actions.accept_all(ids, user))
    timed("give to a colleague", lambda user: actions.give_all(ids, user, town.colleagues[0]))
    timed("close", lambda user: actions.close_all(ids, user, "publicité"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", type=int, default=10_000, help="size of the register")
    parser.add_argument("--database", help="address of a PostgreSQL server; without it, SQLite")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        measure(given.letters)
        return
    from bench.inbox import database

    print(f"load when it began: {os.getloadavg()[0]:.1f}", flush=True)
    with database(given.database, keep=False) as environment:
        command = [sys.executable, "-m", "bench.inbox_bulk", "--child", "--letters", str(given.letters)]
        subprocess.run(command, env=environment, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
