"""The legal delay on the letter's page: its dates with their rule, what moved them, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courrier.clock.acknowledgement import NotDue, due_under
from courrier.clock.deadline import Deadline, DeadlineKind
from courrier.clock.models import ClockEvent, ClockEventKind
from courrier.clock.reckoning import Pause, Reckoning, State
from courrier.clock.rules import Silence, law
from courrier.clock.standing import clock_row, dates_of, standing
from courrier.mail.models import Mail
from courrier.mail.rights import can
from courrier.organisations.models import User
from courrier.replies.models import Reply, ReplyPurpose, ReplyState
from courrier.web.views.letter_clock_forms import ClockForm, form_for

SOON = 14
"""Days before the date of the law from which it is shown as near."""

NAMES = {
    DeadlineKind.ANSWER: gettext_lazy("Répondre au plus tard"),
    DeadlineKind.ASK_DOCUMENTS: gettext_lazy("Demander les pièces au plus tard"),
    DeadlineKind.DOCUMENTS: gettext_lazy("Pièces attendues au plus tard"),
    DeadlineKind.ELSEWHERE: gettext_lazy("L'autre administration répond au plus tard"),
    DeadlineKind.TARGET: gettext_lazy("Délai visé par la collectivité"),
}

STATES = {
    State.RUNNING: ("info", "clock", gettext_lazy("le délai court")),
    State.WAITING: ("warn", "paperclip", gettext_lazy("en attente de pièces")),
    State.LAPSED: ("danger", "ban", gettext_lazy("pièces non fournies à temps")),
    State.DECIDED: ("danger", "clock-exclamation", gettext_lazy("décision implicite")),
    State.TRANSMITTED: ("muted", "arrow-forward-up", gettext_lazy("transmis")),
    State.ANSWERED: ("ok", "circle-check", gettext_lazy("répondu")),
    State.UNSURE: ("muted", "help", gettext_lazy("règle non vérifiée")),
    State.NONE: ("muted", "clock", gettext_lazy("aucun délai légal")),
}
"""Tone, icon and words of each state."""


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date of the panel; `left` says in words how far it is."""

    name: str
    day: date
    left: str
    explanation: str
    article: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class FactLine:
    """Something that happened to the delay; `pk` where it can be taken out."""

    day: date
    sentence: str
    who: str
    pk: int = 0


@dataclass(slots=True)
class ClockPanel:
    """All that the panel shows; `acts` are the forms of what this person may do now."""

    now: Reckoning
    headline: str
    dates: list[DateLine]
    pauses: list[str]
    facts: list[FactLine]
    receipt: str = ""
    acts: list[ClockForm] = field(default_factory=list)
    can_withdraw: bool = False

    @property
    def look(self) -> tuple[str, str, Any]:
        return STATES[self.now.state]

    @property
    def legal(self) -> DateLine | None:
        """The date of the law, for the line above the tabs."""
        answer = self.now.answer
        if answer is None or self.now.state in (State.ANSWERED, State.TRANSMITTED):
            return None
        return line_of(answer, timezone.localdate())

    @property
    def known(self) -> bool:
        """Whether there is anything of the law to say of the letter."""
        return self.now.state is not State.NONE


def panel_of(user: User, mail: Mail, replies: Iterable[Reply], asked: ClockForm | None = None) -> ClockPanel:
    """The panel; `asked` is a form that was refused, shown again with what was typed."""
    clock, today = clock_row(mail), timezone.localdate()
    if clock:
        prefetch_related_objects([clock], Prefetch("events", ClockEvent.objects.select_related("actor")))
    now = standing(mail)
    full = can(user, "clock", mail)
    fact = full or can(user, "clock_fact", mail)
    return ClockPanel(
        now=now,
        headline=headline_of(now),
        dates=[line_of(each, today) for each in dates_of(mail, now)],
        pauses=[pause_in_words(each) for each in now.pauses],
        facts=[fact_of(each) for each in clock.events.all() if not each.withdrawn] if clock else [],
        receipt=receipt_of(now, replies),
        acts=acts_of(mail, now, full=full, fact=fact, asked=asked),
        can_withdraw=full,
    )


def day_in_words(day: date) -> str:
    return date_format(day, "j F Y")


def headline_of(now: Reckoning) -> str:
    """What silence means, or has meant, and on which day, in a sentence; "" where it means nothing known."""
    if now.rule is not None and now.state is State.UNSURE:
        return _("La règle « %(name)s » n'est pas vérifiée : aucune date n'est affichée.") % {
            "name": now.rule.name
        }
    if now.implicit is None:
        return waiting_sentence(now)
    words = {"day": day_in_words(now.implicit.on)}
    accepted = now.implicit.silence is Silence.ACCEPTANCE
    if now.state is State.DECIDED:
        if accepted:
            return _("Personne n'a répondu à temps : la demande est acceptée depuis le %(day)s.") % words
        return _("Personne n'a répondu à temps : la demande est rejetée depuis le %(day)s.") % words
    if now.state is State.ANSWERED:
        return (
            _("La réponse est venue après le %(day)s : une décision implicite était née ce jour-là.") % words
        )
    return _("Sans réponse au %(day)s : %(means)s.") % (words | {"means": now.implicit.means})


