"""The chronological register: which lines a person may read, and how much of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from courrier.correspondents.identity import name_words
from courrier.correspondents.models import Correspondent, CorrespondentKey
from courrier.mail.models import Assignment, AssignmentState, Confidentiality, Mail, MailState
from courrier.mail.rights import access_of, listed_for, readable_by
from courrier.organisations.models import Department, Organisation, User
from courrier.web.views.keyset import Part, above, below, part_of

ORDER = ("year", "sequence")
PASSED_ON = (AssignmentState.REDIRECTED, AssignmentState.SENT_BACK)
COUNTED = 1000
"""Lines counted for the page's heading at most."""
FEW = 5000
"""So many letters are quicker read and put in order than looked for down the register."""
SENDERS = 200
"""Senders that a name is taken to mean, at most; beyond, each letter's is compared."""
FILTERS = ("annee", "du", "au", "service", "etat", "expediteur", "numero")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register. `whole` is false where the reader may know of the letter, not what it says."""

    mail: Mail
    whole: bool

    @property
    def departments(self) -> list[Department]:
        """Departments that have or had the letter for action, without those that passed it on."""
        kept = (each for each in self.mail.assignments.all() if each.state not in PASSED_ON)
        return list({each.department_id: each.department for each in kept if each.role == "action"}.values())

    @property
    def withheld(self) -> str:
        """Why the line says no more than its number; "" where it says all."""
        if self.whole:
            return ""
        if self.mail.confidentiality == Confidentiality.PERSONAL:
            return _("Courrier personnel, non ouvert")
        return _("Contenu réservé au service destinataire")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked of the register: the texts as typed, kept for the form and the pager."""

    texts: dict[str, str]
    problems: dict[str, str]
    year: int | None
    first: date | None
    last: date | None

    @classmethod
    def of(cls, asked: QueryDict) -> Asked:
        texts = {name: asked.get(name, "").strip() for name in FILTERS}
        problems: dict[str, str] = {}
        first, last = (day(texts[name], name, problems) for name in ("du", "au"))
        if first and last and first > last:
            problems["au"] = _("La date de fin est avant la date de début.")
        year = int(texts["annee"]) if texts["annee"].isdecimal() and len(texts["annee"]) == 4 else None
        return cls(texts, problems, year, first, last)

    def query(self, **other: str) -> str:
        """The query string of these filters with `other` beside them, for links."""
        pairs = {name: value for name, value in (self.texts | other).items() if value}
        return f"?{urlencode(pairs)}"

    @property
    def on_content(self) -> bool:
        """Whether a filter looks at what a line of the register may withhold."""
        return bool(self.texts["service"] or self.texts["expediteur"])

    @property
    def narrowed(self) -> bool:
        return any(value for name, value in self.texts.items() if name != "annee")


def day(text: str, name: str, problems: dict[str, str]) -> date | None:
    """A date of the form; what is no date is noted in `problems` under the field's name."""
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if text and found is None:
        problems[name] = _("Cette date n'existe pas : écrivez-la sous la forme 31/12/2025.")
    return found


def register_lines(user: User, asked: Asked, here: Organisation) -> QuerySet[Mail]:
    """The letters asked for in the collectivité, in no order. A filter on what a letter says looks at readable ones."""
    texts = asked.texts
    known = readable_by(user) if asked.on_content else listed_for(user)
    rows: QuerySet[Mail] = Mail.objects.filter(known, organisation=here)
    if asked.year:
        rows = rows.filter(year=asked.year)
    if asked.first or asked.last:
        rows = received_between(rows, here, asked.first, asked.last)
    if texts["etat"] in MailState.values:
        rows = rows.filter(state=texts["etat"])
    if texts["numero"]:
        rows = rows.filter(numbered(texts["numero"], here))
    theirs = None if lists_all(user, here) else letters_of(user)
    if texts["expediteur"]:
        rows = of_sender(rows, here, texts["expediteur"])
    if texts["service"]:
        return of_department(rows, here, texts["service"], theirs)
    return rows if theirs is None else among(rows, theirs)


def among(rows: QuerySet[Mail], ids: QuerySet[Any, Any]) -> QuerySet[Mail]:
    """`rows`, all of which are among `ids` already: said again where those are few, so that they are read first.

    Left to itself, a database that looks for the first 60 of a sparse set walks down the whole register for them.
    """
    return rows if ids[: FEW + 1].count() > FEW else rows.filter(pk__in=ids[:FEW])


def lists_all(user: User, here: Organisation) -> bool:
    access = access_of(user)
    return here.pk in access.whole | access.desk | access.archive | access.direction


def letters_of(user: User) -> QuerySet[Any, Any]:
    """Ids of all letters that somebody who does not keep the register may know of, and of some they may not."""
    access = access_of(user)
    assigned = Assignment.objects.filter(department__in=access.departments).order_by()
    held = Mail.objects.filter(holder=user).order_by()
    shown = Mail.objects.filter(organisation__in=access.elected, shown_to_elected=True).order_by()
    return assigned.values_list("mail").union(held.values_list("pk"), shown.values_list("pk"))


