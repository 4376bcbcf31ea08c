"""The events of a letter told as a story: one French sentence each, what repeats told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courrier.audit.models import Event
from courrier.mail.models import AssignmentRole, Channel
from courrier.web.views.letter_clock_history import CLOCK_VERBS

Data = dict[str, Any]
Sentence = Callable[[Data], str]


DETAILS = ("reason", "problem", "question", "answer", "request", "comment")
"""What was said with an event, under the name it goes by in its data."""


@dataclass(slots=True)
class Step:
    """A line of the story; `look` is the tone and icon it is drawn with."""

    at: datetime
    who: str
    sentence: str
    detail: str
    look: tuple[str, str]
    verb: str
    data: Data

    @property
    def tone(self) -> str:
        return self.look[0]

    @property
    def icon(self) -> str:
        return self.look[1]


def story_of(events: Iterable[Event]) -> list[Step]:
    """The steps, first to last, each thing told once however many events it left."""
    steps: list[Step] = []
    for event in events:
        step = told(event)
        last = steps[-1] if steps else None
        if last is None or not taken_in(last, step):
            steps.append(step)
    return steps


def taken_in(last: Step, step: Step) -> bool:
    """Whether `step` adds nothing to the one before but what was put into it here."""
    if step.verb == last.verb == "viewed" and step.who == last.who:
        last.at = step.at
        return True
    if step.verb == last.verb == "page_turned" and step.sentence == last.sentence and step.who == last.who:
        last.at = step.at
        return True
    if step.verb in {"redirected", "split", "opinion_asked"} and last.verb == "dispatched":
        return replaced(last, step)
    if step.verb == "dispatched" and last.verb == "redirected":
        return bool(last.data.get("to") == step.data.get("department"))
    if step.verb == last.verb == "dispatched":
        last.data = {"all": [*last.data.get("all", [last.data]), step.data]}
        last.sentence = dispatched(last.data)
        return True
    return False


def replaced(last: Step, step: Step) -> bool:
    """Put `step` in place of the arrival in a department that it explains."""
    if last.data.get("department") != step.data.get("to"):
        return False
    for name in ("at", "who", "sentence", "detail", "look", "verb", "data"):
        setattr(last, name, getattr(step, name))
    return True


def told(event: Event) -> Step:
    """One event as a step. A verb of a later version is told by its name: nothing that happened is left out."""
    look, sentence = VERBS.get(event.verb, (("muted", "info-circle"), lambda data: event.verb))
    data: Data = event.data
    return Step(
        at=event.at,
        who=person(data),
        sentence=sentence(data),
        detail=next((str(data[name]) for name in DETAILS if data.get(name)), ""),
        look=look,
        verb=event.verb,
        data=data,
    )


def person(data: Data) -> str:
    """Who did it; the name as it was then, which outlives the account."""
    actor = str(data.get("actor") or "")
    behalf = data.get("on_behalf_of")
    return _("%(actor)s, pour %(other)s") % {"actor": actor, "other": behalf} if behalf else actor


def registered(data: Data) -> str:
    channel = str(dict(Channel.choices).get(data.get("channel", ""), ""))
    sentence = _("Courrier enregistré")
    if data.get("number"):
        sentence = _("Courrier enregistré sous le numéro %(number)s") % {"number": data["number"]}
    return f"{sentence} ({channel})" if channel else sentence


def read(data: Data) -> str:
    pages = data.get("pages")
    if not isinstance(pages, int):
        return _("Texte lu")
    return ngettext("Texte lu : %(pages)d page", "Texte lu : %(pages)d pages", pages) % {"pages": pages}


def dispatched(data: Data) -> str:
    placed = data.get("all", [data])
    departments = [
        str(each.get("department", "")) for each in placed if each.get("role") != AssignmentRole.COPY
    ]
    copies = [str(each.get("department", "")) for each in placed if each.get("role") == AssignmentRole.COPY]
    names = {"departments": ", ".join(departments), "copies": ", ".join(copies)}
    if departments and copies:
        return _("Envoyé à %(departments)s, copie à %(copies)s") % names
    if copies:
        return _("Copie envoyée à %(copies)s") % names
    if not any(departments):
        return _("Envoyé aux services")
    return _("Envoyé à %(departments)s") % names


def redirected(data: Data) -> str:
    return _("Réorienté de %(department)s vers %(to)s") % {
        "department": data.get("department", ""),
        "to": data.get("to", ""),
    }


def moved(data: Data) -> str:
    return _("Passé de %(from)s à %(to)s, qui reprend ce service") % {
        "from": data.get("from_", ""),
        "to": data.get("to", ""),
    }


def page_turned(data: Data) -> str:
    return _("Page %(page)s tournée") % {"page": data.get("page", "")}


def annotated(data: Data) -> str:
    page = data.get("page")
    return _("Note page %(page)s") % {"page": page} if page else _("Note ajoutée")


def sent(data: Data) -> str:
    ways = {"email": _("Réponse envoyée par courriel"), "post": _("Réponse prête pour l'envoi postal")}
    sentence = ways.get(str(data.get("channel")), _("Réponse envoyée"))
    to = data.get("to")
    name = ", ".join(map(str, to)) if isinstance(to, list) else str(to or "")
    return _("%(sentence)s à %(name)s") % {"sentence": sentence, "name": name} if name else sentence


def closed_by(data: Data) -> str:
    department = data.get("department", "")
    if data.get("answered", True):
        return _("Traité par %(department)s") % {"department": department}
    return _("Clos sans réponse par %(department)s") % {"department": department}


def by_department(sentence: Any) -> Sentence:
    return lambda data: str(sentence) % {"department": data.get("department", "")}


def approved(data: Data) -> str:
    return _("Réponse signée") if data.get("kind") == "signature" else _("Visa donné")


def asked(data: Data) -> str:
    return _("Avis demandé à %(to)s par %(department)s") % {
        "to": data.get("to", ""),
        "department": data.get("department", ""),
    }


def to_department(sentence: Any) -> Sentence:
    """A sentence that names who receives, a department's code or a person."""
    return lambda data: str(sentence) % {"to": data.get("to", "")}


