"""The rule of `courrier.mail.rights.reads`, written as words that a letter carries and a reader holds.

A letter may be read by who holds one of its words; the index filters by them and counts nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from courrier.mail.models import Confidentiality
from courrier.mail.rights import DESK_STATES, Access


def words_of_letter(
    organisation_id: int,
    confidentiality: str,
    state: str,
    holder_id: int | None,
    department_ids: Iterable[int],
    shown_to_elected: bool = False,
) -> list[str]:
    """The words that open a letter: `w` ordinary, `r` restricted, `d` desk, `e` elected, `s` department, `p` person."""
    if confidentiality == Confidentiality.PERSONAL:
        return [] if holder_id is None else [f"p{holder_id}"]
    words = [f"s{department}" for department in sorted(set(department_ids))]
    if confidentiality == Confidentiality.NORMAL:
        words.append(f"w{organisation_id}")
    if confidentiality == Confidentiality.RESTRICTED:
        words.append(f"r{organisation_id}")
    if state in DESK_STATES:
        words.append(f"d{organisation_id}")
    if shown_to_elected:
        words.append(f"e{organisation_id}")
    return words


def words_of_reader(access: Access) -> list[str]:
    """The words a reader holds; none for somebody who is not signed in."""
    if not access.user_id:
        return []
    return [
        f"p{access.user_id}",
        *(f"w{each}" for each in sorted(access.whole)),
        *(f"r{each}" for each in sorted(access.restricted)),
        *(f"d{each}" for each in sorted(access.desk)),
        *(f"e{each}" for each in sorted(access.elected)),
        *(f"s{each}" for each in sorted(access.departments)),
    ]
