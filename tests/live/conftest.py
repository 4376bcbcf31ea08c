"""A site beside the test, over its database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from courrier.organisations.models import User
from tests.live.site import gunicorn
from tests.web import town as towns

THREADS = ("--workers", "1", "--threads", "4")


@pytest.fixture
def town(transactional_db: None) -> towns.Town:
    return towns.found()


@pytest.fixture(scope="session")
def serve(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., int]]:
    """Starts a site with the options of gunicorn over the database of the tests, and says its port."""
    folder = tmp_path_factory.mktemp("site")
    with django_db_blocker.unblock():
        name = str(connection.settings_dict["NAME"])
    environment = {"COURRIER_SITE_DATABASE": name, "COURRIER_SITE_FOLDER": str(folder)}
    with ExitStack() as sites:

        def start(*options: str, **more: str) -> int:
            running = gunicorn(
                folder / "site.log", *(options or THREADS), environment={**environment, **more}
            )
            return sites.enter_context(running)

        yield start


@pytest.fixture(scope="session")
def port(serve: Callable[..., int]) -> int:
    """Where a site of one process and four threads answers."""
    return serve()


@pytest.fixture
def session_of() -> Callable[[User], str]:
    """Signs a person in and gives the key of the session."""

    def signed_in(user: User) -> str:
        client = Client()
        client.force_login(user)
        return client.cookies["sessionid"].value

    return signed_in
