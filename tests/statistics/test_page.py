"""The statistics page and its tables for spreadsheets: who sees what, in how many queries."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courrier.organisations.models import Role, User
from courrier.statistics.counting import count
from courrier.statistics.models import DayCount
from tests import build
from tests.statistics import town as towns

pytestmark = pytest.mark.django_db

PERIOD = "du=2026-03-02&au=2026-03-15"


@pytest.fixture
def town() -> towns.Town:
    lived = towns.lived()
    count(lived.organisation)
    return lived


def shown(town: towns.Town, user: User, query: str = PERIOD) -> str:
    answer = town.client(user).get(f"/statistiques/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def table(town: towns.Town, user: User, what: str, query: str = PERIOD) -> list[dict[str, str]]:
    answer = town.client(user).get(f"/statistiques/{what}.csv?{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    content = b"".join(answer.streaming_content)  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_direction_sees_the_whole_and_a_manager_their_departments(town: towns.Town) -> None:
    assert "Service TEC" in shown(town, town.direction)
    own = shown(town, town.urbanist)
    assert "Service URB" in own
    assert "Service TEC" not in own
    assert [row["Code"] for row in table(town, town.urbanist, "services")] == ["URB"]


def test_a_manager_asks_in_vain_for_the_departments_of_others(town: towns.Town) -> None:
    rows = table(town, town.urbanist, "services", f"{PERIOD}&service=TEC")
    assert [row["Code"] for row in rows] == ["URB"]


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.AGENT, Role.READER, Role.ELECTED, Role.ADMINISTRATOR])
def test_nobody_else_sees_figures(town: towns.Town, role: Role) -> None:
    place = town.tec if role in {Role.AGENT, Role.READER} else None
    person = build.member(town.organisation, role, place, username=f"other-{role}")
    client = town.client(person)
    assert client.get("/statistiques/").status_code == 403
    assert client.get("/statistiques/volumes.csv").status_code == 403
    assert "/statistiques/" not in client.get("/registre/").content.decode()


def test_figures_of_another_collectivite_stay_there(town: towns.Town) -> None:
    stranger = build.member(build.organisation("lucmau"), Role.DIRECTION)
    assert "Aucun courrier à compter" in shown(town, stranger)


def test_no_letter_is_named(town: towns.Town) -> None:
    html = shown(town, town.direction)
    assert "A-2026-" not in html
    assert "demande" not in html.casefold().replace("demandez", "")


def test_every_table_comes_as_csv_in_french_numbers(town: towns.Town) -> None:
    first, second = table(town, town.direction, "volumes")
    assert (first["Du"], first["Au"], first["Total"]) == ("02/03/2026", "08/03/2026", "3")
    assert second["courriel"] == "1"
    urb = {row["Code"]: row for row in table(town, town.direction, "services")}["URB"]
    assert (urb["Reçus"], urb["Traités en retard"], urb["Délai médian (jours)"]) == ("2", "1", "6,0")
    kinds = {row["Type"]: row for row in table(town, town.direction, "types")}
    assert kinds["Voirie"]["En cours, en retard"] == "2"
    steps = {row["Étape"]: row for row in table(town, town.direction, "etapes")}
    assert steps["Qualification par l'accueil"]["Durée médiane (heures)"] == "2,0"
    agreement = table(town, town.direction, "comprehension")
    assert agreement[0]["Part"] == "66,7"


def test_a_table_that_is_none_is_not_found(town: towns.Town) -> None:
    assert town.client(town.direction).get("/statistiques/secrets.csv").status_code == 404


def test_numbers_of_charts_have_points_not_commas(town: towns.Town) -> None:
    html = shown(town, town.direction)
    charts = [part.split("</svg>")[0] for part in html.split("<svg")]
    assert any('x="' in chart and "%" in chart for chart in charts)
    assert not any(f',{digit}%"' in chart for chart in charts for digit in range(10))


def test_a_wrong_date_is_said_and_kept(town: towns.Town) -> None:
    html = shown(town, town.direction, "du=2026-03-15&au=2026-03-02")
    assert "La date de fin est avant la date de début." in html
    assert 'value="2026-03-15"' in html
    assert "cinq ans au plus" in shown(town, town.direction, "du=1990-01-01&au=2026-03-02")


def test_the_page_asks_as_much_for_many_days_as_for_one(town: towns.Town) -> None:
    client = town.client(town.direction)
    client.get(f"/statistiques/?{PERIOD}")
    counts = []
    for period in ("du=2026-03-02&au=2026-03-02", PERIOD, "du=2025-01-01&au=2026-03-15"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/statistiques/?{period}")
        counts.append(len(queries))
    assert len(set(counts)) == 1
    own = [each for each in queries if "statistics_" in each["sql"]]
    assert len(own) == 2  # the days, and until when they are counted


@pytest.mark.sqlite
def test_a_period_is_read_by_its_index(town: towns.Town) -> None:
    rows = DayCount.objects.filter(organisation=town.organisation, day__range=("2026-03-02", "2026-03-15"))
    assert "USING INDEX" in rows.explain()
    assert "(organisation_id=? AND day>? AND day<?)" in rows.explain()
