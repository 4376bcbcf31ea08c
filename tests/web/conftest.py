from __future__ import annotations

import pytest

from tests.web import town as towns


@pytest.fixture
def town(db: None) -> towns.Town:
    """A collectivité with three departments, its desk and an agent."""
    return towns.found()
