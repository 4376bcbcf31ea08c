"""The register: who reads which line, filters, the table for spreadsheets."""

from __future__ import annotations

import csv
import io

import pytest
from django.http import QueryDict

from courrier.correspondents.models import Correspondent
from courrier.mail.models import Confidentiality, MailState
from courrier.organisations.models import Role, User
from courrier.web.views.register_csv import harmless
from courrier.web.views.register_list import Asked, all_lines, register_lines
from tests import build
from tests.web import town as towns
from tests.web.desk import placed

pytestmark = pytest.mark.django_db


def table(town: towns.Town, user: User, query: str = "") -> list[dict[str, str]]:
    answer = town.client(user).get(f"/registre/registre.csv{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    content = b"".join(answer.streaming_content)  # type: ignore[arg-type]
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def shown(town: towns.Town, user: User, query: str = "") -> str:
    answer = town.client(user).get(f"/registre/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_personal_letter_shows_its_number_line_alone(town: towns.Town) -> None:
    sender = Correspondent.objects.create(organisation=town.organisation, name="Docteur Secret")
    mail = town.letter(subject="analyses", sender=sender, confidentiality=Confidentiality.PERSONAL)
    html = shown(town, town.desk)
    assert mail.number in html
    assert "Courrier personnel" in html
    assert "Secret" not in html
    assert "analyses" not in html
    (row,) = table(town, town.desk)
    assert (row["Numéro"], row["Expéditeur"], row["Objet"]) == (mail.number, "", "")


def test_filtering_does_not_tell_what_a_line_withholds(town: towns.Town) -> None:
    sender = Correspondent.objects.create(organisation=town.organisation, name="Docteur Secret")
    mail = town.letter(sender=sender, confidentiality=Confidentiality.PERSONAL)
    assert mail.number not in shown(town, town.desk, "?expediteur=secret")
    hidden = placed(town, town.urb, confidentiality=Confidentiality.RESTRICTED)
    assert hidden.mail.number not in shown(town, town.desk, "?service=URB")
    assert hidden.mail.number in shown(town, town.direction, "?service=URB")


def test_a_cancelled_number_stays_with_its_reason(town: towns.Town) -> None:
    mail = town.letter(MailState.CANCELLED, cancelled_reason="numérisé deux fois")
    html = shown(town, town.desk)
    assert mail.number in html
    assert "numérisé deux fois" in html
    assert table(town, town.desk)[0]["Observation"] == "numérisé deux fois"


def test_an_agent_reads_the_lines_of_their_letters_only(town: towns.Town) -> None:
    own, other = placed(town, town.urb), placed(town, town.tec)
    html = shown(town, town.agent)
    assert own.mail.number in html
    assert other.mail.number not in html
    abroad = build.member(build.organisation("ailleurs"), Role.DIRECTION)
    assert own.mail.number not in shown(town, abroad)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?annee=2025", {1}),
        ("?du=2026-02-01", {2, 3}),
        ("?du=2026-02-01&au=2026-02-28", {2}),
        ("?etat=closed", {3}),
        ("?expediteur=dupon", {2}),
        ("?numero=3", {3}),
        ("?numero=a-2026-00002", {2}),
        ("?service=URB", {4}),
    ],
)
def test_filters(town: towns.Town, query: str, expected: set[int]) -> None:
    sender = Correspondent.objects.create(organisation=town.organisation, name="Paul Dupont")
    made = {
        1: town.letter(year=2025, received_on="2025-12-31"),
        2: town.letter(received_on="2026-02-10", sender=sender),
        3: town.letter(MailState.CLOSED, received_on="2026-03-03"),
        4: placed(town, town.urb, received_on="2026-01-05").mail,
    }
    numbers = {row["Numéro"] for row in table(town, town.desk, query)}
    assert numbers == {made[each].number for each in expected}


def test_a_date_that_does_not_exist_is_said_beside_its_field(town: towns.Town) -> None:
    town.letter()
    html = shown(town, town.desk, "?du=2026-02-31")
    assert "Cette date n&#x27;existe pas" in html
    assert 'value="2026-02-31"' in html


def test_lines_come_batch_by_batch_without_gap_or_repeat(town: towns.Town) -> None:
    made = [town.letter(year=2025 + each % 2).number for each in range(7)]
    rows = register_lines(town.desk, Asked.of(QueryDict("")), town.organisation)
    numbers = [line.mail.number for line in all_lines(town.desk, rows, batch=3)]
    assert sorted(numbers) == sorted(made)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "  ="])
def test_a_cell_is_never_a_formula(start: str) -> None:
    assert harmless(f"{start}cmd|' /C calc'!A0").startswith("'")
    assert harmless("12 rue des Lilas") == "12 rue des Lilas"


def test_a_formula_sent_as_a_subject_reaches_the_spreadsheet_as_text(town: towns.Town) -> None:
    town.letter(subject='=HYPERLINK("http://voleur.example")')
    assert table(town, town.desk)[0]["Objet"].startswith("'=")


def test_queries_do_not_grow_with_the_lines(
    town: towns.Town, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    def queries() -> int:
        client = town.client(town.desk)
        with django_assert_max_num_queries(40) as seen:  # type: ignore[operator]
            client.get("/registre/")
        return len(seen)

    placed(town, town.urb)
    few = queries()
    for _each in range(20):
        placed(town, town.urb)
    assert queries() <= few
