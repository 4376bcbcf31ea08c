"""What a notification says, in a sentence: on the page and in the digest alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from courrier.notifications.models import Kind, Notification

Data = dict[str, Any]


def day_of(value: object) -> str:
    """An ISO date as one writes it: 12 mars 2026."""
    found = value if isinstance(value, date) else parse_date(str(value or ""))
    return date_format(found, "j F Y") if found else ""


def with_department(sentence: Any, otherwise: Any) -> Callable[[Data], str]:
    """A sentence that names a department's code, or what is said where it is not known."""
    return lambda data: str(sentence) % data if data.get("department") else str(otherwise)


def with_day(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence) % {"day": day_of(data.get("due_on"))}


def with_count(sentence: Any, name: str) -> Callable[[Data], str]:
    """A sentence with a `count`, singular or plural, and one more piece."""
    return lambda data: str(sentence % {"count": int(data.get("count", 0)), name: data.get(name, "")})


def plain(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence)


def escalated(data: Data) -> str:
    days = int(data.get("days", 0))
    late = ngettext("En retard d'un jour ouvré", "En retard de %(days)d jours ouvrés", days) % {"days": days}
    if data.get("holder"):
        return _("%(late)s, en charge : %(holder)s") % {"late": late, "holder": data["holder"]}
    return _("%(late)s, personne ne l'a pris en charge") % {"late": late}


def mention(data: Data) -> str:
    page = data.get("page")
    return (
        _("Vous êtes cité dans une note, page %(page)s") % {"page": page}
        if page
        else _("Vous êtes cité dans une note")
    )


def visa(data: Data) -> str:
    return _("Réponse à signer") if data.get("signature") else _("Réponse à viser")


def given(data: Data) -> str:
    return given_many(data) if data.get("count") else _("Ce courrier vous est confié")


given_many = with_count(
    ngettext_lazy(
        "%(count)d courrier de %(origin)s vous est confié",
        "%(count)d courriers de %(origin)s vous sont confiés",
        "count",
    ),
    "origin",
)


def replaces(data: Data) -> str:
    sentence = _("Vous remplacez %(absent)s du %(first)s au %(last)s")
    if data.get("own"):
        sentence = _("%(substitute)s vous remplace du %(first)s au %(last)s")
    return sentence % {
        "absent": data.get("absent", ""),
        "substitute": data.get("substitute", ""),
        "first": day_of(data.get("starts_on")),
        "last": day_of(data.get("ends_on")),
    }


CLOCK = {
    "clock_documents_requested": gettext_lazy("Pièces demandées à l'expéditeur"),
    "clock_documents_received": gettext_lazy("Pièces reçues"),
    "clock_extended": gettext_lazy("Délai prolongé"),
    "clock_transmitted": gettext_lazy("Courrier transmis à l'administration compétente"),
    "clock_first_asked": gettext_lazy("Courrier reçu d'abord par une autre administration"),
    "clock_rule_chosen": gettext_lazy("Règle de délai changée"),
    "clock_event_withdrawn": gettext_lazy("Saisie du délai retirée"),
    "implicit_decision_void": gettext_lazy("La décision implicite n'a pas eu lieu"),
}


def clock_moved(data: Data) -> str:
    sentence = str(CLOCK.get(str(data.get("what")), CLOCK["clock_rule_chosen"]))
    if not data.get("due_on"):
        return sentence
    return _("%(sentence)s : date légale le %(day)s") % {"sentence": sentence, "day": day_of(data["due_on"])}


def silence_decided(data: Data) -> str:
    accepted = data.get("silence") == "acceptation"
    sentence = (
        _("Sans réponse, la demande est acceptée depuis le %(day)s")
        if accepted
        else _("Sans réponse, la demande est rejetée depuis le %(day)s")
    )
    return sentence % {"day": day_of(data.get("due_on"))}


