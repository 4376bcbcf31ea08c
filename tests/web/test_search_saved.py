"""Searches a person keeps: saved from the results, new letters counted, renamed, told of, deleted and brought back."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.core import mail as messages_sent
from django.test import Client

from courrier.notifications.models import Kind, Notification
from courrier.search.models import SavedSearch
from courrier.search.saved import BROUGHT_BACK, check_saved_searches, save_search
from tests.web import town as towns
from tests.web.desk import placed
from tests.web.search_desk import indexed

pytestmark = pytest.mark.django_db
LIST = "/recherche/enregistrees/"


@pytest.fixture
def client(town: towns.Town) -> Client:
    return town.client(town.agent)


def shown(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def test_a_search_is_saved_from_its_results_and_opened_again(town: towns.Town, client: Client) -> None:
    indexed(placed(town, town.urb).mail, "une haie")
    results = shown(client.get("/recherche/?q=haie&service=URB"))
    assert 'name="service" value="URB"' in results
    said = client.post(
        f"{LIST}ajouter/", {"q": "haie", "service": "URB", "name": " Haies  d'URB ", "alert": "1"}
    )
    assert said["Location"] == "/recherche/?q=haie&service=URB"
    kept = SavedSearch.objects.get()
    assert (kept.name, kept.text, kept.filters, kept.alert) == (
        "Haies d'URB", "haie", {"departments": ["URB"]}, True,
    )  # fmt: skip
    page = shown(client.get(LIST))
    assert "Haies d'URB" in page
    assert "Service : URB" in page
    assert client.get(f"{LIST}{kept.pk}/")["Location"] == "/recherche/?q=haie&service=URB"
    assert "Haies d'URB" in shown(client.get("/recherche/"))


def test_a_search_without_a_name_or_without_words_is_not_kept(client: Client) -> None:
    answer = client.post(f"{LIST}ajouter/", {"q": "haie", "name": " "}, follow=True)
    assert "Donnez un nom à cette recherche." in shown(answer)
    assert "rien à enregistrer" in shown(client.post(f"{LIST}ajouter/", {"name": "x"}, follow=True))
    assert not SavedSearch.objects.exists()


def test_new_letters_are_counted_until_the_search_is_opened(town: towns.Town, client: Client) -> None:
    indexed(placed(town, town.urb).mail, "une haie déjà là")
    kept = save_search(town.agent, "Haies", "haie")
    indexed(placed(town, town.urb).mail, "une haie nouvelle")
    indexed(placed(town, town.tec).mail, "une haie d'un autre service, restreinte")
    town_letter = placed(town, town.tec, confidentiality="restricted").mail
    indexed(town_letter, "une haie fermée")
    check_saved_searches()
    assert "1 nouveau" in shown(client.get(LIST)) or "2 nouveaux" in shown(client.get(LIST))
    opened = client.get(f"{LIST}{kept.pk}/")
    assert opened["Location"] == "/recherche/?q=haie&tri=recents"
    assert "nouveau<" not in client.get(LIST).content.decode()
    assert not kept.matches.filter(mail_id=town_letter.pk).exists()


def test_an_alert_is_a_notification_and_an_email_said_once(
    town: towns.Town, client: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    town.agent.email = "agent@saint-aubin.example"
    town.agent.save()
    kept = save_search(town.agent, "Haies", "haie", alert=True)
    indexed(placed(town, town.urb).mail, "une haie secrète")
    with django_capture_on_commit_callbacks(execute=True):
        assert check_saved_searches() == 1
        assert check_saved_searches() == 0
    told = Notification.objects.get()
    assert (told.user, told.kind, told.data["count"]) == (town.agent, Kind.FOUND, 1)
    assert told.emailed_at is not None, "the morning's digest would say it again"
    (message,) = messages_sent.outbox
    assert f"{LIST}{kept.pk}/" in message.body
    assert "secrète" not in message.subject + message.body
    page = shown(client.get("/notifications/"))
    assert "1 nouveau courrier pour votre recherche « Haies »" in page
    assert f'href="{LIST}"' in page


def test_an_email_that_cannot_leave_is_left_to_the_digest(
    town: towns.Town, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    town.agent.email = "agent@saint-aubin.example"
    town.agent.save()
    save_search(town.agent, "Haies", "haie", alert=True)
    indexed(placed(town, town.urb).mail, "une haie")
    with django_capture_on_commit_callbacks(execute=True):
        check_saved_searches()
    assert Notification.objects.get().emailed_at is None


def test_without_an_alert_nobody_is_told(town: towns.Town, client: Client) -> None:
    kept = save_search(town.agent, "Haies", "haie", alert=True)
    client.post(f"{LIST}{kept.pk}/alerte/", {"alert": "0"})
    indexed(placed(town, town.urb).mail, "une haie")
    check_saved_searches()
    assert not Notification.objects.filter(kind=Kind.FOUND).exists()
    client.post(f"{LIST}{kept.pk}/alerte/", {"alert": "1"})
    assert SavedSearch.objects.get().alert


def test_an_alert_wants_every_word(town: towns.Town) -> None:
    """The results page shows letters with some of the words where none has them all; nobody is called for those."""
    kept = save_search(town.agent, "Haies", "haie mitoyenne", alert=True)
    indexed(placed(town, town.urb).mail, "une haie sans plus")
    check_saved_searches()
    assert not kept.matches.exists()


def test_a_name_that_is_taken_is_refused_and_what_was_typed_stays(town: towns.Town, client: Client) -> None:
    save_search(town.agent, "Haies", "haie")
    other = save_search(town.agent, "Voirie", "route")
    answer = client.post(f"{LIST}{other.pk}/renommer/", {"name": "Haies"})
    assert answer.status_code == 422
    assert "porte déjà ce nom" in shown(answer)
    assert 'value="Haies" aria-invalid="true"' in shown(answer)
    client.post(f"{LIST}{other.pk}/renommer/", {"name": "Routes"})
    assert set(SavedSearch.objects.values_list("name", flat=True)) == {"Haies", "Routes"}


def test_a_deleted_search_is_brought_back_even_where_its_name_was_taken(
    town: towns.Town, client: Client
) -> None:
    kept = save_search(town.agent, "Haies", "haie")
    page = shown(client.post(f"{LIST}{kept.pk}/supprimer/", follow=True))
    assert "Recherche « Haies » supprimée." in page
    assert "Aucune recherche enregistrée" in page
    save_search(town.agent, "Haies", "autre")
    client.post(f"{LIST}{kept.pk}/retablir/")
    assert set(SavedSearch.objects.kept().values_list("name", "text")) == {
        ("Haies", "autre"),
        ("Haies (2)", "haie"),
    }


def test_a_deleted_search_is_forgotten_after_a_day(town: towns.Town, client: Client) -> None:
    kept = save_search(town.agent, "Haies", "haie", alert=True)
    client.post(f"{LIST}{kept.pk}/supprimer/")
    indexed(placed(town, town.urb).mail, "une haie")
    check_saved_searches()
    kept.refresh_from_db()
    assert not kept.matches.exists(), "nobody looks for it any more"
    assert kept.removed_at
    SavedSearch.objects.update(removed_at=kept.removed_at - BROUGHT_BACK)
    assert "supprimée" not in shown(client.get(LIST))
    check_saved_searches()
    assert not SavedSearch.objects.exists()


def test_nobody_reaches_the_searches_of_another(town: towns.Town) -> None:
    kept = save_search(town.agent, "Affaire", "secret", alert=True)
    other = town.client(town.direction)
    assert "Affaire" not in shown(other.get(LIST))
    assert other.get(f"{LIST}{kept.pk}/").status_code == 404
    for verb in ("renommer", "alerte", "supprimer", "retablir"):
        assert other.post(f"{LIST}{kept.pk}/{verb}/", {"name": "x"}).status_code == 404, verb


def test_the_list_costs_the_same_however_long(town: towns.Town, client: Client) -> None:
    def queries() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            client.get(LIST)
        return len(caught)

    save_search(town.agent, "0", "haie")
    client.get(LIST)
    few = queries()
    for rank in range(1, 20):
        save_search(town.agent, str(rank), f"haie {rank}")
    assert queries() == few
