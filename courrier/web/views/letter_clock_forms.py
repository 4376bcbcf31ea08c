"""The forms of what people do to a letter's legal delay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courrier.clock.reckoning import Reckoning
from courrier.clock.rules import Missing, Rule, Silence, law
from courrier.clock.standing import clock_row, type_code
from courrier.mail.models import Mail
from courrier.web.forms import StyledForm

TIME_TO_SEND = timedelta(days=30)
"""Offered to the sender for the missing documents; the clerk changes it as needed."""


class Day(forms.DateField):
    """A day picked from the browser's calendar."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, **more)


class ClockForm(StyledForm):
    """One act on the delay: its name in addresses, its button, its icon, and what it says of the law."""

    verb = ""
    label: Any = ""
    done: Any = ""
    icon = "clock"
    law: Any = ""

    @property
    def form_id(self) -> str:
        return f"clock-{self.verb}"


class ReceiptForm(ClockForm):
    verb, icon = "accuse", "mail-opened"
    label = done = gettext_lazy("Préparer l'accusé de réception")
    law = gettext_lazy(
        "La lettre est préparée avec les mentions de l'art. R112-5 du CRPA : relisez-la avant l'envoi."
    )


class DocumentsForm(ClockForm):
    verb, icon = "pieces-demandees", "paperclip"
    label = gettext_lazy("Demander des pièces")
    done = gettext_lazy("Noter la demande")

    documents = forms.CharField(
        label=gettext_lazy("Pièces manquantes, une par ligne"),
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
    )
    on = Day(label=gettext_lazy("Date d'envoi de la demande"))
    until = Day(label=gettext_lazy("À recevoir au plus tard le"), required=False)
    with_letter = forms.BooleanField(label=gettext_lazy("Préparer la lettre"), required=False, initial=True)

    def clean_documents(self) -> list[str]:
        return [
            line.strip(" -•\t") for line in self.cleaned_data["documents"].splitlines() if line.strip(" -•\t")
        ]


class ArrivedForm(ClockForm):
    verb, icon = "pieces-recues", "check"
    label = gettext_lazy("Pièces reçues")
    done = gettext_lazy("Noter leur réception")
    law = gettext_lazy("Quand toutes les pièces demandées sont là.")

    on = Day(label=gettext_lazy("Reçues le"))


class DecisionForm(ClockForm):
    verb, icon = "decision", "certificate"
    label = gettext_lazy("Décision prise")
    done = gettext_lazy("Arrêter le délai")
    law = gettext_lazy(
        "La date où la décision ou la réponse est notifiée au demandeur. Une réponse envoyée d'ici arrête le délai à "
        "la clôture."
    )

    on = Day(label=gettext_lazy("Notifiée le"))


class ExtendForm(ClockForm):
    verb, icon = "prolonger", "calendar-due"
    label = gettext_lazy("Prolonger le délai")
    done = gettext_lazy("Noter la prolongation")

    extension = forms.ChoiceField(label=gettext_lazy("Motif"))
    on = Day(label=gettext_lazy("Notifiée au demandeur le"))


class RuleForm(ClockForm):
    verb, icon = "regle", "label"
    label = gettext_lazy("Corriger la règle")
    done = gettext_lazy("Appliquer cette règle")

    rule = forms.ChoiceField(label=gettext_lazy("Règle"), required=False)


class TransmitForm(ClockForm):
    verb, icon = "transmettre", "arrow-forward-up"
    label = gettext_lazy("Transmettre à une autre administration")
    done = gettext_lazy("Noter la transmission")
    law = gettext_lazy("L'expéditeur en est averti par une lettre (art. L114-2 du CRPA).")

    administration = forms.CharField(label=gettext_lazy("Administration compétente"), max_length=200)
    on = Day(label=gettext_lazy("Transmis le"))
    with_letter = forms.BooleanField(label=gettext_lazy("Préparer la lettre"), required=False, initial=True)


class ElsewhereForm(ClockForm):
    verb, icon = "recu-ailleurs", "inbox"
    label = gettext_lazy("Reçu d'abord ailleurs")
    done = gettext_lazy("Noter cette réception")
    law = gettext_lazy(
        "Où le silence vaut rejet, le délai court de la réception par l'administration saisie d'abord (art. L114-3)."
    )

    administration = forms.CharField(label=gettext_lazy("Administration"), max_length=200)
    on = Day(label=gettext_lazy("Reçu là-bas le"))


