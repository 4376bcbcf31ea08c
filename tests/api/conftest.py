"""A collectivité with two departments, and people who call the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from courrier.organisations.models import Department, Organisation, Role, User
from tests import build


@dataclass
class Town:
    organisation: Organisation
    planning: Department
    finance: Department
    reception: User
    planner: User
    accountant: User


@pytest.fixture
def town(db: None) -> Town:
    cazalis = build.organisation()
    planning, finance = build.department(cazalis, "URB"), build.department(cazalis, "FIN")
    build.document_type(cazalis, "permis", planning)
    return Town(
        cazalis,
        planning,
        finance,
        reception=build.member(cazalis, Role.RECEPTION, username="accueil"),
        planner=build.member(cazalis, Role.AGENT, planning, username="urbaniste"),
        accountant=build.member(cazalis, Role.AGENT, finance, username="comptable"),
    )


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.get_or_create(user=user)[0].key}")
    return client


@pytest.fixture(autouse=True)
def static_folder(settings) -> None:  # type: ignore[no-untyped-def]
    settings.STATIC_ROOT.mkdir(exist_ok=True)


@pytest.fixture
def calling(db: None) -> Callable[[User], APIClient]:
    """The client of a user, signed in by token as outside programs are."""
    return client_of


@pytest.fixture
def desk(town: Town) -> APIClient:
    return client_of(town.reception)


@pytest.fixture
def planner(town: Town) -> APIClient:
    return client_of(town.planner)
