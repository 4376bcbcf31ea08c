"""Numbers and references as people write them: `PC 033 063 25 X0147`, `A-2026-00041`, telephone, IBAN.

A number is kept as one lower-case word without its separators, and as a shape in which letters and digits that a bad
scan takes for one another are the same (`O` and `0`, `l` and `1`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_RUN = 9
"""Groups of characters that still are one number; an IBAN printed in fours has seven."""

MOST_NUMBERS = 400
"""Numbers kept of one letter: a page of figures does not drown the index."""

GROUP = r"(?:[A-Z]{1,4}|[A-Z]{0,4}\d[A-Z0-9]{0,33})"
RUN = re.compile(rf"(?<![A-Za-z0-9]){GROUP}(?:[ .\-/]{{1,2}}{GROUP})*(?![A-Za-zÀ-ÿ0-9])")
GROUPS = re.compile(r"[A-Z0-9]+")
INTERNATIONAL = re.compile(r"^(?:\+|00)33\s?(?:\(0\)\s?)?(?=[1-9])")
SHAPES = str.maketrans("oil", "011")


def numbers_in(text: str) -> list[str]:
    """The numbers written in `text`, each once, in the order they come; every way to cut a long run."""
    found: dict[str, None] = {}
    for run in RUN.finditer(text.replace("+33 ", "0").replace("+33", "0").replace("\u00a0", " ")):
        for number in cuts(GROUPS.findall(run.group())):
            found.setdefault(number)
            if len(found) >= MOST_NUMBERS:
                return list(found)
    return list(found)


def cuts(groups: list[str]) -> Iterator[str]:
    for first in range(len(groups)):
        joined = ""
        for group in groups[first : first + LONGEST_RUN]:
            joined += group
            if worth_keeping(joined):
                yield joined.lower()


def worth_keeping(number: str) -> bool:
    return len(number) >= 4 and sum(character.isdigit() for character in number) >= 3


def number_typed(text: str) -> str | None:
    """`text` as one number if it is nothing else, else None: `pc 033 063 25 x0147` is `pc03306325x0147`."""
    groups = re.findall(r"[^\W_]+", INTERNATIONAL.sub("0", text.strip()))
    joined = "".join(groups)
    apart = re.sub(r"[\s.\-/+()_]+", "", text.strip())
    if not joined.isascii() or len(apart) != len("".join(re.findall(r"[^\W_]+", text))):
        return None
    if not all(re.fullmatch(r"[A-Za-z]{0,4}\d\w{0,33}|[A-Za-z]{1,4}", group) for group in groups):
        return None
    return joined.lower() if worth_keeping(joined) else None


def shape_of(number: str) -> str:
    """What a bad scan leaves of a number."""
    return number.translate(SHAPES)
