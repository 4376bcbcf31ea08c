"""Which part of a letter each line belongs to: who writes, to whom, its object, what it says, who signs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from courrier.classification.headings import Heading, headings
from courrier.classification.lines import Line, lines_of
from courrier.classification.pages import OrganisationFacts, PageText
from courrier.classification.parts import (
    ADDRESS,
    ANNEX,
    CLOSING,
    DATE_LINE,
    FOOTER,
    MAIL_HEADER,
    OBJECT,
    RECIPIENT,
    SALUTATION,
    STAMP,
    Zone,
)
from courrier.classification.spelling import folded, stems

LIKELY = 0.4
"""How likely lines must be the object to be taken for it."""
LABELLED = 0.15
"""How likely lines that call themselves the object must be to be believed."""


@dataclass
class Letter:
    """The lines of a letter and their zones, in reading order."""

    lines: list[Line]
    zones: list[Zone]
    organisation: OrganisationFacts
    received_on: date
    object_text: str = ""
    object_lines: list[Line] = field(default_factory=list)
    object_certainty: float = 0.0
    """How likely `object_text` is what the writer put as the object."""
    headings: list[Heading] = field(default_factory=list)
    """All that may be the object, likeliest first."""

    def of(self, *zones: Zone) -> list[Line]:
        return [line for line, zone in zip(self.lines, self.zones, strict=True) if zone in zones]

    @cached_property
    def folded(self) -> str:
        return "\n".join(line.folded for line in self.lines)

    @cached_property
    def is_email(self) -> bool:
        headers = {m[1] for line in self.lines[:14] if (m := MAIL_HEADER.match(line.folded))}
        return len(headers & {"de", "from", "expediteur"}) == 1 and len(headers) >= 3

    @cached_property
    def body_text(self) -> str:
        return " ".join(line.text for line in self.of(Zone.BODY))


def letter_of(pages: Sequence[PageText], organisation: OrganisationFacts, received_on: date) -> Letter:
    lines = [line for page in pages for line in lines_of(page)]
    letter = Letter(lines, [Zone.BODY] * len(lines), organisation, received_on)
    if lines:
        _find_zones(letter)
    return letter


def _find_zones(letter: Letter) -> None:
    lines, zones = letter.lines, letter.zones
    first_page = lines[0].page
    count = sum(line.page == first_page for line in lines)
    start = _body_start(lines[:count])
    for index in range(count):
        if _above(lines[index], lines[start] if start < count else None, index < start):
            zones[index] = Zone.HEAD
    _mark_stamp(letter, count)
    labelled = _mark_labelled(letter, count)
    _mark_recipient(letter)
    _choose_object(letter, count, labelled)
    _mark_salutation(letter, start, count)
    _mark_end(letter, start)
    _mark_footer(letter)


def _above(line: Line, greeting: Line | None, earlier: bool) -> bool:
    """Whether a line of the first page stands over what the letter says. Columns may be read in any order."""
    if greeting is None or not line.placed:
        return earlier
    return line.box[3] < greeting.top + 0.3 * greeting.height


def _body_start(lines: Sequence[Line]) -> int:
    """The first line of what the letter says: after its greeting, else its object, else where long lines begin."""
    for index in range(len(lines)):
        if _is_salutation(lines, index):
            return index
    objects = [index for index, line in enumerate(lines[:40]) if OBJECT.match(line.folded)]
    if objects:
        return objects[-1]
    addressed = [
        index for index, line in enumerate(lines[:30]) if line.top < 0.35 and RECIPIENT.search(line.folded)
    ]
    for index in range(addressed[-1] + 1 if addressed else 0, len(lines)):
        line = lines[index]
        if len(line.tokens) >= 8 and line.width > 0.45 and not ADDRESS.search(line.folded):
            return index
    return addressed[-1] + 1 if addressed else len(lines)


def _is_salutation(lines: Sequence[Line], index: int) -> bool:
    line = lines[index]
    text = line.folded.strip()
    if not SALUTATION.match(text) or len(line.tokens) > 9:
        return False
    if re.search(r"\d{5}|^\W*m(?:me|r)?\.? [a-z]+ [a-z]+\W*$", text) and not text.endswith(","):
        return False
    if text.rstrip().endswith(",") or re.match(r"^\W*(?:bonjour|bonsoir|cher)", text):
        return True
    if not re.fullmatch(
        r"\W*(?:madame|monsieur|mesdames|messieurs|et|ou|le|la|l'|les|maire|adjointe?|elus?|directeur"
        r"|directrice|president|presidente|\W)+",
        text,
    ):
        return False
    following = next((other for other in lines[index + 1 :] if len(other.tokens) >= 2), None)
    return following is not None and (len(following.tokens) >= 7 and following.width > 0.4)


def _mark_labelled(letter: Letter, count: int) -> dict[int, Zone]:
    """Mark lines that call themselves the object, lest they be taken for the addressee's; answer what they were."""
    before = {}
    for index, line in enumerate(letter.lines[: min(count, 60)]):
        if OBJECT.match(line.folded) and letter.zones[index] in (Zone.HEAD, Zone.BODY):
            before[index] = letter.zones[index]
            letter.zones[index] = Zone.OBJECT
    return before


