"""A deadline from a rule and what happened: pure, and the same however often it is reckoned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from courrier.clock.deadline import Deadline, DeadlineKind
from courrier.clock.months import Length, add_months
from courrier.clock.rules import Extension, Missing, Rule, Silence, Starts
from courrier.organisations.calendar import WorkingCalendar

ONE_MONTH = Length(months=1)
TIME_FOR_DOCUMENTS = Length(months=3)


class Happened(StrEnum):
    FIRST_ASKED = "first_asked"  # another administration had received the letter on that day
    DOCUMENTS_REQUESTED = "documents_requested"
    DOCUMENTS_RECEIVED = "documents_received"
    EXTENDED = "extended"
    TRANSMITTED = "transmitted"
    ANSWERED = "answered"
    SILENCE = "silence"  # nobody had answered at the end of that day: a decision was born


class State(StrEnum):
    RUNNING = "running"
    WAITING = "waiting"  # for the sender's documents; nothing runs, or nothing until the time given is over
    LAPSED = "lapsed"  # the documents did not come in time: the request is refused by law
    DECIDED = "decided"  # silence has decided; what it meant is in `implicit`
    TRANSMITTED = "transmitted"
    ANSWERED = "answered"
    UNSURE = "unsure"  # the rule is not checked: no date
    NONE = "none"  # no rule


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to a request on a day; `until` is the time given for documents, `what` the extension's
    code or the administration's name."""

    kind: Happened
    on: date
    until: date | None = None
    what: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """The delay stood still from `first` to `last`; None: it still does."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Implicit:
    """The decision that silence takes at the end of `on`, or took; `means` says it in words."""

    on: date
    silence: Silence
    means: str
    article: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the law says of a request as things stand.

    `answer` is the date by which to answer, where there is one; `others` are further dates to know; `started_on` is
    None while the delay does not run. `implicit` is what no answer will mean, or has meant: None where the law gives
    silence no meaning, where the day is not known, or where the answer came first.
    """

    rule: Rule | None
    state: State
    started_on: date | None = None
    answer: Deadline | None = None
    pauses: tuple[Pause, ...] = ()
    others: tuple[Deadline, ...] = ()
    implicit: Implicit | None = None

    @property
    def deadlines(self) -> list[Deadline]:
        found = [self.answer] if self.answer else []
        return sorted([*found, *self.others], key=lambda each: each.date)


NO_RULE = Reckoning(None, State.NONE)


def reckon(
    rule: Rule,
    received_on: date,
    facts: Iterable[Fact] = (),
    calendar: WorkingCalendar | None = None,
    extensions: Iterable[Extension] = (),
) -> Reckoning:
    """Where a request under `rule`, received here on `received_on`, stands after `facts`, in any order."""
    if not rule.sure:
        return Reckoning(rule, State.UNSURE)
    history = sorted(facts, key=lambda fact: fact.on)
    running = _Running(
        rule, received_on, history, calendar or WorkingCalendar(), {e.code: e for e in extensions}
    )
    return running.result()