def plain(sentence: Any) -> Sentence:
    return lambda data: str(sentence)


UNDONE = {
    "qualified": gettext_lazy("l'envoi aux services"),
    "accepted": gettext_lazy("la prise en charge"),
    "redirected": gettext_lazy("la réorientation"),
    "sent_back": gettext_lazy("le renvoi à l'accueil"),
    "closed_assignment": gettext_lazy("la clôture"),
    "copy_read": gettext_lazy("la lecture de la copie"),
    "split": gettext_lazy("le partage de la demande"),
    "attached": gettext_lazy("le rattachement à l'autre courrier"),
    "opinion_asked": gettext_lazy("la demande d'avis"),
    "handed_over": gettext_lazy("le passage à un collègue"),
    "taken_over": gettext_lazy("la reprise à mon nom"),
    "clock_documents_requested": gettext_lazy("la demande de pièces"),
    "clock_documents_received": gettext_lazy("la réception des pièces"),
    "clock_first_asked": gettext_lazy("la réception par une autre administration"),
    "clock_extended": gettext_lazy("la prolongation du délai"),
    "clock_transmitted": gettext_lazy("la transmission"),
    "clock_answered": gettext_lazy("la date de la décision"),
    "clock_rule_chosen": gettext_lazy("le choix de la règle"),
}


def undone_name(verb: str) -> str:
    """What was, or can be, undone, as it stands after « Annuler »."""
    return str(UNDONE.get(verb, _("la dernière action")))


def undone(data: Data) -> str:
    return _("Annulation : %(what)s") % {"what": undone_name(str(data.get("undone", "")))}


def received_again(data: Data) -> str:
    return _("Le même courrier est arrivé sous le numéro %(number)s") % {"number": data.get("number", "")}


def classified(data: Data) -> str:
    if data.get("rule"):
        return _("Règle « %(rule)s » appliquée") % {"rule": data["rule"]}
    return _("Service, type et expéditeur proposés")


