"""What a simulation came to, in words: letters, delays, lateness by department, bounces, what went wrong on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from courrier.mail.models import Mail, MailState
from courrier.simulation.playing import Game
from courrier.statistics.figures import Asked, Figures, Load, Spread
from courrier.statistics.scope import Scope

MISHAPS = {
    "message delivered twice": "messages livrés deux fois",
    "worker killed": "ouvriers tués en plein travail",
    "job failed": "tâches en échec au premier essai",
    "job sent again": "tâches relancées par l'horloge",
    "scan unreadable": "numérisations illisibles",
}
ACTIONS = {
    "qualify": "qualifications",
    "arbitrate": "répartitions par la direction",
    "accept": "prises en charge",
    "redirect": "réorientations",
    "send_back": "renvois à l'accueil",
    "ask_opinion": "avis demandés",
    "answer_opinion": "avis rendus",
    "withdraw_question": "demandes d'avis retirées",
    "split": "courriers partagés",
    "hand_over": "courriers confiés à un collègue",
    "take_over": "courriers repris à un collègue",
    "write_and_send": "réponses rédigées et soumises",
    "take_back": "réponses retirées du parapheur",
    "approve": "visas et signatures donnés",
    "refuse": "visas refusés",
    "close": "clôtures",
    "acknowledge": "copies lues",
    "cancel": "numéros annulés",
    "retry_reading": "lectures relancées",
    "undo": "actions annulées aussitôt",
    "receive": "fichiers déposés deux fois",
}


def report(game: Game) -> Iterator[str]:
    """The lines of the report, once the days are played and counted."""
    last = game.first + timedelta(days=game.days - 1)
    figures = Figures(
        Scope(game.town.organisation.pk, None), Asked(game.first, last), last + timedelta(days=1)
    )
    yield f"{game.town.organisation} : du {game.first:%d/%m/%Y} au {last:%d/%m/%Y}"
    yield from letters(game, figures)
    yield ""
    yield f"{'Service':<8}{'reçus':>8}{'en cours':>10}{'en retard':>11}{'traités':>9}{'hors délai':>12}  délai"
    codes = {each.pk: code for code, each in game.town.departments.items()}
    for load in figures.by_department:
        yield line_of(codes[load.id], load)
    yield ""
    yield f"Actions : {in_words(game.hands.done, ACTIONS)}."
    yield f"Refusées, avec la raison dite : {in_words(game.hands.refused, ACTIONS)}."
    yield f"Incidents joués : {in_words(game.worker.mishaps, MISHAPS)}."
    yield f"Absences avec remplaçant : {game.absences.named} ; rappels d'échéance : {game.reminders}."


def letters(game: Game, figures: Figures) -> Iterator[str]:
    states = Counter(Mail.objects.filter(organisation=game.town.organisation).values_list("state", flat=True))
    closed, cancelled = states[MailState.CLOSED], states[MailState.CANCELLED]
    total = sum(states.values())
    yield (
        f"Courriers : {total} reçus, {closed} clos, {total - closed - cancelled} en cours, {cancelled} annulés"
    )
    yield f"Délais : {spread_in_words(figures.days)}"
    if figures.closed_in_time is not None:
        yield f"Clos dans les délais : {figures.closed_in_time:.1%} ; en retard le dernier soir : {figures.late}"
    yield (
        f"Réorientations : {figures.redirected} ; renvoyés de service en service "
        f"(deux fois ou plus) : {figures.bounced}"
    )


def line_of(code: str, load: Load) -> str:
    return (
        f"{code:<8}{load.received:>8}{load.open:>10}{load.late:>11}{load.done:>9}{load.done_late:>12}"
        f"  {spread_in_words(load.days)}"
    )


def spread_in_words(spread: Spread) -> str:
    if spread.median is None or spread.p90 is None:
        return "rien de traité"
    return f"médian {spread.median:.0f} j, neuf sur dix en {spread.p90:.0f} j"


def in_words(counts: Counter[str], names: dict[str, str]) -> str:
    known = [f"{count} {names.get(name, name)}" for name, count in counts.most_common() if count]
    return ", ".join(known) or "aucun"
