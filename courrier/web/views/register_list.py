"""The chronological register: which lines a person may read, and how much of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Prefetch, Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from courrier.mail.models import Assignment, Confidentiality, Mail, MailState
from courrier.organisations.models import Department, User

FILTERS = ("annee", "du", "au", "service", "etat", "expediteur", "numero")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register. `whole` is false where the reader may know of the letter, not what it says."""

    mail: Mail
    whole: bool

    @property
    def departments(self) -> list[Department]:
        """Departments that have or had the letter for action, without those that passed it on."""
        kept = (each for each in self.mail.assignments.all() if each.state not in {"redirected", "sent_back"})
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


def register_lines(user: User, asked: Asked) -> QuerySet[Mail]:
    """The letters asked for, last number first. A filter on what a letter says looks at readable letters alone."""
    rows = Mail.objects.registered_for(user)
    texts = asked.texts
    if asked.year:
        rows = rows.filter(year=asked.year)
    if asked.first:
        rows = rows.filter(received_on__gte=asked.first)
    if asked.last:
        rows = rows.filter(received_on__lte=asked.last)
    if texts["etat"] in MailState.values:
        rows = rows.filter(state=texts["etat"])
    if texts["numero"]:
        rows = rows.filter(numbered(texts["numero"]))
    if texts["service"] or texts["expediteur"]:
        rows = rows.filter(pk__in=Mail.objects.visible_to(user).values("pk"))
    if texts["service"]:
        kept = Assignment.objects.filter(department__code=texts["service"]).exclude(
            state__in=["redirected", "sent_back"]
        )
        rows = rows.filter(pk__in=kept.values("mail"))
    if texts["expediteur"]:
        rows = rows.filter(sender__name__icontains=texts["expediteur"])
    return rows.order_by("-year", "-sequence")


def numbered(text: str) -> Q:
    """A number as typed: whole (`A-2026-00041`), its beginning, or its rank alone (`41`)."""
    if text.isdecimal() and len(text) < 10:
        return Q(sequence=int(text))
    return Q(number__istartswith=text)


def with_columns(rows: QuerySet[Mail]) -> QuerySet[Mail]:
    """The letters with all that a line shows, in two queries."""
    assignments = Assignment.objects.select_related("department").order_by("pk")
    return rows.select_related("sender", "document_type").prefetch_related(
        Prefetch("assignments", queryset=assignments)
    )


def as_lines(user: User, mails: Iterable[Mail]) -> list[Line]:
    """The letters with what `user` may read of each, in one query."""
    mails = list(mails)
    readable = set(
        Mail.objects.visible_to(user).filter(pk__in=[mail.pk for mail in mails]).values_list("pk", flat=True)
    )
    return [Line(mail, mail.pk in readable) for mail in mails]


def all_lines(user: User, rows: QuerySet[Mail], batch: int = 500) -> Iterator[Line]:
    """Every line, `batch` at a time: memory does not grow with the register."""
    last: tuple[int, int] | None = None
    while True:
        part = rows
        if last is not None:
            part = rows.filter(Q(year__lt=last[0]) | Q(year=last[0], sequence__lt=last[1]))
        lines = as_lines(user, with_columns(part)[:batch])
        yield from lines
        if len(lines) < batch:
            return
        last = (lines[-1].mail.year, lines[-1].mail.sequence)


def years_of(user: User) -> list[int]:
    """Years the register has lines for, last first."""
    years = Mail.objects.registered_for(user).order_by().values_list("year", flat=True).distinct()
    return sorted(set(years), reverse=True)