SENTENCES: dict[str, Callable[[Data], str]] = {
    Kind.ARRIVED: with_department(
        gettext_lazy("Nouveau courrier pour %(department)s"), gettext_lazy("Nouveau courrier")
    ),
    Kind.COPY: with_department(
        gettext_lazy("Copie pour information, %(department)s"), gettext_lazy("Copie pour information")
    ),
    Kind.REDIRECTED: with_department(
        gettext_lazy("Réorienté vers %(department)s"), gettext_lazy("Réorienté")
    ),
    Kind.BOUNCED: plain(gettext_lazy("Deux services se renvoient ce courrier : à vous de trancher")),
    Kind.SENT_BACK: with_department(
        gettext_lazy("Renvoyé à l'accueil par %(department)s"), gettext_lazy("Renvoyé à l'accueil")
    ),
    Kind.TO_DISPATCH: plain(gettext_lazy("À répartir entre les services")),
    Kind.SPLIT: with_department(
        gettext_lazy("Une partie de la demande revient à %(department)s"),
        gettext_lazy("Une partie de la demande vous revient"),
    ),
    Kind.ACCEPTED: with_department(
        gettext_lazy("Pris en charge par %(department)s"), gettext_lazy("Pris en charge")
    ),
    Kind.GIVEN: given,
    Kind.TAKEN: plain(gettext_lazy("Ce courrier a été repris")),
    Kind.CANCELLED: plain(gettext_lazy("Numéro annulé, il n'y a plus rien à faire")),
    Kind.OPINION_ASKED: with_department(
        gettext_lazy("Avis demandé à %(department)s"), gettext_lazy("Avis demandé")
    ),
    Kind.OPINION_GIVEN: with_department(
        gettext_lazy("Avis rendu par %(department)s"), gettext_lazy("Avis rendu")
    ),
    Kind.MENTION: mention,
    Kind.ANSWER: plain(gettext_lazy("Réponse à une note")),
    Kind.VISA: visa,
    Kind.REPLY_APPROVED: plain(gettext_lazy("Réponse acceptée, elle va partir")),
    Kind.REPLY_REFUSED: plain(gettext_lazy("Réponse à reprendre")),
    Kind.REPLY_FAILED: plain(gettext_lazy("La réponse n'a pas pu partir")),
    Kind.DUE_SOON: with_day(gettext_lazy("Réponse attendue le %(day)s")),
    Kind.DUE_TODAY: with_day(gettext_lazy("À répondre le jour même, %(day)s")),
    Kind.LATE: with_day(gettext_lazy("En retard depuis le %(day)s")),
    Kind.ESCALATED: escalated,
    Kind.LEGAL_SOON: with_day(gettext_lazy("Dernier jour de la loi pour répondre : %(day)s")),
    Kind.CLOCK: clock_moved,
    Kind.SILENCE: silence_decided,
    Kind.MOVED: with_count(
        ngettext_lazy(
            "Le service %(origin)s vous est rattaché, avec %(count)d courrier en cours",
            "Le service %(origin)s vous est rattaché, avec %(count)d courriers en cours",
            "count",
        ),
        "origin",
    ),
    Kind.REPLACES: replaces,
    Kind.FOUND: with_count(
        ngettext_lazy(
            "%(count)d nouveau courrier pour votre recherche « %(name)s »",
            "%(count)d nouveaux courriers pour votre recherche « %(name)s »",
            "count",
        ),
        "name",
    ),
}


def sentence_of(notification: Notification) -> str:
    return SENTENCES[notification.kind](notification.data)


def for_whom(notification: Notification) -> str:
    """« pour X et Y » where the person hears of it in place of others; else ""."""
    names = [str(each) for each in notification.data.get("names", [])]
    if not names:
        return ""
    last = names[-1]
    listed = (
        _("%(names)s et %(last)s") % {"names": ", ".join(names[:-1]), "last": last} if names[:-1] else last
    )
    return _("pour %(names)s") % {"names": listed}
