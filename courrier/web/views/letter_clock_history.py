"""What happened to a letter's legal delay, as its history tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courrier.clock.models import ClockEventKind
from courrier.clock.rules import law

Data = dict[str, Any]
Sentence = Callable[[Data], str]


def day_of(value: object) -> str:
    found = parse_date(str(value or ""))
    return date_format(found, "j F Y") if found else ""


def until(sentence: str, data: Data) -> str:
    """The sentence, with the date the law then gave."""
    if not data.get("deadline"):
        return sentence
    return _("%(sentence)s ; date légale : %(day)s") % {
        "sentence": sentence,
        "day": day_of(data["deadline"]),
    }


def on_day(sentence: Any) -> Sentence:
    """A sentence that names the day `day` and what goes with it, `what`."""

    def told(data: Data) -> str:
        names = {"day": day_of(data.get("on")), "what": data.get("what", "")}
        return until(str(sentence) % names, data)

    return told


def documents(data: Data) -> str:
    listed = ", ".join(str(each) for each in data.get("documents", []))
    sentence = _("Pièces demandées le %(day)s : %(listed)s") % {
        "day": day_of(data.get("on")),
        "listed": listed,
    }
    return until(sentence, data)


def rule_named(code: object) -> str:
    rule = law().rules.get(str(code or ""))
    return rule.name if rule else str(code or "")


def started(data: Data) -> str:
    name = rule_named(data.get("rule"))
    return until(
        _("Délai légal calculé : %(rule)s") % {"rule": name} if name else _("Aucun délai légal"), data
    )


def chosen(data: Data) -> str:
    return until(_("Règle choisie : %(rule)s") % {"rule": rule_named(data.get("rule"))}, data)


def extended(data: Data) -> str:
    extension = law().extensions.get(str(data.get("what")))
    name = extension.name if extension else str(data.get("what", ""))
    sentence = _("Délai prolongé le %(day)s : %(name)s") % {"day": day_of(data.get("on")), "name": name}
    return until(sentence, data)


def withdrawn(data: Data) -> str:
    kind = dict(ClockEventKind.choices).get(str(data.get("event")), "")
    sentence = _("Saisie retirée : %(kind)s, %(day)s") % {"kind": kind, "day": day_of(data.get("on"))}
    return until(sentence, data)


def silence(data: Data) -> str:
    day = {"day": day_of(data.get("on"))}
    if data.get("silence") == "acceptation":
        return _("Décision implicite d'acceptation née le %(day)s") % day
    return _("Décision implicite de rejet née le %(day)s") % day


CLOCK_VERBS: dict[str, tuple[tuple[str, str], Sentence]] = {
    "clock_started": (("muted", "clock"), started),
    "clock_recomputed": (("muted", "clock"), lambda data: until(_("Délai légal recalculé"), data)),
    "clock_rule_chosen": (("neutral", "clock"), chosen),
    "clock_first_asked": (
        ("neutral", "clock"),
        on_day(gettext_lazy("Reçu d'abord par %(what)s, le %(day)s")),
    ),
    "clock_documents_requested": (("accent", "paperclip"), documents),
    "clock_documents_received": (("ok", "paperclip"), on_day(gettext_lazy("Pièces reçues le %(day)s"))),
    "clock_extended": (("neutral", "clock"), extended),
    "clock_transmitted": (
        ("neutral", "arrow-forward-up"),
        on_day(gettext_lazy("Transmis à %(what)s le %(day)s")),
    ),
    "clock_answered": (
        ("ok", "certificate"),
        lambda data: (
            _("Décision ou réponse du %(day)s : le délai s'arrête") % {"day": day_of(data.get("on"))}
        ),
    ),
    "clock_event_withdrawn": (("muted", "x"), withdrawn),
    "implicit_decision": (("danger", "clock-exclamation"), silence),
    "implicit_decision_void": (
        ("muted", "x"),
        on_day(gettext_lazy("La décision implicite du %(day)s n'a pas eu lieu")),
    ),
}
"""Tone and icon, and sentence, by the verb of the event; as `letter_history.VERBS`."""
