"""The criteria people may type, their other spellings, and what each accepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courrier.mail.models import Channel, MailState
from courrier.search.analysis import folded


@dataclass(frozen=True, slots=True)
class Criteria:
    """`key` is what the program calls it, `names` what people type, the first being the one proposed."""

    key: str
    names: Sequence[str]
    meaning: str | Promise
    example: str


CRITERIA: Sequence[Criteria] = (
    Criteria("sender", ("de", "expediteur", "exp"), _("expéditeur"), "de:dupont"),
    Criteria("department", ("service", "srv"), _("service chargé du courrier"), "service:URB"),
    Criteria("type", ("type",), _("type de courrier"), 'type:"permis de construire"'),
    Criteria("from", ("du", "depuis", "apres"), _("reçu à partir de ce jour"), "du:2025-01"),
    Criteria("to", ("au", "jusqu", "avant"), _("reçu jusqu'à ce jour"), "au:2025-06"),
    Criteria("number", ("n°", "no", "n", "numero", "num", "nº"), _("numéro du registre"), "n°:412"),
    Criteria("late", ("en-retard", "retard"), _("réponse en retard"), "en-retard:oui"),
    Criteria("state", ("etat", "statut"), _("état"), "état:clos"),
    Criteria("channel", ("canal",), _("canal d'arrivée"), "canal:courriel"),
    Criteria("year", ("annee", "an"), _("année du registre"), "année:2025"),
    Criteria("subject", ("objet",), _("mot de l'objet"), "objet:subvention"),
    Criteria("reference", ("ref", "reference"), _("référence ou numéro cité"), 'ref:"PC 033 063 25 X0147"'),
    Criteria("misread", ("mal-lus", "mal-lu"), _("aussi les mots mal lus"), "mal-lus:oui"),
    Criteria("tag", ("etiquette", "tag"), _("étiquette"), "étiquette:cantine"),
    Criteria("registered", ("recommande", "ar"), _("lettre recommandée"), "recommandé:oui"),
)
BY_NAME = {name: each for each in CRITERIA for name in each.names}
STATES = {" ".join(folded(str(label))): value for value, label in MailState.choices}
CHANNELS = {" ".join(folded(str(label))): value for value, label in Channel.choices}
YES = frozenset({"oui", "o", "vrai", "yes", "1"})
NO = frozenset({"non", "n", "faux", "no", "0"})


def criterion_named(name: str) -> Criteria | None:
    """The criterion that `name` means, whatever its accents and case."""
    lowered = name.lower()
    return BY_NAME.get(lowered) or BY_NAME.get("-".join(folded(lowered)))


def yes_or_no(value: str) -> bool | None:
    lowered = value.strip().lower()
    return True if lowered in YES else False if lowered in NO else None


def choice(value: str, choices: dict[str, str]) -> str | None:
    """The choice that `value` begins, by its French name or its code; None if none or several do."""
    plain = " ".join(folded(value))
    if plain in choices:
        return choices[plain]
    if value in choices.values():
        return value
    beginning = {code for name, code in choices.items() if plain and name.startswith(plain)}
    return beginning.pop() if len(beginning) == 1 else None
