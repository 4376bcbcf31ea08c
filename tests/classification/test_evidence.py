from datetime import date

from courrier.classification.analysis import understand_pages
from courrier.classification.lines import lines_of
from courrier.classification.pages import OrganisationFacts, PageText
from courrier.classification.taxonomy import town_hall


def page(*lines: str) -> PageText:
    """A page whose words have places: each line 2 % high, each character 1 % wide."""
    words = []
    for number, line in enumerate(lines):
        x = 0.08
        for word in line.split():
            words.append(
                [word, x, 0.05 + number * 0.03, x + 0.009 * len(word), 0.065 + number * 0.03, 0.95, number]
            )
            x += 0.009 * (len(word) + 1)
    return PageText(1, "\n".join(lines), words)


LETTER = page(
    "Jean Dupont",
    "3, rue Basse",
    "40100 Dax",
    "Le 3 mars 2026",
    "Objet : demande de permis de construire",
    "Monsieur le Maire,",
    "Je dépose une demande de permis de construire pour ma maison, dossier PC 040 088 26 X0147.",
    "Cordialement,",
    "Jean Dupont",
)


def test_each_answer_shows_the_words_it_comes_from() -> None:
    found = understand_pages([LETTER], town_hall(), OrganisationFacts("Mairie de Dax"), date(2026, 3, 5))
    shown = {each.field: " ".join(part.text for part in each.evidence) for each in reversed(found)}
    assert "permis de construire" in shown["document_type"]
    assert shown["letter_date"] == "3 mars 2026"
    assert shown["references"] == "PC 040 088 26 X0147."
    assert "Jean Dupont" in shown["sender"]


def test_boxes_lie_on_the_page_around_their_words() -> None:
    found = understand_pages([LETTER], town_hall(), OrganisationFacts("Mairie de Dax"), date(2026, 3, 5))
    words = {(row[0], *row[1:5]) for row in LETTER.words}
    for part in (part for each in found for part in each.evidence):
        x0, y0, x1, y1 = part.box
        assert 0 <= x0 < x1 <= 1
        assert 0 <= y0 < y1 <= 1
        inside = [
            word
            for word, left, top, right, bottom in words
            if left >= x0 - 1e-9 and right <= x1 + 1e-9 and top >= y0 - 1e-9 and bottom <= y1 + 1e-9
        ]
        assert set(part.text.split()) <= set(inside)


def test_a_wide_gap_parts_two_columns() -> None:
    row = [
        ["Jean", 0.1, 0.1, 0.15, 0.115, 0.9, 0],
        ["Dupont", 0.16, 0.1, 0.22, 0.115, 0.9, 0],
        ["Dax,", 0.6, 0.1, 0.64, 0.115, 0.9, 0],
    ]
    assert [line.text for line in lines_of(PageText(1, "", row))] == ["Jean Dupont", "Dax,"]


def test_a_text_without_words_shows_nothing_on_the_page() -> None:
    found = understand_pages(
        [PageText(1, LETTER.text)], town_hall(), OrganisationFacts("Mairie de Dax"), date(2026, 3, 5)
    )
    assert [each.evidence for each in found if each.evidence] == []
    assert any(each.field == "letter_date" for each in found)