FORMS: dict[str, type[ClockForm]] = {
    each.verb: each
    for each in (
        ReceiptForm,
        ArrivedForm,
        DocumentsForm,
        DecisionForm,
        ExtendForm,
        RuleForm,
        TransmitForm,
        ElsewhereForm,
    )
}

EFFECTS = {
    Missing.SUSPENDS: gettext_lazy(
        "Le délai est suspendu jusqu'à cette date, ou jusqu'à leur arrivée (art. L114-5)."
    ),
    Missing.STARTS_ON_ARRIVAL: gettext_lazy("Le délai ne courra qu'à leur arrivée (art. L114-5 du CRPA)."),
    Missing.PERMIT: gettext_lazy(
        "Dans le mois du dépôt, le délai ne court qu'à leur arrivée ; le demandeur a trois mois (R*423-38 et 39). "
        "Indiquez la date de première présentation du recommandé."
    ),
    Missing.PREEMPTION: gettext_lazy(
        "Le délai est suspendu (art. L213-2). Indiquez la date de réception par le propriétaire."
    ),
    Missing.NEW_DELAY: gettext_lazy("Le délai de paiement est interrompu, une seule fois (art. R2192-27)."),
    Missing.NOTHING: gettext_lazy("Pour cette règle, la demande de pièces ne change pas la date."),
}


def form_for(verb: str, mail: Mail, now: Reckoning, data: Any = None) -> ClockForm:
    """The form of an act for this letter, blank or bound; KeyError where there is no such act."""
    clock = clock_row(mail)
    first = {"on": timezone.localdate(), "rule": clock.chosen_rule if clock else ""}
    form = FORMS[verb](data, initial=first, auto_id=f"clock-{verb}-%s")
    PREPARE.get(verb, nothing)(form, mail, now)
    return form


def nothing(form: ClockForm, mail: Mail, now: Reckoning) -> None:
    """Most forms are as they are written."""


def documents_form(form: ClockForm, mail: Mail, now: Reckoning) -> None:
    missing = now.rule.missing if now.rule else Missing.NOTHING
    form.law = EFFECTS[missing]
    if missing in (Missing.SUSPENDS, Missing.STARTS_ON_ARRIVAL):
        form.initial["until"] = timezone.localdate() + TIME_TO_SEND
        form.fields["until"].required = True
    else:
        del form.fields["until"]


def extend_form(form: ClockForm, mail: Mail, now: Reckoning) -> None:
    offered = law().extensions_of(now.rule) if now.rule else ()
    choose(form.fields["extension"], [(each.code, f"{each.name} ({each.article})") for each in offered])


def rule_form(form: ClockForm, mail: Mail, now: Reckoning) -> None:
    own = [(each.code, rule_in_words(each)) for each in law().rules_of(type_code(mail))]
    others = [(each.code, rule_in_words(each)) for each in law().rules.values() if each.code not in dict(own)]
    as_type = ("", _("Celle du type de courrier"))
    groups = [(_("Pour ce type de courrier"), own)] if own else []
    choose(form.fields["rule"], [as_type, *groups, (_("Autres règles"), others)])


def choose(field: forms.Field, choices: list[Any]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101
    field.choices = choices


def rule_in_words(rule: Rule) -> str:
    """Name, length, what silence means: for a list to choose from."""
    pieces = [str(rule.length), SILENCES[rule.silence], "" if rule.sure else _("non vérifiée")]
    return f"{rule.name} ({', '.join(piece for piece in map(str, pieces) if piece)})"


SILENCES = {
    Silence.ACCEPTANCE: gettext_lazy("silence vaut acceptation"),
    Silence.REFUSAL: gettext_lazy("silence vaut rejet"),
    Silence.NONE: "",
}

PREPARE: dict[str, Callable[[ClockForm, Mail, Reckoning], None]] = {
    "pieces-demandees": documents_form,
    "prolonger": extend_form,
    "regle": rule_form,
}
