"""Lines in the order a person reads them, whatever blocks the layout analysis made."""

from __future__ import annotations

from ocr.columns import columns_apart
from ocr.programs.tesseract import Found
from ocr.reading_order import in_order

Lines = list[list[Found]]


def _line(text: str, left: int, row: int, block: int = 1) -> list[Found]:
    """Words of 20 pixels a letter and 30 height, rows 50 pixels apart."""
    words = []
    for word in text.split():
        words.append(Found(word, left, 100 + row * 50, 20 * len(word), 30, 0.9, block, 1, row))
        left += 20 * len(word) + 15
    return words


def _texts(lines: list[list[Found]]) -> list[str]:
    return [" ".join(word.text for word in line) for line in lines]


def _ordered(lines: Lines) -> list[str]:
    return _texts([list(line) for line in in_order(columns_apart(lines))])


def test_a_line_put_at_the_end_comes_back_between_those_it_stands_between() -> None:
    lines = [
        _line(text, 100, row)
        for row, text in ((0, "Madame la Maire"), (1, "je vous écris"), (3, "la rue Haute"))
    ]
    lost = _line("au sujet de", 100, 2, block=2)
    assert _ordered([*lines, lost]) == ["Madame la Maire", "je vous écris", "au sujet de", "la rue Haute"]


def test_columns_keep_the_order_they_were_given() -> None:
    left = [_line(f"gauche {row}", 100, row) for row in range(4)]
    right = [_line(f"droite {row}", 900, row, block=2) for row in range(4)]
    assert _ordered([*left, *right]) == _texts([*left, *right])


def test_a_row_across_a_gutter_that_the_lines_below_leave_free_is_taken_apart() -> None:
    across = [*_line("début de la gauche", 100, 0, block=3), *_line("début de la droite", 900, 0, block=3)]
    left = [_line("colonne de gauche", 100, row) for row in range(1, 5)]
    right = [_line("colonne de droite", 900, row, block=2) for row in range(1, 5)]
    assert _ordered([across, *left, *right]) == [
        "début de la gauche",
        *_texts(left),
        "début de la droite",
        *_texts(right),
    ]


def test_a_list_s_label_in_a_block_of_its_own_joins_its_line() -> None:
    label = _line("2)", 100, 1, block=2)
    lines = [_line("Travaux de voirie", 300, 0), _line("Travaux du cimetière", 300, 1)]
    assert _ordered([label, *lines]) == ["Travaux de voirie", "2) Travaux du cimetière"]


def test_a_side_head_joins_the_line_it_stands_beside() -> None:
    body = [_line("demande de travaux rue Haute", 300, 0), _line("et place de la Mairie", 300, 1)]
    assert _ordered([*body, _line("Objet :", 100, 0, block=2)]) == [
        "Objet : demande de travaux rue Haute",
        "et place de la Mairie",
    ]


def test_the_short_lines_of_an_address_are_no_side_heads() -> None:
    sender = [_line(text, 100, row) for row, text in enumerate(("Jean Morin", "2 rue Basse", "35000 Rennes"))]
    addressee = [
        _line(text, 500, row, block=2) for row, text in enumerate(("Madame la Maire", "Hôtel de ville"))
    ]
    assert _ordered([*sender, *addressee]) == _texts([*sender, *addressee])
