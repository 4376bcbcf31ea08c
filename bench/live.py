"""python -m bench.live [--streams 50] [--workers 1] [--threads 8] [--database URL] [--events 30]

What open pages that listen cost the site, in gunicorn as installations run it: time of a page without and with the
streams open, seconds from the commit of an event by another process to each stream, processor and memory of the
site's processes at rest. Defaults are the embedded set-up; production is --workers 3 --threads 4 --database
postgresql://… . Everything lies in a folder of its own, removed at the end; a PostgreSQL database must be empty.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.request import Request, urlopen


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--streams", type=int, default=50)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--database", default="")
    parser.add_argument("--events", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-live-") as folder:
        port = free_port()
        prepare(Path(folder), port, options.database)
        with site(Path(folder), port, options.workers, options.threads) as process:
            measure(port, process.pid, options.streams, options.events)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(folder: Path, port: int, database: str) -> None:
    from demo.installation import environment_of, prepare

    environment = environment_of(folder, port) | {"LOG_LEVEL": "WARNING"}
    prepare(environment | ({"DATABASE_URL": database} if database else {}))


@contextmanager
def site(folder: Path, port: int, workers: int, threads: int) -> Iterator[subprocess.Popen[bytes]]:
    counts = ["--workers", str(workers), "--threads", str(threads)]
    command = [sys.executable, "-m", "gunicorn", "courrier.wsgi", "--bind", f"127.0.0.1:{port}", *counts]
    with (folder / "site.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ)
        try:
            wait_for(port)
            yield process
        finally:
            process.terminate()
            process.wait(60)


def wait_for(port: int, patience: float = 120) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the site does not begin")


def measure(port: int, pid: int, streams: int, events: int) -> None:
    sessions, letter = town()
    session = sessions[0]
    page = f"http://127.0.0.1:{port}/bannette/URB/"
    get(page, session, patience=300)
    for _each in range(10):  # every process has its templates
        get(page, session)
    alone = [get(page, session) for _each in range(20)]
    before = usage(pid)
    opened = [Ear(port, sessions[each % len(sessions)]) for each in range(streams)]
    time.sleep(3)
    print(f"streams open: {sum(each.heard_hello for each in opened)} of {streams}")
    spent = cpu(pid)
    time.sleep(20)
    rest = (cpu(pid) - spent) / 20
    together = [get(page, session) for _each in range(20)]
    for _each in range(events):
        happen(letter)
        time.sleep(0.7)
    time.sleep(2)
    late = [second for each in opened for second in each.late]
    tenths = quantiles(late, n=20)
    print(f"page alone            median {median(alone) * 1000:.0f} ms, worst {max(alone) * 1000:.0f} ms")
    print(
        f"page with streams     median {median(together) * 1000:.0f} ms, worst {max(together) * 1000:.0f} ms"
    )
    print(
        f"commit to stream      median {median(late) * 1000:.0f} ms, 95 % {tenths[18] * 1000:.0f} ms, "
        f"worst {max(late) * 1000:.0f} ms ({len(late)} of {events * streams} told)"
    )
    print(f"processor at rest     {rest * 100:.1f} % of a core, all processes of the site")
    print(f"memory                {before / 1e6:.0f} MB before, {usage(pid) / 1e6:.0f} MB with streams")


def town() -> tuple[list[str], Any]:
    """Sessions of agents, and a letter they may know of."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from courrier.mail.models import Assignment, Mail, MailState
    from courrier.organisations.models import Department, Membership, Organisation, Role, User

    place = Organisation.objects.create(slug="bench", name="Mairie")
    department = Department.objects.create(organisation=place, code="URB", name="Urbanisme")
    for number in range(1, 41):
        mail = Mail.objects.create(
            organisation=place,
            number=f"B-{number}",
            year=2026,
            sequence=number,
            state=MailState.IN_PROGRESS,
            received_on="2026-03-03",
        )
        Assignment.objects.create(organisation=place, mail=mail, department=department, role="action")
    sessions = []
    for number in range(5):
        agent = User.objects.create_user(username=f"agent{number}")
        Membership.objects.create(user=agent, organisation=place, role=Role.AGENT, department=department)
        session = SessionStore()
        session[SESSION_KEY] = str(agent.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
        session.save()
        sessions.append(str(session.session_key))
    return sessions, mail


def happen(letter: Any) -> None:
    """Something happens to the letter, in this process: the site hears of it from the database alone."""
    from courrier.audit.chain import record
    from courrier.mail.locking import locked

    with locked(letter.pk) as held:
        record(held.organisation, "annotated", mail_id=held.pk, committed=time.time())
    Ear.committed_at = time.monotonic()


class Ear:
    """A stream, and how long after the commit each event came."""

    committed_at = 0.0

    def __init__(self, port: int, session: str) -> None:
        self.late: list[float] = []
        self.heard_hello = False
        self.connection = socket.create_connection(("127.0.0.1", port), 60)
        head = f"GET /direct/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: sessionid={session}\r\n\r\n"
        self.connection.sendall(head.encode())
        threading.Thread(target=self.hear, daemon=True).start()

    def hear(self) -> None:
        while data := self.connection.recv(65536):
            self.heard_hello = self.heard_hello or b"event: hello" in data
            if b"event: letters" in data:
                self.late.append(max(0.0, time.monotonic() - Ear.committed_at))


def get(address: str, session: str, patience: float = 60) -> float:
    """Seconds of a page."""
    request = Request(address, headers={"Cookie": f"sessionid={session}"})  # noqa: S310
    started = time.monotonic()
    with urlopen(request, timeout=patience) as answer:  # noqa: S310
        answer.read()
    return time.monotonic() - started


def family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def cpu(pid: int) -> float:
    """Seconds of processor so far."""
    ticks = 0
    for each in family(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def usage(pid: int) -> int:
    """Bytes of memory that are the processes' own."""
    total = 0
    for each in family(pid):
        for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


if __name__ == "__main__":
    main()