def waiting_sentence(now: Reckoning) -> str:
    if now.state is State.WAITING:
        return _("Le délai ne court pas tant que les pièces demandées ne sont pas arrivées.")
    return ""


def line_of(deadline: Deadline, today: date) -> DateLine:
    left = (deadline.date - today).days
    of_law = deadline.kind is not DeadlineKind.TARGET
    tone = "danger" if left < 0 else "warn" if left <= SOON and of_law else ""
    name = str(NAMES[deadline.kind])
    if deadline.earliest:
        name = _("Répondre au plus tôt le")
    return DateLine(name, deadline.date, left_in_words(left), deadline.explanation_fr, deadline.article, tone)


def left_in_words(days: int) -> str:
    if days == 0:
        return _("aujourd'hui")
    if days > 0:
        return ngettext("reste %(n)d jour", "restent %(n)d jours", days) % {"n": days}
    return ngettext("passé depuis %(n)d jour", "passé depuis %(n)d jours", -days) % {"n": -days}


def pause_in_words(pause: Pause) -> str:
    if pause.last is None:
        return _("Le délai attend depuis le %(first)s (pièces demandées).") % {
            "first": day_in_words(pause.first)
        }
    days = (pause.last - pause.first).days
    sentence = ngettext(
        "Du %(first)s au %(last)s, %(n)d jour dans l'attente de pièces.",
        "Du %(first)s au %(last)s, %(n)d jours dans l'attente de pièces.",
        days,
    )
    return sentence % {"first": day_in_words(pause.first), "last": day_in_words(pause.last), "n": days}


def fact_of(event: ClockEvent) -> FactLine:
    stays = event.kind == ClockEventKind.SILENCE
    return FactLine(event.on, sentence_of(event), str(event.actor or ""), 0 if stays else event.pk)


def sentence_of(event: ClockEvent) -> str:
    match event.kind:
        case ClockEventKind.DOCUMENTS_REQUESTED:
            listed = _("Pièces demandées : %(listed)s") % {"listed": ", ".join(map(str, event.documents))}
            if event.until:
                return _("%(listed)s (avant le %(day)s)") % {
                    "listed": listed,
                    "day": day_in_words(event.until),
                }
            return listed
        case ClockEventKind.DOCUMENTS_RECEIVED:
            return _("Pièces reçues")
        case ClockEventKind.FIRST_ASKED:
            return _("Reçu d'abord par %(name)s") % {"name": event.what}
        case ClockEventKind.TRANSMITTED:
            return _("Transmis à %(name)s") % {"name": event.what}
        case ClockEventKind.EXTENDED:
            extension = law().extensions.get(event.what)
            return _("Délai prolongé : %(name)s") % {"name": extension.name if extension else event.what}
        case ClockEventKind.ANSWERED:
            return _("Décision ou réponse notifiée")
        case _:
            return _("Décision implicite")


def receipt_of(now: Reckoning, replies: Iterable[Reply]) -> str:
    """Whether the acknowledgement was sent, is being written, or is still owed; "" where none is due."""
    found = [each for each in replies if each.purpose == ReplyPurpose.RECEIPT]
    sent = next((each.sent_at for each in found if each.state == ReplyState.SENT and each.sent_at), None)
    if sent is not None:
        return _("Accusé de réception envoyé le %(day)s.") % {"day": day_in_words(timezone.localdate(sent))}
    if found:
        return _("Accusé de réception préparé, pas encore parti.")
    if not receipt_due(now):
        return ""
    if now.rule is not None and now.rule.silence is Silence.REFUSAL:
        return _(
            "Aucun accusé de réception n'est parti : les délais de recours ne courent pas contre le demandeur "
            "(art. L112-6 du CRPA)."
        )
    return _("Aucun accusé de réception n'est parti (art. L112-3 du CRPA).")


def receipt_due(now: Reckoning) -> bool:
    try:
        due_under(now)
    except NotDue:
        return False
    return True


def acts_of(
    mail: Mail, now: Reckoning, *, full: bool, fact: bool, asked: ClockForm | None
) -> list[ClockForm]:
    """The forms of what may be done now, in the order in which a clerk looks for them."""
    under_way = now.state in (State.RUNNING, State.WAITING, State.LAPSED, State.DECIDED, State.UNSURE)
    stopped = now.state in (State.ANSWERED, State.TRANSMITTED)
    wanted = {
        "accuse": full and receipt_due(now) and now.state is not State.DECIDED,
        "pieces-recues": fact and now.state is State.WAITING,
        "pieces-demandees": full and now.state is State.RUNNING,
        "decision": full and under_way,
        "prolonger": full and now.rule is not None and under_way and bool(law().extensions_of(now.rule)),
        "regle": fact and not stopped,
        "transmettre": full and not stopped,
        "recu-ailleurs": fact and not stopped and now.state is not State.DECIDED,
    }
    forms = {asked.verb: asked} if asked else {}
    return [forms.get(verb) or form_for(verb, mail, now) for verb, may in wanted.items() if may]
