"""What the page's tables say, their spreadsheets say too; and both say what a count of the register's own rows says."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from html.parser import HTMLParser
from statistics import median

import pytest
from django.core.management import call_command

from courrier.mail.models import Assignment, AssignmentRole, AssignmentState, Mail, MailState
from courrier.organisations.models import Organisation, Role, User
from courrier.statistics.counting import count
from courrier.statistics.figures import Asked, Figures
from courrier.statistics.scope import Scope
from tests.statistics import town as towns

pytestmark = pytest.mark.django_db

PERIOD = "du=2026-03-02&au=2026-03-15"
Rows = list[list[str]]


class Tables(HTMLParser):
    """The tables of a page by their caption: the texts of their cells, row by row, without the heading."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, Rows] = {}
        self.row: list[str] | None = None
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.row = []
        elif tag in {"caption", "td", "th"}:
            self.text = []

    def handle_endtag(self, tag: str) -> None:
        text = " ".join("".join(self.text).split())
        if tag == "caption":
            self.rows: Rows = self.found.setdefault(text, [])
        elif tag in {"td", "th"} and self.row is not None:
            self.row.append(text)
        elif tag == "tr" and self.row:
            self.rows.append(self.row)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def of(self, caption: str) -> Rows:
        (rows,) = [rows for name, rows in self.found.items() if caption in name]
        return rows[1:]


@pytest.fixture
def town() -> towns.Town:
    lived = towns.lived()
    count(lived.organisation)
    return lived


def shown(town: towns.Town, user: User) -> Tables:
    return Tables(town.client(user).get(f"/statistiques/?{PERIOD}").content.decode())


def sheet(town: towns.Town, user: User, what: str) -> Rows:
    answer = town.client(user).get(f"/statistiques/{what}.csv?{PERIOD}")
    content = b"".join(answer.streaming_content)  # type: ignore[arg-type]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))[1:]


def days(text: str) -> float:
    """« 5,5 j » of the page and « 5,5 » of the sheet."""
    return float(text.removesuffix(" j").replace(",", "."))


def hours(text: str) -> float:
    """A time as the page says it, in hours."""
    number, unit = re.fullmatch(r"([\d,]+) (min|h|j)", text).groups()  # type: ignore[union-attr]
    return float(number.replace(",", ".")) * {"min": 1 / 60, "h": 1, "j": 24}[unit]


@pytest.mark.parametrize("who", ["direction", "urbanist"])
def test_the_page_and_the_sheets_say_the_same(town: towns.Town, who: str) -> None:
    user = getattr(town, who)
    page = shown(town, user)
    loads, delays = sheet(town, user, "services"), page.of("fin du traitement")
    pages = [rows for name, rows in page.found.items() if "Courriers reçus, en cours" in name]
    assert [[row[1], *row[2:5]] for row in loads] == pages[0][1 : 1 + len(loads)]
    done = [row for row in loads if row[5] != "0"]
    assert [row[0] for row in delays] == [row[1] for row in done]
    for on_page, row in zip(delays, done, strict=True):
        assert (on_page[1], on_page[4]) == (row[5], row[6])
        assert [days(each) for each in on_page[2:4]] == [days(each) for each in row[7:9]]
    kinds = sheet(town, user, "types")
    assert [row[:4] for row in kinds] == pages[0][2 + len(loads) :] or [row[:4] for row in kinds] == pages[0][
        1 + len(loads) :
    ]
    volumes = sheet(town, user, "volumes")
    assert [[each or "0" for each in row[1:]] for row in page.of("par canal")] == [row[2:] for row in volumes]
    steps = [row for row in sheet(town, user, "etapes") if row[1] != "0"]
    on_page_steps = page.of("à chaque étape")
    assert [row[:2] for row in on_page_steps] == [row[:2] for row in steps]
    for on_page, row in zip(on_page_steps, steps, strict=True):
        for said, kept in zip(on_page[2:], row[2:], strict=True):
            assert hours(said) == pytest.approx(days(kept), abs=1.3)  # days are rounded to a tenth
    understood = sheet(town, user, "comprehension")
    shares = [cell for row in page.of("a été compris") for cell in row[1:]]
    assert shares == [f"{round(days(row[5]))} %" if row[5] else "" for row in understood]


def test_a_sheet_holds_no_more_than_its_reader_sees(town: towns.Town) -> None:
    """The manager of one department: no letter, handling or step of another's in any table."""
    whole, own = (
        {what: sheet(town, user, what) for what in ("volumes", "services", "types", "etapes")}
        for user in (town.direction, town.urbanist)
    )
    assert sum(int(row[-1]) for row in whole["volumes"]) == 5
    assert sum(int(row[-1]) for row in own["volumes"]) == 2
    assert [row[0] for row in own["services"]] == ["URB"]
    assert [row[0] for row in own["types"]] == ["Permis"]
    passages = {row[0]: int(row[1]) for row in own["etapes"]}
    assert passages["Prise en charge"] == 2
    assert {row[0]: int(row[1]) for row in whole["etapes"]}["Prise en charge"] == 4


@pytest.mark.django_db(transaction=True)
def test_the_figures_of_a_simulated_town_are_those_of_its_register() -> None:
    """Two weeks of a town's letters: each figure against the rows of the register themselves."""
    last = date(2026, 3, 13)
    call_command("simulate", days=12, letters_per_day=6, agents=5, until=last, verbosity=0, no_learning=True)
    here = Organisation.objects.get()
    found = Figures(Scope(here.pk, None), Asked(date(2026, 3, 2), last), last)
    letters = Mail.objects.filter(organisation=here).exclude(state=MailState.CANCELLED)
    closed = letters.filter(state=MailState.CLOSED)
    assert (found.received, found.closed) == (letters.count(), closed.count())
    took = [(each.closed_at.date() - each.received_on).days for each in closed if each.closed_at]
    assert found.days.median == (median(took) if took else None)
    assert found.late == letters.exclude(state=MailState.CLOSED).filter(due_on__lt=last).count()
    handlings = Assignment.objects.filter(mail__in=letters, role=AssignmentRole.ACTION)
    assert found.redirected == handlings.filter(state=AssignmentState.REDIRECTED).count()
    for load in found.by_department:
        there = handlings.filter(department=load.id)
        opened, done = there.open(), there.filter(state=AssignmentState.DONE)
        assert (load.open, load.done) == (opened.count(), done.count())
        assert load.late == opened.filter(due_on__lt=last).count()
    assert sum(each.received for each in found.by_kind) == letters.count()
    assert sum(each.total for each in found.volumes) == letters.count()


def test_who_manages_two_departments_sees_both(town: towns.Town) -> None:
    town.urbanist.memberships.create(organisation=town.organisation, role=Role.MANAGER, department=town.tec)
    rows = sheet(town, User.objects.get(pk=town.urbanist.pk), "services")
    assert {row[0] for row in rows} == {"URB", "TEC"}
