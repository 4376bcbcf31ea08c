"""Which part of a letter each line belongs to: who writes, to whom, its object, what it says, who signs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from courrier.classification.lines import Line, lines_of
from courrier.classification.pages import OrganisationFacts, PageText
from courrier.classification.spelling import folded, stems


class Zone(StrEnum):
    HEAD = "head"
    RECIPIENT = "recipient"
    STAMP = "stamp"
    OBJECT = "object"
    SALUTATION = "salutation"
    BODY = "body"
    CLOSING = "closing"
    SIGNATURE = "signature"
    FOOTER = "footer"
    ANNEX = "annex"


OBJECT = re.compile(
    r"^\W*(?:[il|1] )?(?:(?:votre |notre |mon )?(?:[o0][bh6][jil][eco][tlf]{1,2}|obj|sujet|subject|concerne"
    r"|motif|re|ref et objet)"
    r"(?: (?:de (?:la|votre|notre|ma) |du )(?:demande|lettre|courrier|message|reclamation"
    r"|present\w*))?)\s*[:;.=\-–]+\s*"
    r"|^\W*(?:[il|1] )?(?:objet|0bjet|obiet)\s+(?=\w)"
    r"|^\W*(?:intitule|nature) (?:de (?:la|votre) )?demande\s*[:;.]+\s*"
)
SALUTATION = re.compile(
    r"^\W*(?:bonjour|bonsoir|madame|monsieur|mesdames|messieurs|mme|mr?\b|chere?s?\b|mademoiselle|docteur"
    r"|maitre)\b"
)
CLOSING = re.compile(
    r"veuillez (?:agreer|recevoir|croire|accepter|trouver ici l'expression)|(?:vous prie|vous prions|priant"
    r"|prions) (?:d'|de )?"
    r"(?:agreer|recevoir|croire|accepter|bien vouloir agreer)|recevez|agreez|salutations (?:distinguees"
    r"|respectueuses|les meilleures)"
    r"|^\W*(?:bien |tres )?(?:cordialement|respectueusement|amicalement|sinceres? salutations|salutations\b"
    r"|avec (?:mes|nos) (?:respectueuses|sinceres|meilleures)|bien a vous|sentiments? distingues?"
    r"|meilleures salutations)"
)
RECIPIENT = re.compile(
    r"^\W*(?:a l'attention|a l'intention|attn?\b)|\b(?:monsieur|madame|m\.|mme) (?:le|la) (?:maire"
    r"|directeur general des services|directrice generale)\b"
    r"|^\W*(?:mairie|hotel de ville|ville|commune) d(?:e|u|es|')|^\W*(?:mairie|hotel de ville)\W*$|^\W*(?:a"
    r"|pour) (?:la mairie|(?:mr?|mme|monsieur|madame)\.? l[ea] maire)|^\W*mairie\W+(?:-|–|—|,|service)"
    r"|^\W*destinataire"
)
MAIL_HEADER = re.compile(
    r"^\W*(de|from|expediteur|a|to|cc|copie a|objet|sujet|subject|date|envoye(?: le)?|sent|pour)\s*:\s*"
)
STAMP = re.compile(
    r"\b(?:courrie?r? ?(?:arr\w*|recu)|arrive le|recu le|arrivee|mairie de .{2,40} recu)\b|^\W*(?:recu"
    r"|arrive)\W*$|^\W*enregistre le"
)
FOOTER = re.compile(
    r"\b(?:siret|siren|rcs|r\.c\.s|capital (?:social )?de|ape|naf|tva intra\w*|page \d+ ?(?:/|sur) ?\d+)\b"
    r"|^\W*page \d|au capital"
)
ANNEX = re.compile(r"^\W*(?:annexe|piece jointe|copie|justificatif)\b(?! (?:a|de la mairie)).{0,40}$")


_NUMBERED = re.compile(
    r"^\W*(?:\(|lr ?/?ar\b|rar\b|r\.a\.r)|"
    r"\b(?:ref|n°|recommande\w*|suivi\w* par|bp|cs)\b|^\W*\d|^\W*(?:dossier|compte|client)\b"
    r"|(?:^\W*|\d,? ?(?:bis|ter)?,? )(?:rue|avenue|chemin|place|route|impasse)\b"
)
_DATED_MATTER = re.compile(r"^(?:\S+ ){3,}(?:du|au) (?:\d{1,2} au )?\d{1,2} [a-z]+")
"""A matter that has its day, "convocation au comité du 3 décembre", not the day of the letter."""
_ADDRESS = re.compile(r"@|\b\d{5} [a-z]|\btel\b|\bsiret\b|\d\d \d\d \d\d \d\d \d\d")


@dataclass
class Letter:
    """The lines of a letter and their zones, in reading order."""

    lines: list[Line]
    zones: list[Zone]
    organisation: OrganisationFacts
    received_on: date
    object_text: str = ""
    object_lines: list[Line] = field(default_factory=list)

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
    _mark_object(letter, count)
    _mark_recipient(letter)
    if not letter.object_text:
        _mark_bare_object(letter, count)
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
        if len(line.tokens) >= 8 and line.width > 0.45 and not _ADDRESS.search(line.folded):
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


def _mark_object(letter: Letter, count: int) -> None:
    for index, line in enumerate(letter.lines[:count]):
        match = OBJECT.match(line.folded)
        if not match or letter.zones[index] not in (Zone.HEAD, Zone.BODY) or index > 60:
            continue
        taken = _object_lines(letter.lines[:count], index)
        if not taken:
            continue
        text = " ".join(other.text for other in taken)
        letter.object_text = _after_label(text)
        letter.object_lines = taken
        for other in taken:
            letter.zones[letter.lines.index(other)] = Zone.OBJECT
        if letter.object_text:
            return


def _mark_bare_object(letter: Letter, count: int) -> None:
    """An object without its label: a line alone between the heads and the greeting, or a title over the text."""
    greeting = next((index for index in range(count) if _is_salutation(letter.lines[:count], index)), None)
    if greeting is None or not letter.lines[greeting].placed:
        return
    first = letter.lines[greeting]
    over = [
        index
        for index in range(count)
        if letter.zones[index] == Zone.HEAD and 0 < first.top - letter.lines[index].top < 0.09
    ]
    for index in sorted(over, key=lambda place: -letter.lines[place].top):
        line = letter.lines[index]
        alone = line.left < 0.45 and 3 <= len(line.tokens) <= 18 and line.certainty > 0.7 and line.top > 0.12
        if alone and not (
            _NEW_PART.match(line.folded)
            or _ADDRESS.search(line.folded)
            or (_is_date_line(line) and not _DATED_MATTER.search(line.folded))
            or RECIPIENT.search(line.folded)
            or _NUMBERED.search(line.folded)
        ):
            taken = _with_line_above(letter, index, over)
            letter.object_lines = [letter.lines[place] for place in taken]
            text = " ".join(other.text for other in letter.object_lines)
            letter.object_text = re.sub(r"^[I|l] (?=[A-ZÀ-Ý])", "", text.strip(" .:-–_|"))
            for place in taken:
                letter.zones[place] = Zone.OBJECT
            return


def _with_line_above(letter: Letter, index: int, over: Sequence[int]) -> list[int]:
    """The line of an object, with the one above it where that runs on to it."""
    line = letter.lines[index]
    above = next(
        (
            place
            for place in over
            if _runs_on(letter.lines[place], line)
            and letter.lines[place].top < line.top
            and abs(letter.lines[place].left - line.left) < 0.03
            and letter.lines[place].width > 0.45
            and letter.lines[place].height < 1.4 * line.height
        ),
        None,
    )
    return [index] if above is None or _NUMBERED.search(letter.lines[above].folded) else [above, index]


def _object_lines(lines: Sequence[Line], index: int) -> list[Line]:
    """The object's line and those it runs on to: close below, of the same size, and not a new part."""
    taken = [lines[index]]
    if not _after_label(lines[index].text):
        cell = next((line for line in lines if beside(lines[index], line)), None)
        taken += [cell] if cell else lines[index + 1 : index + 2]
        index = lines.index(taken[-1])
    right = sorted(line.box[2] for line in lines)[int(0.9 * (len(lines) - 1))]
    for line in lines[index + 1 : index + 4]:
        before = taken[-1]
        if (
            (not _runs_on(before, line) and line.placed)
            or _NEW_PART.match(line.folded)
            or before.text.rstrip().endswith((".", "!"))
        ):
            break
        full = before.box[2] > 0.8 * right or (not line.placed and len(before.text) > 60)
        if line.height > 1.6 * before.height or not (full or line.text[:1].islower()):
            break
        taken.append(line)
    return taken


