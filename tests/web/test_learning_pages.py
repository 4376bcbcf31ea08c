"""What was learned and what goes without a reader, on screen: figures, one click back, past letters as the proof."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from courrier.audit.models import Event
from courrier.classification.learned import Lesson, teach
from courrier.classification.models import Example, ExampleSource, ModelState, TrainedModel, TrainingRun
from courrier.classification.training import lessons_of
from courrier.mail.qualification import Qualification
from courrier.organisations.models import Role, User
from tests import build
from tests.web import town as towns
from workflows import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(town: towns.Town) -> User:
    return build.member(town.organisation, Role.ADMINISTRATOR)


@pytest.fixture
def client(town: towns.Town, admin: User) -> Client:
    return town.client(admin)


def version(
    town: towns.Town, number: int, state: ModelState = ModelState.RETIRED, **more: Any
) -> TrainedModel:
    learned = teach([Lesson("un mot", {"facture": 1.0}, {"FIN": 1.0}, "FIN", "facture")])
    figures = {"letters": 20, "department": 0.925, "document_type": 0.8, "loss": 0.1}
    return TrainedModel.objects.create(
        organisation=town.organisation,
        version=number,
        state=state,
        **{
            "content": learned.to_bytes(),
            "data": {"count": 120, "letters": []},
            "figures": {
                "challenger": figures,
                "champion": figures | {"department": 0.6},
                "held_back": 20,
                "curve": [
                    {"letters": 0, "department": 0.6, "document_type": 0.5},
                    {"letters": 96, "department": 0.925, "document_type": 0.8},
                ],
            },
            **more,
        },
    )


def example(town: towns.Town, department: str, confidence: float, suggested: str = "FIN") -> None:
    mail = town.letter()
    town.suggest(mail, "department", suggested, confidence=confidence)
    town.suggest(mail, "document_type", "facture", confidence=0.99)
    Example.objects.create(
        organisation=town.organisation,
        mail=mail,
        source=ExampleSource.QUALIFICATION,
        department=department,
        document_type="facture",
    )


def test_a_redirect_between_departments_is_taught(town: towns.Town) -> None:
    [mail] = town.waiting()
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb]))
    actions.redirect(mail.assignments.get(), town.agent, town.fin, "C'est une facture")
    sources = Example.objects.filter(mail=mail).values_list("source", "department", "suggested_department")
    assert list(sources) == [("qualification", "URB", "URB"), ("redirect", "FIN", "URB")] or list(sources)[
        1
    ] == (
        "redirect",
        "FIN",
        "URB",
    )
    _letters, lessons = lessons_of(town.organisation)
    assert [lesson.department for lesson in lessons] == ["FIN"], "the last word on a letter counts"


def test_the_page_tells_versions_figures_and_the_curve(town: towns.Town, client: Client) -> None:
    version(town, 1)
    version(town, 2, ModelState.ACTIVE)
    version(town, 3, ModelState.REJECTED, data={"count": 9, "letters": [], "erased": True}, content=b"")
    page = client.get(reverse("web:learning")).content.decode()
    assert "Version 2 en service" in page
    assert "Apprise le" in page
    assert "sur 120 courriers" in page
    assert "92,5\N{NO-BREAK SPACE}%" in page
    assert "contre 60,0\N{NO-BREAK SPACE}% sur 20" in page
    assert 'value="0.9250"' in page
    assert "effacée" in page
    assert page.count(">Mettre en service<") == 1, "neither the one in service nor the one that was erased"


def test_going_back_is_one_click_and_the_journal_tells(town: towns.Town, client: Client) -> None:
    old = version(town, 1)
    new = version(town, 2, ModelState.ACTIVE)
    client.post(reverse("web:learning_serve", args=[1]))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == (ModelState.ACTIVE, ModelState.RETIRED)
    client.post(reverse("web:learning_serve", args=[0]))
    old.refresh_from_db()
    assert old.state == ModelState.RETIRED
    verbs = Event.objects.filter(mail_id=None).order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["model_put_in_service", "model_retired"]
    version(town, 3, data={"count": 9, "letters": [], "erased": True}, content=b"")
    answer = client.post(reverse("web:learning_serve", args=[3]), follow=True)
    assert "a été effacée" in answer.content.decode()


def test_training_is_asked_for_and_followed(town: towns.Town, client: Client, admin: User) -> None:
    refused = client.post(reverse("web:learning_train"), follow=True).content.decode()
    assert "Il faut au moins 20 courriers qualifiés" in refused
    for _number in range(20):
        example(town, "FIN", 0.9)
    client.post(reverse("web:learning_train"))
    run = TrainingRun.objects.get()
    assert run.asked_by == admin
    page = client.get(reverse("web:learning")).content.decode()
    assert "En attente d'un moment libre" in page.replace("&#x27;", "'")
    run.done, run.total = 7, 20
    run.save()
    answer = client.get(reverse("web:learning_progress"))
    assert "7 courriers relus sur 20" in answer.content.decode()
    assert "HX-Refresh" not in answer
    run.finished_at, run.outcome = run.asked_at, "Écarté : service juste 80,0%."
    run.save()
    assert client.get(reverse("web:learning_progress"))["HX-Refresh"] == "true"
    assert "Écarté : service juste" in client.get(reverse("web:learning")).content.decode()


def test_past_letters_show_what_each_threshold_would_have_done(town: towns.Town, client: Client) -> None:
    for _number in range(3):
        example(town, "FIN", 0.97)
    example(town, "URB", 0.92)
    example(town, "FIN", 0.5)
    page = client.get(reverse("web:thresholds"))
    everything, facture = page.context["everything"], page.context["seen"][0]
    assert [(cell.share, cell.step.wrong, cell.risky) for cell in everything.cells] == [
        (80, 1, True),
        (60, 0, False),
        (0, 0, False),
        (0, 0, False),
    ]
    assert (facture.kind.code, facture.letters) == ("facture", 5)
    assert [(value, chosen) for value, _label, chosen in everything.choices if chosen] == [("1.01", True)]


def test_thresholds_are_kept_by_type_and_written_in_the_journal(town: towns.Town, client: Client) -> None:
    typed = {"everything": "0.98", "type-facture": "0.95", "type-permis-construire": "1.01"}
    client.post(reverse("web:thresholds"), typed)
    town.organisation.refresh_from_db()
    kept = dict(town.organisation.document_types.values_list("code", "dispatch_threshold"))
    assert (town.organisation.dispatch_threshold, kept) == (
        0.98,
        {"facture": 0.95, "permis-construire": 1.01},
    )
    assert Event.objects.filter(verb="document_type_changed").count() == 2
    client.post(reverse("web:thresholds"), {**typed, "type-facture": "", "everything": "0"})
    town.organisation.refresh_from_db()
    assert town.organisation.dispatch_threshold == 0.98, "what is none of the choices changes nothing"
    assert town.organisation.document_types.get(code="facture").dispatch_threshold is None


def test_pages_cost_the_same_with_many_letters_and_belong_to_administrators(
    town: towns.Town, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(25):
        example(town, "FIN", 0.9)
        version(town, number + 1)
    for name in ("learning", "thresholds"):
        with django_assert_max_num_queries(20):
            client.get(reverse(f"web:{name}"))
        assert town.client().get(reverse(f"web:{name}")).status_code == 403
