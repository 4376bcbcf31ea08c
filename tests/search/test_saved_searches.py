"""A saved search tells of what is new, once, and only of what its owner may read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail as outbox

from courrier.mail.models import Mail
from courrier.search.engines import Engine
from courrier.search.models import SavedSearchMatch
from courrier.search.saved import check_saved_searches, looked_at, new_matches, save_search
from tests.search.conftest import Town


@pytest.fixture(autouse=True)
def messages_in_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_what_is_new_is_told_once(
    town: Town,
    search_engine: Engine,
    index: Callable[[], None],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    user = town.user("agent", "agent", "URB")
    user.email = "agent@saint-aubin.example"
    user.save()
    town.letter("une haie déjà là", departments=("URB",))
    index()
    saved = save_search(user, "Haies", "haie", alert=True)
    with django_capture_on_commit_callbacks(execute=True):
        assert check_saved_searches() == 0
    new = town.letter("une haie nouvelle, confidentielle", departments=("URB",))
    town.letter("autre chose", departments=("URB",))
    town.letter("une haie d'un autre service", departments=("FIN",))
    index()
    with django_capture_on_commit_callbacks(execute=True):
        assert check_saved_searches() == 1
        assert check_saved_searches() == 0
    assert new_matches(saved) == [new.pk]
    (message,) = outbox.outbox
    assert "1 nouveau courrier" in message.subject
    assert "confidentielle" not in message.body
    looked_at(saved)
    assert new_matches(saved) == []


def test_a_letter_closed_since_it_was_found_is_not_shown(
    town: Town, search_engine: Engine, index: Callable[[], None]
) -> None:
    user = town.user("agent", "agent", "URB")
    saved = save_search(user, "Haies", "haie", alert=True)
    mail = town.letter("une haie", departments=("URB",))
    index()
    assert check_saved_searches() == 1
    Mail.objects.filter(pk=mail.pk).update(confidentiality="personal")
    assert new_matches(saved) == []


def test_an_engine_that_is_away_is_asked_the_next_time(town: Town, settings: Any) -> None:
    user = town.user("agent", "agent", "URB")
    save_search(user, "Haies", "haie", alert=True)
    settings.SEARCH_URL, settings.SEARCH_TIMEOUT = "http://127.0.0.1:9", 0.2
    assert check_saved_searches() == 0
    assert not SavedSearchMatch.objects.exists()