def received_between(
    rows: QuerySet[Mail], here: Organisation, first: date | None, last: date | None
) -> QuerySet[Mail]:
    """Narrowed to the years whose numbers were given to letters of this period, where the index finds them."""
    period = Q(received_on__gte=first) if first else Q()
    if last:
        period &= Q(received_on__lte=last)
    there = {
        f"in_{year}": Exists(Mail.objects.filter(period, organisation=here, year=year))
        for year in years_of(here)
    }
    found = (
        Organisation.objects.filter(pk=here.pk).annotate(**there).values(*there).first() if there else None
    )
    years = [int(name[3:]) for name, has in (found or {}).items() if has]
    return rows.filter(period, year__range=(min(years), max(years))) if years else rows.none()


def of_department(
    rows: QuerySet[Mail], here: Organisation, code: str, theirs: QuerySet[Any, Any] | None
) -> QuerySet[Mail]:
    """Letters that the department has or had, without those it passed on; `theirs` as `letters_of` says."""
    department = Department.objects.filter(organisation=here, code=code).first()
    if department is None:
        return rows.none()
    kept = Assignment.objects.filter(department=department).exclude(state__in=PASSED_ON).order_by()
    rows = rows.filter(pk__in=kept.values("mail"))
    both = kept if theirs is None else kept.filter(mail__in=theirs)
    return among(rows, both.values("mail"))


def of_sender(rows: QuerySet[Mail], here: Organisation, text: str) -> QuerySet[Mail]:
    """Letters of senders with words that begin as those typed; else with the text anywhere in their name."""
    known = Correspondent.objects.filter(organisation=here).order_by()
    begun = known
    for word in name_words(text)[:6]:
        key = CorrespondentKey.objects.filter(organisation=here, word__startswith=word)
        begun = begun.filter(Exists(key.filter(correspondent=OuterRef("pk"))))
    for senders in (begun, known.filter(name__icontains=text)):
        found = list(senders.values_list("pk", flat=True)[: SENDERS + 1])
        if len(found) > SENDERS:
            # As a case, so that it is asked of each letter on the way down and not of all senders first.
            is_one = Exists(senders.filter(pk=OuterRef("sender")))
            return rows.filter(Case(When(is_one, then=Value(True)), default=Value(False)))
        if found:
            few = Mail.objects.filter(organisation=here, sender__in=found).order_by().values("pk")
            return among(rows.filter(sender__in=found), few)
    return rows.none()


def numbered(text: str, here: Organisation) -> Q:
    """A number as typed: whole (`A-2026-00041`), its beginning, or its rank alone (`41`)."""
    if text.isdecimal() and len(text) < 10:
        return Q(year__in=years_of(here), sequence=int(text))
    begins = (
        Q(number__startswith=text) | Q(number__startswith=text.upper()) | Q(number__startswith=text.lower())
    )
    year = re.search(r"-((?:19|20)\d\d)(?:-|$)", text)
    return begins & Q(year=int(year[1])) if year and here.number_prefix.isalpha() else begins


def number_of(
    user: User, asked: Asked, here: Organisation, rows: QuerySet[Mail], part: Part[Mail]
) -> int | None:
    """How many lines there are, up to one more than COUNTED; None where looking would take longer than the page."""
    if part.is_whole:
        return len(part.rows)
    if asked.on_content or not lists_all(user, here):
        return None
    return rows.order_by()[: COUNTED + 1].count()


def with_columns(rows: QuerySet[Mail]) -> QuerySet[Mail]:
    """The letters with all that a line shows, in two queries."""
    assignments = Assignment.objects.select_related("department").order_by("pk")
    return rows.select_related("sender", "document_type").prefetch_related(
        Prefetch("assignments", queryset=assignments)
    )


def as_lines(user: User, mails: Iterable[Mail]) -> list[Line]:
    """The letters with what `user` may read of each, in one query."""
    mails = list(mails)
    rows = Mail.objects.filter(readable_by(user), pk__in=[mail.pk for mail in mails])
    readable = set(rows.values_list("pk", flat=True))
    return [Line(mail, mail.pk in readable) for mail in mails]


def all_lines(user: User, rows: QuerySet[Mail], batch: int = 500) -> Iterator[Line]:
    """Every line, last number first, `batch` at a time: memory does not grow with the register."""
    asked = QueryDict(mutable=True)
    while True:
        part = part_of(with_columns(rows), ORDER, batch, asked)
        yield from as_lines(user, part.rows)
        if not part.after:
            return
        asked["apres"] = part.after


def beside(user: User, asked: Asked, mail: Mail) -> tuple[str, str]:
    """Numbers of the readable letters above and below the letter among those asked for; "" where there is none."""
    rows = register_lines(user, asked, mail.organisation).filter(readable_by(user))
    place = (mail.year, mail.sequence)
    nearest = (side(rows, ORDER, place).values_list("number", flat=True).first() for side in (above, below))
    before, after = (number or "" for number in nearest)
    return before, after


def years_of(here: Organisation) -> list[int]:
    """Years the register may have lines for, last first: two looks at the index's ends."""
    years = Mail.objects.filter(organisation=here).values_list("year", flat=True)
    last = years.order_by("-year", "-sequence").first()
    first = years.order_by("year", "sequence").first()
    return list(range(last, first - 1, -1)) if first and last else []
