from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from courrier.capture.watching import Tally, watch_all
from courrier.organisations.models import Organisation
from tests import build


@pytest.fixture
def cazalis(db: None) -> Organisation:
    return build.organisation()


@pytest.fixture
def folder(cazalis: Organisation, settings) -> Path:  # type: ignore[no-untyped-def]
    """The scan folder of the organisation, where its scanner writes."""
    path: Path = settings.SCAN_FOLDER / cazalis.slug
    path.mkdir(parents=True)
    return path


@pytest.fixture
def two_looks() -> Callable[[], Tally]:
    """Looks twice, no time being needed between them, and says what the second did."""

    def looks() -> Tally:
        watch_all(settled=3600)
        return watch_all(settled=0.0, patience=0.0)

    return looks