_NEW_PART = re.compile(
    rf"{SALUTATION.pattern}|{MAIL_HEADER.pattern}"
    r"|^\W*(?:n/?ref|v/?ref|nos ref|vos ref|ref|p\.?j|date|lettre recommandee|recommande|pieces? jointes?"
    r"|annexe)\b"
)


def beside(label: Line, line: Line) -> bool:
    """The cell to the right of a label."""
    return (
        line.placed
        and line.page == label.page
        and line.left > label.box[2]
        and abs(line.top - label.top) < label.height
    )


def _after_label(text: str) -> str:
    plain = folded(text)
    match = OBJECT.match(plain)
    if not match or len(plain) != len(text):
        match = re.match(r"^\W*\S+\s*[:;.=\-]*\s*", text)
    return text[match.end() :].strip(" .:-–_|") if match else text


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
                    and not _is_date_line(line)
                    and not MAIL_HEADER.match(line.folded)
                ):
                    letter.zones[index] = Zone.RECIPIENT
                    grown = True
                    break


def _names_addressee(line: Line, name: set[str], own_address: set[str]) -> bool:
    if re.match(r"^\W*(?:de|from|expediteur)\s*:", line.folded):
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


def _is_date_line(line: Line) -> bool:
    dated = (
        r"\b(?:le|fait a|date)\b.{0,20}\d{1,2}.{1,12}\d{2,4}"
        r"|\b\d{1,2} (?:janv|fev|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)"
    )
    return bool(re.search(dated, line.folded))


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
