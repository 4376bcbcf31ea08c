"""Numbers known by the word before them: parcels of the land register, and invoices."""

from __future__ import annotations

import re
from collections.abc import Iterator

from courrier.classification.fields.coded_numbers import number_spans
from courrier.classification.fields.reference import Reference, Stretch, is_number, stretches
from courrier.classification.lines import Token
from courrier.classification.parts import Zone
from courrier.classification.zones import Letter

_CADASTRE = re.compile(
    r"\b(?:section|cadastr\w*|parcelles?|references? cadastrales?|lot)\W{0,4}"
    r"(?:section|cadastr[ée]+e?s?|n[°o]?|sous le|num[ée]ro|\W|sections?|en|:){0,6}\W*([A-Z0]{1,2}"
    r"|\d?[A-Z]{1,2})\W{0,4}"
    r"(?:,? ?(?:parcelles?|num[ée]ros?|n[°ºo*s]{0,2}|sous le)\W{0,3}){0,3}(\d{1,4})\b",
    re.IGNORECASE,
)
_CADASTRE_MORE = re.compile(
    r"^\s*(?:,|et|&|-|/)\s*(?:(?:section|n[°ºo*s]{0,2}|parcelle"
    r"|la)\s*){0,3}([A-Z]{1,2})?\s*(?:n[°ºo*s]{0,2})?\s*(\d{1,4})\b"
    r"(?!\s*(?:m|€|rue|%|h\b|/|,\d|ha\b|a\b))"
)
_CADASTRE_BARE = re.compile(r"(?<![\w])([A-Z]{2})\W{1,2}n[°ºo*]\W{0,2}(\d{1,4})\b")
_INVOICE = re.compile(
    r"\b(?:factures?|fact\.?|facturation|avoirs?|notes? d[’']honoraires|invoice)(?![\w@])"
    r"(?:\W{1,4}(?:n[°ºo*]s?(?!\w)|num[ée]ros?|no(?!\w)|r[ée]f(?:[ée]rence)?s?\.?|de [^\W\d]+|d[’'][^\W\d]+"
    r"|impay[ée]+s?|suivantes?|du mois|jointe?s?|en objet|ci-dessous)){0,4}\W{0,4}(?=[A-Z0-9])",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\W{0,4}|\s*(?:,|;|et|&|n[°ºo*])\s*(?:n[°ºo*]\s*)?", re.IGNORECASE)
_HEADS_COLUMN = re.compile(r"\W*(?:n[°º]?|factures?|pi[èe]ces?|documents?|r[ée]f[ée]rences?|r[ée]f\.?)\W*")
_OF_INVOICES = re.compile(r"factur|echeance|impaye|solde")


def cadastre(letter: Letter) -> Iterator[Reference]:
    """Parcels as "SECTION NUMBER"; several numbers may follow one section."""
    for stretch in stretches(letter):
        for match in [*stretch.finditer(_CADASTRE), *stretch.finditer(_CADASTRE_BARE)]:
            section, number = match[1], match[2]
            if not section.isupper() or section.isdigit():
                continue
            yield stretch.reference("cadastre", f"{section} {int(number)}", 0.93, match.span())
            place = match.end()
            while more := _CADASTRE_MORE.match(stretch.text[place:]):
                section = more[1] or section
                span = (place, place + more.end())
                yield stretch.reference("cadastre", f"{section} {int(more[2])}", 0.85, span)
                place += more.end()


def invoices(letter: Letter) -> Iterator[Reference]:
    for stretch in stretches(letter):
        for match in stretch.finditer(_INVOICE):
            yield from _invoices_from(stretch, match.end())
        line = letter.lines[stretch.index]
        for heading in line.tokens:
            if _HEADS_COLUMN.fullmatch(heading.text.lower()) and _OF_INVOICES.search(line.folded):
                yield from _column_below(letter, stretch.index, heading)
                break


def _invoices_from(stretch: Stretch, place: int) -> Iterator[Reference]:
    """The number that begins at `place`, and those that follow it in a row: "CA-09, CA-10 et CA-11"."""
    for start, end in number_spans(stretch.text):
        if start < place or not _BETWEEN.fullmatch(stretch.text[place:start]):
            continue
        value = re.sub(r"\s*([/.\-_–])\s*", r"\1", stretch.text[start:end])
        if not is_number(value):
            return
        yield stretch.reference("invoice", value, 0.94, (start, end))
        place = end


def _column_below(letter: Letter, index: int, heading: Token) -> Iterator[Reference]:
    """Invoice numbers in the cells of a table under the heading "Facture"."""
    last = heading.box[3]
    if len(letter.lines[index].tokens) > 6:
        return
    for below, line in enumerate(letter.lines[index + 1 : index + 60], index + 1):
        if line.page != letter.lines[index].page or letter.zones[below] == Zone.STAMP:
            continue
        for place, token in enumerate(line.tokens):
            aligned = abs(token.box[0] - heading.box[0]) < 0.03
            if not (aligned and -0.002 < token.box[1] - last < 0.035):
                continue
            last = token.box[3]
            value = token.text.strip("|[]")
            if re.fullmatch(r"[A-Z]{0,4}[\-/]?[\dA-Z][\dA-Z\-/]{3,}", value) and is_number(value):
                start = sum(len(other.text) + 1 for other in line.tokens[:place])
                stretch = Stretch(letter, below, line.text, len(line.text))
                yield stretch.reference("invoice", value, 0.85, (start, start + len(token.text)))
