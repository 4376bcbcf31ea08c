"""Preparing an installation: database, static files, index."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path


def environment_of(data_dir: Path, port: int) -> dict[str, str]:
    """The environment of an installation that needs no server, whatever the caller's own environment says."""
    return {
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": f"sqlite:///{data_dir / 'courrier.sqlite3'}",
        "SEARCH_URL": f"tantivy://{data_dir / 'search'}",
        "BROKER_URL": "filesystem://",
        "STORAGE_URL": "",
        "EMAIL_URL": "",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "courrier.settings",
        "LOG_LEVEL": "INFO",
    }


def prepare(environment: Mapping[str, str]) -> None:
    """Load Django with this environment, and bring database and static files up to date."""
    os.environ.update(environment)
    import django

    django.setup()
    from django.core.management import call_command

    quiet = io.StringIO()
    call_command("migrate", interactive=False, verbosity=0, stdout=quiet)
    call_command("collectstatic", interactive=False, verbosity=0, stdout=quiet)
