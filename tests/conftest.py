"""What every test stands on: a data folder of its own, and real servers where they run.

Servers come from the environment (`./dev test --all`) or from `python -m tests.servers start`. A test that
needs one is marked `postgresql`, `redis`, `elasticsearch`, `chromium` or `imap`: skipped without it, failed where
COURRIER_REQUIRE_SERVERS is set. On PostgreSQL (COURRIER_TEST_ON_POSTGRESQL) only tests that use the database
run, but for those marked `sqlite`, `chromium` or `slow`.
"""

import os
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.test import TransactionTestCase
from elasticsearch import Elasticsearch
from playwright.sync_api import Browser
from redis import Redis

from tests.browser import browser
from tests.servers import chromium as chromium_program
from tests.servers import state

VARIABLES = {
    "postgresql": "COURRIER_TEST_DATABASE_URL",
    "redis": "COURRIER_TEST_REDIS_URL",
    "elasticsearch": "COURRIER_TEST_ELASTICSEARCH_URL",
    "chromium": "COURRIER_TEST_CHROMIUM",
    "imap": "COURRIER_TEST_IMAP_URL",
}
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "postgresql_url", "installation"}


def address_of(server: str) -> str | None:
    """Where a server is: from the environment, or from the servers that run; for Chromium its program."""
    if named := os.environ.get(VARIABLES[server]):
        return named
    if server == "chromium":
        found = chromium_program.find()
        return str(found) if found else None
    running = state.read().get(server)
    return running.address if running and running.alive else None


def servers_required() -> bool:
    return os.environ.get("COURRIER_REQUIRE_SERVERS", "") not in {"", "0"}


def on_postgresql() -> bool:
    return bool(os.environ.get("COURRIER_TEST_ON_POSTGRESQL"))


def marked_servers(item: pytest.Item) -> list[str]:
    return [server for server in VARIABLES if item.get_closest_marker(server)]


def uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db") or item.get_closest_marker("postgresql"):
        return True
    test_class = getattr(item, "cls", None)
    if isinstance(test_class, type) and issubclass(test_class, TransactionTestCase):
        return True
    return bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


def belongs_to_run(item: pytest.Item) -> bool:
    """On PostgreSQL: whether the test says of the database what the run on SQLite has not said."""
    if not on_postgresql() or item.get_closest_marker("postgresql"):
        return True
    bound = any(item.get_closest_marker(name) for name in ("sqlite", "chromium", "slow"))
    return uses_database(item) and not bound


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if not belongs_to_run(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if belongs_to_run(item)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    missing = [server for server in marked_servers(item) if not address_of(server)]
    if missing and servers_required():
        pytest.fail(f"needs a server that does not run: {', '.join(missing)}")
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: ./dev test --all")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where servers are required, a test that needs one cannot skip itself either."""
    report = yield
    if report.skipped and servers_required() and marked_servers(item) and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where servers are required: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings) -> Path:  # type: ignore[no-untyped-def]
    """An empty data folder for each test: documents, search index, scans and sent messages all lie in it."""
    before, after = str(settings.DATA_DIR), tmp_path / "var"
    after.mkdir()
    for name in (
        "DATA_DIR",
        "MEDIA_ROOT",
        "SCAN_FOLDER",
        "EMAIL_FILE_PATH",
        "FILE_UPLOAD_TEMP_DIR",
        "STATIC_ROOT",
    ):
        moved = Path(str(getattr(settings, name)).replace(before, str(after), 1))
        setattr(settings, name, moved)
    settings.FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
    settings.SEARCH_URL = settings.SEARCH_URL.replace(before, str(after), 1)
    default = settings.STORAGES["default"]
    options = default["OPTIONS"] | {"location": settings.MEDIA_ROOT}
    settings.STORAGES = settings.STORAGES | {"default": default | {"OPTIONS": options}}
    return after


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """The address of an empty PostgreSQL database made for this test."""
    server = address_of("postgresql")
    if server is None:
        pytest.fail("a test that uses postgresql_url is marked pytest.mark.postgresql")
    name = f"courrier_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield re.sub(r"/[^/]*$", f"/{name}", server)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def redis_url(worker_id: str) -> Iterator[str]:
    """The address of a Redis database that is empty and that no other test process uses."""
    server = address_of("redis")
    if server is None:
        pytest.fail("a test that uses redis_url is marked pytest.mark.redis")
    number = int(worker_id.removeprefix("gw")) + 1 if worker_id.startswith("gw") else 0
    address = re.sub(r"/\d+$", f"/{number}", server)
    with Redis.from_url(address) as client:
        client.flushdb()
        yield address
        client.flushdb()


@pytest.fixture
def elasticsearch_url() -> str:
    """The address of Elasticsearch, shared by all tests: name indexes with `elasticsearch_prefix`."""
    server = address_of("elasticsearch")
    if server is None:
        pytest.fail("a test that uses elasticsearch_url is marked pytest.mark.elasticsearch")
    return server


@pytest.fixture
def elasticsearch_prefix(elasticsearch_url: str) -> Iterator[str]:
    """A prefix for the names of this test's indexes and aliases; its indexes are deleted afterwards."""
    prefix = f"test-{uuid4().hex[:12]}"
    yield prefix
    with Elasticsearch(elasticsearch_url) as client:
        for index in client.indices.get(index=f"{prefix}*", expand_wildcards="all"):
            client.indices.delete(index=index)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The program of the browser that end-to-end tests drive."""
    found = address_of("chromium")
    if found is None:
        pytest.fail("a test that uses chromium_path is marked pytest.mark.chromium")
    return found


@pytest.fixture
def chromium(chromium_path: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """A running browser."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in this thread
    with browser(chromium_path) as running:
        yield running


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation of its own, for tests that start real processes.

    Its data folder is empty and its database, SQLite in that folder, not yet migrated. Add DATABASE_URL,
    BROKER_URL or SEARCH_URL for other servers.
    """
    data = tmp_path / "installation"
    data.mkdir()
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "BROKER_URL", "SEARCH_URL", "STORAGE_URL", "EMAIL_URL"}
        and not name.startswith(("COURRIER_TEST", "PYTEST"))
    }
    return inherited | {"DJANGO_SETTINGS_MODULE": "courrier.settings", "DATA_DIR": str(data)}
