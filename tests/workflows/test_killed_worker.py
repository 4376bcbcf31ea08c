"""Real workers, really killed: over files on one machine, and over Redis and PostgreSQL."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from redis import Redis

from tests import build

ONCE = ("registered", "read", "classified")

SCRIPTS = {
    "found": """
        from tests import build
        from courrier.organisations.models import Role
        town = build.organisation()
        build.department(town, "URB")
        build.member(town, Role.RECEPTION, username="accueil")
        from courrier.classification.taxonomy import install
        install(town)
    """,
    "receive": """
        import pathlib
        from tests import build
        from courrier.organisations.models import Organisation
        for path in sorted(pathlib.Path(ARGUMENT).glob("*.pdf")):
            build.receive(Organisation.objects.get(), build.upload(path.read_bytes()), None)
    """,
}


def run(environment: dict[str, str], script: str, argument: str = "") -> str:
    """Run one of SCRIPTS in a process of the installation; returns what it printed."""
    body = "\n".join(line[8:] for line in SCRIPTS[script].splitlines())
    code = f"import django; django.setup(); ARGUMENT = {argument!r}\n{body}"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(environment: dict[str, str], query: str) -> list[tuple[Any, ...]]:
    """The installation's database asked from outside: a process of Django's for each look would be slow."""
    address = environment.get("DATABASE_URL")
    if address:
        with psycopg.connect(address) as connection:
            return connection.execute(query).fetchall()
    with closing(sqlite3.connect(Path(environment["DATA_DIR"], "courrier.sqlite3"), timeout=30)) as local:
        return local.execute(query).fetchall()


def being_read(environment: dict[str, str]) -> bool:
    return bool(rows(environment, "SELECT 1 FROM workflows_jobrun WHERE holder <> '' AND job = 'read'"))


@contextmanager
def celery(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with Path(environment["DATA_DIR"], "celery.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "courrier", *arguments],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and all it started, at once and without a word."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


WORKER = ("worker", "--queues", "letters,steps,clock", "--concurrency", "2", "--loglevel", "info")
BEAT = ("beat", "--pidfile=", "--loglevel", "info")


def wait_until(what: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.2)


@pytest.fixture
def running(installation: dict[str, str]) -> dict[str, str]:
    """An installation whose jobs are missed after two seconds."""
    installation |= {"JOB_LEASE_SECONDS": "3", "JOB_PATIENCE_SECONDS": "3", "JOB_PAUSE_SECONDS": "1"}
    return installation


def set_up(environment: dict[str, str], letters: int) -> None:
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=environment, check=True, timeout=120)
    run(environment, "found")
    folder = Path(environment["DATA_DIR"], "letters")
    folder.mkdir()
    for number in range(letters):
        page = build.pdf(f"{build.LETTER}\n\nRéférence interne {number}")
        (folder / f"{number}.pdf").write_bytes(page)
    run(environment, "receive", str(folder))


def all_arrived(environment: dict[str, str], letters: int) -> bool:
    states = rows(environment, "SELECT state FROM mail_mail")
    return states == [("to_qualify",)] * letters and not rows(environment, "SELECT 1 FROM workflows_jobrun")


def arrived_once(environment: dict[str, str], letters: int) -> None:
    wait_until(lambda: all_arrived(environment, letters), 120)
    assert rows(environment, "SELECT count(*) FROM mail_page GROUP BY mail_id") == [(1,)] * letters
    verbs = rows(environment, "SELECT verb, count(*) FROM audit_event GROUP BY verb")
    assert {verb: count for verb, count in verbs if verb in ONCE} == dict.fromkeys(ONCE, letters)


def killed_while_reading(environment: dict[str, str], letters: int) -> None:
    with celery(environment, *WORKER) as worker:
        wait_until(lambda: being_read(environment))
        kill(worker)
    with celery(environment, *WORKER), celery(environment, *BEAT):
        arrived_once(environment, letters)


@pytest.mark.sqlite
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_letters_arrive_once_though_the_worker_is_killed(running: dict[str, str]) -> None:
    set_up(running, 3)
    killed_while_reading(running, 3)


@pytest.mark.sqlite
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_letters_arrive_though_the_folder_of_the_queue_is_emptied(running: dict[str, str]) -> None:
    set_up(running, 3)
    messages = list(Path(running["DATA_DIR"], "queue", "messages").glob("*.msg"))
    assert messages, "the letters' jobs wait in the queue"
    for message in messages:
        message.unlink()
    with celery(running, *WORKER), celery(running, *BEAT):
        arrived_once(running, 3)


@pytest.mark.redis
@pytest.mark.postgresql
@pytest.mark.timeout(300)
def test_letters_arrive_once_over_redis_though_worker_and_queue_are_lost(
    running: dict[str, str], redis_url: str, postgresql_url: str
) -> None:
    running |= {"BROKER_URL": redis_url, "DATABASE_URL": postgresql_url}
    set_up(running, 3)
    killed_while_reading(running, 3)
    folder = Path(running["DATA_DIR"], "letters")
    for old in folder.glob("*.pdf"):
        old.unlink()
    (folder / "late.pdf").write_bytes(build.pdf("une lettre de plus, sur la voirie"))
    run(running, "receive", str(folder))
    with Redis.from_url(redis_url) as client:
        client.flushdb()
    with celery(running, *WORKER), celery(running, *BEAT):
        arrived_once(running, 4)
