"""The text around the words found, on one page."""

from __future__ import annotations

from collections.abc import Sequence

Pieces = list[tuple[str, bool]]


def on_one_page(pieces: Sequence[tuple[str, bool]], breaks_before: int) -> tuple[Pieces, int | None]:
    """`pieces` cut to the page of their first lit word, and that page from 1; None where nothing is lit.

    `breaks_before` is how many pages end before the first piece.
    """
    first = next((at for at, (_, lit) in enumerate(pieces) if lit), None)
    if first is None:
        return cut_after(list(pieces)), None
    before = [text for text, _ in pieces[:first]]
    page = breaks_before + sum(text.count("\f") for text in before) + 1
    start = before[-1].rpartition("\f")[2].lstrip() if before else ""
    return cut_after([(start, False), *pieces[first:]]), page


def cut_after(pieces: Pieces) -> Pieces:
    kept: Pieces = []
    for text, lit in pieces:
        on_page, page_ends, _ = text.partition("\f")
        if on_page:
            kept.append((on_page, lit))
        if page_ends:
            break
    return kept