def _choose_object(letter: Letter, count: int, before: dict[int, Zone]) -> None:
    """The likeliest heading, where one is likelier than not; what calls itself the object needs less."""
    letter.headings = headings(letter.lines[:count], letter.zones[:count])
    for index, zone in before.items():
        letter.zones[index] = zone
    best = letter.headings[0] if letter.headings else None
    if best is None or best.likely < (LABELLED if best.labelled else LIKELY):
        return
    letter.object_text, letter.object_certainty = best.text, best.likely
    letter.object_lines = [letter.lines[place] for place in best.places]
    for place in best.places:
        letter.zones[place] = Zone.OBJECT


def _mark_recipient(letter: Letter) -> None:
    """The block that names the town hall, with the lines close above and below it in the same column."""
    name = set(stems(letter.organisation.name))
    own = {
        folded(row).strip(" .,")
        for row in letter.organisation.address.splitlines()
        if not re.search(r"\d{5}", row)
    }
    heads = [index for index, zone in enumerate(letter.zones) if zone == Zone.HEAD]
    seeds = [index for index in heads if _names_addressee(letter.lines[index], name, own)]
    if seeds and len(seeds) > 1:
        # The name of the town in the writer's own address is no addressee.
        named = [index for index in seeds if RECIPIENT.search(letter.lines[index].folded)]
        seeds = named or seeds[-1:]
    for seed in seeds:
        letter.zones[seed] = Zone.RECIPIENT
    grown = True
    while grown:
        grown = False
        for index in heads:
            if letter.zones[index] != Zone.HEAD:
                continue
            line = letter.lines[index]
            for other in letter.of(Zone.RECIPIENT):
                if (
                    _same_block(line, other)
                    and not DATE_LINE.search(line.folded)
                    and not MAIL_HEADER.match(line.folded)
                ):
                    letter.zones[index] = Zone.RECIPIENT
                    grown = True
                    break


_OF_A_TOWN = re.compile(
    r"\b(?:mairie|hotel de ville|ville|commune) d(?:e |u |es |')(?P<town>[a-z][a-z' -]{2,})"
)


def _names_addressee(line: Line, name: set[str], own_address: set[str]) -> bool:
    if re.match(r"^\W*(?:de|from|expediteur)\s*:", line.folded) or _names_another_town(line, name):
        return False
    if RECIPIENT.search(line.folded):
        return True
    if line.folded.strip(" .,") in own_address:
        return True
    return (
        len(name) >= 2
        and len(name & set(stems(line.text))) >= len(name)
        and not re.search(r"\d{5}|,? le \d", line.folded)
    )


def _names_another_town(line: Line, name: set[str]) -> bool:
    """Whether a line is of another town hall, which writes to this one: no word of its town is in this one's name."""
    town = _OF_A_TOWN.search(line.folded)
    place = re.search(r"^\W*mairie\b.*\b\d{5} (?P<town>.+)", line.folded)
    found = town or place
    words = set(stems(found["town"])) if found else set()
    return bool(words) and len(name) > 1 and len(words & name) * 2 < min(len(words), len(name) - 1)