class _Running:
    """The delay while the facts are told to it one after the other."""

    def __init__(
        self,
        rule: Rule,
        received_on: date,
        history: Sequence[Fact],
        calendar: WorkingCalendar,
        extensions: dict[str, Extension],
    ) -> None:
        self.rule = rule
        self.received_on = received_on
        self.history = history
        self.calendar = calendar
        self.length, self.extended_by = self.extended(extensions)
        self.started_on: date | None = self.start()
        self.extra = timedelta(0)
        self.floor: date | None = None
        self.pauses: list[Pause] = []
        self.request: Fact | None = None
        self.requests = 0
        self.left = timedelta(0)  # what was left when documents were asked for
        self.lapsed_on: date | None = None

    def facts(self, kind: Happened) -> list[Fact]:
        return [fact for fact in self.history if fact.kind is kind]

    def start(self) -> date:
        """CRPA, L114-3: where silence refuses, the reception by the administration first asked."""
        first = min((fact.on for fact in self.facts(Happened.FIRST_ASKED)), default=self.received_on)
        return min(first, self.received_on) if self.rule.starts is Starts.FIRST_ASKED else self.received_on

    def extended(self, known: dict[str, Extension]) -> tuple[Length, Extension | None]:
        """The length with the longest extension that was notified in time; extensions do not add up."""
        best, by = self.rule.length, None
        for fact in self.facts(Happened.EXTENDED):
            extension = known.get(fact.what)
            if extension is None or self.rule.code not in extension.rules:
                continue
            limit = extension.notified_within
            if limit and fact.on > limit.after(self.received_on):
                continue
            length = extension.lengthened(self.rule.length)
            if length.after(self.received_on) > best.after(self.received_on):
                best, by = length, extension
        return best, by

    def end(self) -> date | None:
        """The last day of the delay as it stands, before it moves to a working day; None while nothing runs."""
        if self.started_on is None or self.lapsed_on:
            return None
        end = self.length.after(self.started_on) + self.extra
        return max(end, self.floor) if self.floor else end

    def result(self) -> Reckoning:
        stop = next((f for f in self.history if f.kind in (Happened.ANSWERED, Happened.TRANSMITTED)), None)
        for fact in self.history:
            if fact is stop:
                break
            if fact.kind is Happened.DOCUMENTS_REQUESTED:
                self.ask(fact)
            elif fact.kind is Happened.DOCUMENTS_RECEIVED:
                self.receive(fact.on)
        self.close_open_request()
        return self.told(stop)

    # asking and receiving, by what the rule makes of it

    def ask(self, fact: Fact) -> None:
        if self.rule.missing is Missing.PERMIT:
            # R*423-38 and R*423-41: within a month of the deposit; R*423-40: a new one takes the first one's place
            if fact.on <= ONE_MONTH.after(self.received_on) and not self.lapsed_on:
                self.request, self.started_on = fact, None
            return
        self.close_if_over(fact.on)
        end = self.end()
        if self.request or end is None or fact.on > end or not self.counts():
            return
        self.request, self.left = fact, end - fact.on
        self.requests += 1
        if self.rule.missing is Missing.STARTS_ON_ARRIVAL:
            self.started_on = None

    def close_if_over(self, day: date) -> None:
        """The time given for a first request is over, so that a second one may suspend again."""
        first = self.request
        if first and first.until and first.until < day and self.rule.missing is Missing.SUSPENDS:
            self.suspend(first, None)
            self.request = None

    def counts(self) -> bool:
        if self.rule.missing is Missing.NEW_DELAY:
            return self.requests == 0  # R2192-27: a single time
        return self.rule.missing is not Missing.NOTHING

    def receive(self, on: date) -> None:
        asked = self.request
        if asked is None or on < asked.on:
            return
        match self.rule.missing:
            case Missing.SUSPENDS:
                self.suspend(asked, on)
            case Missing.STARTS_ON_ARRIVAL:
                self.pauses.append(Pause(asked.on, on))
                self.started_on = on
            case Missing.PERMIT:
                self.complete_permit(asked, on)
            case Missing.PREEMPTION:
                self.resume_preemption(asked, on)
            case Missing.NEW_DELAY:
                self.open_new_delay(asked, on)
        self.request = None

    def suspend(self, asked: Fact, received: date | None) -> None:
        """L114-5: suspended for the time given; the documents' arrival before its end ends the suspension."""
        first = max(asked.on, self.started_on or asked.on)
        ends = [day for day in (received, asked.until) if day is not None]
        last = max(min(ends), first) if ends else None
        self.pauses.append(Pause(first, last))
        if last is not None:
            self.extra += last - first

    def complete_permit(self, asked: Fact, on: date) -> None:
        """R*423-39: the delay runs from their arrival; three months without them refuse the request."""
        limit = TIME_FOR_DOCUMENTS.after(asked.on)
        if on > limit:
            self.lapsed_on = limit
        else:
            self.started_on = on
        self.pauses.append(Pause(asked.on, min(on, limit)))

    def resume_preemption(self, asked: Fact, on: date) -> None:
        """L213-2: it goes on where it stood; less than a month left becomes a month."""
        self.pauses.append(Pause(asked.on, on))
        self.floor = max(on + self.left, add_months(on, 1))

    def open_new_delay(self, asked: Fact, on: date) -> None:
        """R2192-29: thirty days anew, or what was left at the notification where that is more."""
        self.pauses.append(Pause(asked.on, on))
        self.started_on = on
        self.floor = on + self.left

    def close_open_request(self) -> None:
        """A request still unanswered: where the law gives it an end of its own, the date is already known."""
        if self.request is None:
            return
        if self.rule.missing is Missing.SUSPENDS:
            self.suspend(self.request, None)
        else:
            self.pauses.append(Pause(self.request.on, None))

    # telling

    def told(self, stop: Fact | None) -> Reckoning:
        known = self.request is None or (
            self.rule.missing is Missing.SUSPENDS and self.request.until is not None
        )
        answer = self.answer() if known and not self.lapsed_on else None
        found, implicit = self.standing(stop, answer), self.implicit(answer)
        if implicit is None or (stop is not None and stop.on <= implicit.on):
            return found
        decided = any(fact.on == implicit.on for fact in self.facts(Happened.SILENCE))
        return replace(
            found, implicit=implicit, state=State.DECIDED if decided and stop is None else found.state
        )

    def implicit(self, answer: Deadline | None) -> Implicit | None:
        """R*423-39: without the documents of a permit, the end of the time to send them refuses it."""
        limit = self.lapsed_on
        if limit is None and self.request is not None and self.rule.missing is Missing.PERMIT:
            limit = TIME_FOR_DOCUMENTS.after(self.request.on)
        if limit is not None:
            means = _("faute de pièces, la demande fait l'objet d'un rejet ou d'une opposition tacite")
            return Implicit(limit, Silence.REFUSAL, means, "art. R*423-39 du code de l'urbanisme")
        if answer is None or self.rule.silence is Silence.NONE:
            return None
        return Implicit(answer.date, self.rule.silence, self.rule.means, answer.article)

    def standing(self, stop: Fact | None, answer: Deadline | None) -> Reckoning:
        waiting = self.request is not None
        started_on = None if self.lapsed_on else self.started_on
        pauses = tuple(self.pauses)
        if stop is not None:
            state = State.ANSWERED if stop.kind is Happened.ANSWERED else State.TRANSMITTED
            if state is State.TRANSMITTED:
                return Reckoning(self.rule, state, None, None, pauses, self.for_the_other(answer, stop))
            return Reckoning(self.rule, state, started_on, answer, pauses)
        state = State.LAPSED if self.lapsed_on else State.WAITING if waiting else State.RUNNING
        return Reckoning(self.rule, state, started_on, answer, pauses, tuple(self.further_dates()))

    def for_the_other(self, answer: Deadline | None, stop: Fact) -> tuple[Deadline, ...]:
        """L114-3: where silence refuses, the delay goes on from our reception, for the administration it went to."""
        if self.rule.starts is not Starts.FIRST_ASKED or answer is None:
            return ()
        text = _(
            "Demande transmise à %(administration)s (art. L114-2 du CRPA) : c'est à elle de répondre. "
            "Le délai court de notre réception."
        ) % {"administration": stop.what or _("l'administration compétente")}
        article = f"{answer.article} ; art. L114-3 du CRPA"
        return (replace(answer, article=article, explanation_fr=text, kind=DeadlineKind.ELSEWHERE),)

    def answer(self) -> Deadline | None:
        end = self.end()
        if end is None:
            return None
        article = self.rule.article
        if self.extended_by:
            article += f" ; {self.extended_by.article}"
        parts = [
            _("%(length)s à compter du %(start)s")
            % {"length": str(self.length), "start": f"{self.started_on:%d/%m/%Y}"},
            *self.why_longer(),
        ]
        day = end
        if self.rule.next_working_day:
            day = self.calendar.next_legal_day(end)
            if day != end:
                parts.append(_("reporté au jour ouvrable suivant"))
                article += f" ; {self.rule.next_working_day}"
        text = ", ".join(parts)
        if self.rule.means:
            text = _("%(count)s ; au-delà, %(means)s.") % {"count": text, "means": self.rule.means}
        return Deadline(day, self.rule.code, article, text)

    def why_longer(self) -> list[str]:
        if self.extra and self.rule.missing is Missing.SUSPENDS:
            days = self.extra.days
            return [_("suspendu %(days)d jours dans l'attente de pièces (art. L114-5)") % {"days": days}]
        if self.pauses and self.rule.missing is Missing.PREEMPTION:
            return [_("suspendu dans l'attente de pièces ou d'une visite")]
        if self.pauses and self.rule.missing is Missing.NEW_DELAY:
            return [_("nouveau délai après interruption (art. R2192-29)")]
        if self.pauses:
            return [_("date de réception des pièces demandées")]
        return []

    def further_dates(self) -> Iterable[Deadline]:
        if self.rule.missing is Missing.PERMIT and not self.pauses and self.request is None:
            yield Deadline(
                ONE_MONTH.after(self.received_on),
                self.rule.code,
                "art. R*423-38 et R*423-42 du code de l'urbanisme",
                _("Dernier jour pour notifier les pièces manquantes ou un autre délai d'instruction."),
                DeadlineKind.ASK_DOCUMENTS,
            )
        if self.request is not None and self.rule.missing is Missing.PERMIT:
            yield Deadline(
                TIME_FOR_DOCUMENTS.after(self.request.on),
                self.rule.code,
                "art. R*423-39 du code de l'urbanisme",
                _("Dernier jour du demandeur pour envoyer les pièces ; au-delà, rejet ou opposition tacite."),
                DeadlineKind.DOCUMENTS,
            )
        elif self.request is not None and self.request.until is not None:
            yield Deadline(
                self.request.until,
                self.rule.code,
                "art. L114-5 du CRPA",
                _("Dernier jour donné au demandeur pour envoyer les pièces."),
                DeadlineKind.DOCUMENTS,
            )


def earliest(candidates: Sequence[Reckoning]) -> Reckoning:
    """Of what several rules say of one letter, the one whose date comes first, said to be such."""
    dated = [each for each in candidates if each.answer]
    if not dated:
        return candidates[0] if candidates else NO_RULE
    first = min(dated, key=lambda each: each.answer.date if each.answer else date.max)
    if len(candidates) == 1 or first.answer is None:
        return first
    names = " ; ".join(
        f"{each.rule.name} : {each.answer.date:%d/%m/%Y}" for each in dated if each.rule and each.answer
    )
    text = _("Au plus tôt, à préciser. %(names)s.") % {"names": names}
    # Which rule it is decides what silence means: as long as nobody has said it, silence decides nothing here.
    return replace(first, answer=replace(first.answer, explanation_fr=text, earliest=True), implicit=None)
