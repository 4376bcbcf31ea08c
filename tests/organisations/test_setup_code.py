"""Who first reaches an installation that nobody has an account on becomes its administrator: not without the code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client

from courrier.organisations.models import Organisation, User
from courrier.organisations.setup_code import is_setup_code, setup_code, setup_link
from courrier.organisations.typed_code import in_groups
from tests.web.test_administration_first_run import ADDRESS, typed

ROOT = Path(__file__).parents[2]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "203.0.113.7"])
def test_nobody_begins_without_the_code_wherever_they_come_from(address: str) -> None:
    """A proxy on the same machine makes everybody come from 127.0.0.1."""
    for code in ("", "0000-0000-0000-0000", in_groups(setup_code())[:-1]):
        assert Client(REMOTE_ADDR=address).post(ADDRESS, typed(code=code)).status_code == 422
    assert not User.objects.exists()
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_the_code_is_typed_as_it_is_read() -> None:
    shown = in_groups(setup_code())
    assert is_setup_code(shown.lower().replace("-", " "))
    assert Client().post(ADDRESS, typed(code=shown.lower())).status_code == 302
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_the_page_does_not_give_the_code_away_and_the_link_fills_it_in() -> None:
    assert in_groups(setup_code()) not in Client().get(ADDRESS).content.decode()
    path = setup_link().removeprefix(django_settings.SITE_URL)
    assert in_groups(setup_code()) in Client().get(path).content.decode()


def test_it_follows_from_the_secret_key(settings) -> None:  # type: ignore[no-untyped-def]
    before = setup_code()
    assert setup_code() == before
    settings.SECRET_KEY = "another"
    assert setup_code() != before


def run(installation: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], env=installation, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.timeout(600)
def test_the_server_and_the_command_print_it_until_somebody_has_an_account(
    installation: dict[str, str],
) -> None:
    start = ("-c", "import courrier.wsgi")
    assert "/demarrage/?code=" not in run(installation, *start), "nothing to say before the tables are there"
    run(installation, "manage.py", "migrate", "--verbosity", "0")
    printed = run(installation, *start)
    said = run(installation, "manage.py", "setup_code")
    link = next(word for word in said.split() if "/demarrage/" in word)
    assert link in printed
    run(installation, "manage.py", "found_organisation", "Mairie de Cazalis", "--admin", "n.belkacem")
    assert "/demarrage/" not in run(installation, *start)
    assert "déjà en route" in run(installation, "manage.py", "setup_code")