def _same_block(line: Line, other: Line) -> bool:
    if line.page != other.page:
        return False
    if not line.placed:
        gap = abs(line.top - other.top)
        return gap < 0.021 and abs(line.left - other.left) < 0.2
    gap = max(line.top, other.top) - min(line.box[3], other.box[3])
    aligned = (
        abs(line.left - other.left) < 0.02
        or abs((line.left + line.box[2]) - (other.left + other.box[2])) < 0.05
    )
    return gap < 0.9 * max(line.height, other.height) and aligned


def _mark_stamp(letter: Letter, count: int) -> None:
    """The town hall's own reception stamp, with its date and name: nothing of what the sender wrote."""
    for index, line in enumerate(letter.lines[:count]):
        if not STAMP.search(line.folded) or len(line.tokens) > 7 or OBJECT.match(line.folded):
            continue
        letter.zones[index] = Zone.STAMP
        for near, other in enumerate(letter.lines[:count]):
            if near != index and _in_stamp(line, other):
                letter.zones[near] = Zone.STAMP


def _in_stamp(seed: Line, other: Line) -> bool:
    if seed.page != other.page or len(other.tokens) > 6 or other.width > 0.34:
        return False
    reach = 0.055 if seed.placed else 2.2 * 0.0167
    apart = abs((other.left + other.box[2]) - (seed.left + seed.box[2])) / 2
    if abs(other.top - seed.top) > reach or apart > 0.13:
        return False
    figures = re.search(r"\b\d\d ?[/.-] ?\d\d ?[/.-] ?\d{2,4}\b", other.text)
    months = re.search(r"\b\d{1,2} ?(?:JAN|F[ÉE]V|MAR|AVR|MAI|JUI|AO[ÛU]|SEP|OCT|NOV|D[ÉE]C)", other.text)
    dated = (figures or months) and not re.search(r"\ble \d|^\W*date|,", other.folded)
    part = re.match(r"^\W*(?:mairie de|courrie|v?e? ?le\W*$)", other.folded)
    return bool(dated or part) or other.certainty < 0.6


def _mark_salutation(letter: Letter, start: int, count: int) -> None:
    if start < count and _is_salutation(letter.lines[:count], start):
        letter.zones[start] = Zone.SALUTATION


def _mark_end(letter: Letter, start: int) -> None:
    """Closing, signature, and what comes after them."""
    lines, zones = letter.lines, letter.zones
    closing = [
        index
        for index in range(start, len(lines))
        if zones[index] == Zone.BODY and CLOSING.search(lines[index].folded)
    ]
    if not closing:
        _mark_bare_signature(letter, start)
        return
    last = next((index for index in closing if index + 1 not in closing), closing[-1])
    zones[last] = Zone.CLOSING
    page, annexed = lines[last].page, False
    for index in range(last + 1, len(lines)):
        line = lines[index]
        if not annexed and line.page != page and index - last > 1:
            annexed = True
        if zones[index] == Zone.BODY:
            zones[index] = Zone.ANNEX if annexed or ANNEX.match(line.folded) else Zone.SIGNATURE


def _mark_bare_signature(letter: Letter, start: int) -> None:
    """A letter that ends without a formula: the short lines after its last long one are who signs."""
    body = [index for index in range(start, len(letter.lines)) if letter.zones[index] == Zone.BODY]
    long = [
        index for index in body if len(letter.lines[index].tokens) >= 7 and letter.lines[index].width > 0.4
    ]
    if not long:
        return
    tail = [index for index in body if index > long[-1]]
    while tail and _runs_on(letter.lines[tail[0] - 1], letter.lines[tail[0]]):
        tail.pop(0)
    for index in tail[:10] if len(tail) <= 12 else []:
        letter.zones[index] = Zone.SIGNATURE


def _runs_on(before: Line, line: Line) -> bool:
    """Whether a line continues the paragraph above it."""
    return (
        line.placed
        and line.page == before.page
        and line.top - before.box[3] < 0.8 * max(line.height, before.height)
    )


def _mark_footer(letter: Letter) -> None:
    for index, line in enumerate(letter.lines):
        low = line.placed and line.top > 0.92
        if (
            (low or FOOTER.search(line.folded))
            and letter.zones[index]
            in (
                Zone.BODY,
                Zone.SIGNATURE,
                Zone.ANNEX,
            )
            and (low or line.top > 0.8)
        ):
            letter.zones[index] = Zone.FOOTER