VERBS: dict[str, tuple[tuple[str, str], Sentence]] = {
    "registered": (("neutral", "inbox"), registered),
    "read": (("muted", "scan"), read),
    "failed": (("danger", "alert-triangle"), plain(gettext_lazy("La lecture a échoué"))),
    "reading_retried": (("neutral", "refresh"), plain(gettext_lazy("Lecture relancée"))),
    "classified": (("muted", "tag"), classified),
    "not_classified": (("muted", "help"), plain(gettext_lazy("Aucune proposition : fiche à remplir"))),
    "qualified": (("accent", "check"), plain(gettext_lazy("Fiche vérifiée"))),
    "dispatched": (("neutral", "send"), dispatched),
    "arbitrated": (("accent", "route"), plain(gettext_lazy("Réparti par la direction"))),
    "accepted": (("info", "user-check"), by_department(gettext_lazy("Pris en charge par %(department)s"))),
    "redirected": (("neutral", "arrow-forward-up"), redirected),
    "sent_back": (
        ("neutral", "arrow-back-up"),
        by_department(gettext_lazy("Renvoyé à l'accueil par %(department)s")),
    ),
    "opinion_asked": (("accent", "help"), asked),
    "opinion_given": (("ok", "message-circle"), by_department(gettext_lazy("Avis donné par %(department)s"))),
    "opinion_withdrawn": (("muted", "x"), to_department(gettext_lazy("Demande d'avis à %(to)s retirée"))),
    "handed_over": (("neutral", "users"), to_department(gettext_lazy("Confié à %(to)s"))),
    "moved": (("neutral", "building-community"), moved),
    "taken_over": (("neutral", "user-check"), plain(gettext_lazy("Repris en charge"))),
    "attached": (
        ("muted", "copy"),
        to_department(gettext_lazy("Même courrier que %(to)s : joint à lui, sans suite propre")),
    ),
    "detached": (("neutral", "arrows-split"), plain(gettext_lazy("Séparé de l'autre courrier"))),
    "duplicate_attached": (("muted", "copy"), received_again),
    "split": (
        ("neutral", "arrows-split"),
        to_department(gettext_lazy("Une partie de la demande envoyée à %(to)s")),
    ),
    "copy_read": (("muted", "eye"), by_department(gettext_lazy("Copie lue par %(department)s"))),
    "annotated": (("neutral", "note"), annotated),
    "page_turned": (("muted", "rotate-clockwise"), page_turned),
    "note_resolved": (("muted", "circle-check"), plain(gettext_lazy("Note réglée"))),
    "note_reopened": (("neutral", "note"), plain(gettext_lazy("Note rouverte"))),
    "reply_drafted": (("neutral", "edit"), plain(gettext_lazy("Réponse commencée"))),
    "reply_sending": (("muted", "clock"), plain(gettext_lazy("Envoi de la réponse demandé"))),
    "reply_submitted": (("accent", "signature"), plain(gettext_lazy("Réponse mise au parapheur"))),
    "reply_taken_back": (("neutral", "arrow-back-up"), plain(gettext_lazy("Réponse retirée du parapheur"))),
    "reply_approved": (("ok", "signature"), approved),
    "reply_refused": (("danger", "x"), plain(gettext_lazy("Réponse à reprendre"))),
    "reply_sent": (("ok", "send"), sent),
    "reply_failed": (("danger", "alert-triangle"), plain(gettext_lazy("La réponse n'a pas pu partir"))),
    "closed_assignment": (("ok", "circle-check"), closed_by),
    "closed": (("ok", "archive"), plain(gettext_lazy("Courrier clos"))),
    "undone": (("muted", "arrow-back-up"), undone),
    "reopened": (("accent", "rotate"), plain(gettext_lazy("Courrier rouvert"))),
    "cancelled": (("danger", "ban"), plain(gettext_lazy("Courrier annulé"))),
    "viewed": (("muted", "eye"), plain(gettext_lazy("Courrier consulté"))),
    **CLOCK_VERBS,
}
