from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courrier.classification.fields.dates import dates_in, deadline, in_french, letter_date
from courrier.classification.pages import OrganisationFacts, PageText
from courrier.classification.spelling import folded
from courrier.classification.zones import Letter, letter_of

RECEIVED = date(2026, 3, 10)
HEAD = (
    "Jean Dupont\n3, rue Basse\n40100 Dax\n\n{line}\n\n"
    "Objet : essai\n\nMadame,\n\n{body}\n\nCordialement,\n\nJean Dupont"
)


def letter(line: str, body: str = "Je vous remercie de votre réponse rapide à ce sujet.") -> Letter:
    return letter_of(
        [PageText(1, HEAD.format(line=line, body=body))], OrganisationFacts("Mairie de Dax"), RECEIVED
    )


@pytest.mark.parametrize(
    "written",
    [
        "Dax, le 3 mars 2026",
        "Le 03/03/2026",
        "le 3.03.26",
        "Dax, 3 MARS 2026",
        "Fait à Dax, le mardi 3 mars 2026",
        "Mardi 3 mars",
        "le 3 rnars 2O26",
        "Le O3/03/2O26",
        "2026-03-03",
        "Dax le 3 mars 2026",
        "le trois mars deux mille vingt-six",
        "Dax, le trois mars 2026",
        "3.III.2026",
        "Braga, 3 de março de 2026",
    ],
)
def test_a_letter_bears_the_day_written_on_it(written: str) -> None:
    assert [found.value for found in letter_date(letter(written))][:1] == ["2026-03-03"]


@given(st.dates(date(2025, 12, 1), RECEIVED))
def test_every_day_is_read_in_words_and_in_figures(day: date) -> None:
    for written in (in_french(day), day.strftime("%d/%m/%Y"), day.strftime("%d.%m.%y")):
        assert [found for _start, _end, found, _year in dates_in(folded(written), RECEIVED)] == [day]


def test_a_first_of_the_month_read_as_a_letter_is_the_first() -> None:
    assert letter_date(letter("Dax, le ler février 2026"))[0].value == "2026-02-01"


def test_a_day_without_its_year_is_the_one_nearest_to_the_reception() -> None:
    assert letter_date(letter("le 28 décembre"))[0].value == "2025-12-28"


@pytest.mark.parametrize(
    "body", ["Suite à votre courrier du 12 janvier 2026, je vous réponds.", "Ma fille est née le 4 mai 2019."]
)
def test_days_the_letter_speaks_of_are_not_its_own(body: str) -> None:
    assert letter_date(letter("", body)) == []


def test_the_reception_stamp_is_not_the_letters_day() -> None:
    page = "COURRIER ARRIVÉ LE\n06 MARS 2026\nMAIRIE DE DAX\n\n" + HEAD.format(
        line="Dax, le 3 mars 2026", body="Bonjour à tous."
    )
    found = letter_date(letter_of([PageText(1, page)], OrganisationFacts("Mairie de Dax"), RECEIVED))
    assert found[0].value == "2026-03-03"


@pytest.mark.parametrize(
    "asked",
    [
        "Merci de me répondre avant le 15 avril 2026.",
        "La réponse est attendue au plus tard le 15/04/2026.",
        "Date limite : 15 avril 2026",
    ],
)
def test_the_day_asked_for_is_the_deadline(asked: str) -> None:
    assert [found.value for found in deadline(letter("le 3 mars 2026", asked))] == ["2026-04-15"]


def test_an_event_is_no_deadline() -> None:
    assert (
        deadline(letter("le 3 mars 2026", "La fête aura lieu le 15 avril 2026 à 18 heures dans la salle."))
        == []
    )


@given(st.text(max_size=300))
def test_no_text_breaks_the_search_for_dates(text: str) -> None:
    found = letter_of([PageText(1, text)], OrganisationFacts("Mairie de Dax"), RECEIVED)
    assert all(
        abs(date.fromisoformat(each.value) - RECEIVED) < timedelta(days=400 * 366)
        for each in letter_date(found)
    )
