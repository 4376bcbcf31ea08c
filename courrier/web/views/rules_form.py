"""The form of a rule: when a letter is like this, do that."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courrier.classification.models import DocumentType, Priority, RoutingRule
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Channel, Confidentiality
from courrier.organisations.models import Department, Organisation
from courrier.web.forms import StyledForm

WHEN = ("words", "without_words", "sender", "sender_words", "document_type", "channel", "reference_pattern")
THEN = ("department", "copies", "priority", "confidentiality", "tag")
REGULAR_EXPRESSION = re.compile(r"[\\^$|(){}\[\]+]")


class RuleForm(StyledForm):
    """Fields of RoutingRule: its name, the conditions of WHEN and the effects of THEN."""

    name = forms.CharField(label=gettext_lazy("Nom de la règle"), max_length=120)
    words = forms.CharField(
        label=gettext_lazy("Le courrier contient"),
        help_text=gettext_lazy(
            "Des mots ou des expressions séparés par des virgules ; l'un d'eux suffit. Accents, pluriels et majuscules "
            "ne comptent pas."
        ),
        max_length=400,
        required=False,
    )
    without_words = forms.CharField(label=gettext_lazy("Il ne contient pas"), max_length=400, required=False)
    sender = forms.ModelChoiceField(
        Correspondent.objects.none(),
        label=gettext_lazy("L'expéditeur est"),
        empty_label=gettext_lazy("N'importe qui"),
        required=False,
    )
    sender_words = forms.CharField(
        label=gettext_lazy("Le nom de l'expéditeur contient"), max_length=200, required=False
    )
    document_type = forms.ModelChoiceField(
        DocumentType.objects.none(),
        label=gettext_lazy("Le type est"),
        empty_label=gettext_lazy("N'importe lequel"),
        required=False,
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Il est arrivé par"),
        choices=[("", gettext_lazy("N'importe quel canal")), *Channel.choices],
        required=False,
    )
    reference_pattern = forms.CharField(
        label=gettext_lazy("Une de ses références ressemble à"),
        help_text=gettext_lazy(
            "Par exemple « PC 033 * » ou « FA-#### » : * remplace n'importe quoi, ? un caractère, # un chiffre."
        ),
        max_length=100,
        required=False,
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Le transmettre à"),
        empty_label=gettext_lazy("Comme d'habitude"),
        required=False,
    )
    copies = forms.ModelMultipleChoiceField(
        Department.objects.none(),
        label=gettext_lazy("En copie à"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    priority = forms.ChoiceField(
        label=gettext_lazy("Priorité"),
        choices=[("", gettext_lazy("Inchangée")), (Priority.HIGH.value, Priority.HIGH.label)],
        required=False,
    )
    confidentiality = forms.ChoiceField(
        label=gettext_lazy("Confidentialité"),
        choices=[("", gettext_lazy("Inchangée")), *Confidentiality.choices],
        required=False,
    )
    tag = forms.CharField(
        label=gettext_lazy("Étiquette"),
        help_text=gettext_lazy("Un mot ou deux, visibles sur le courrier."),
        max_length=40,
        required=False,
    )

    def __init__(
        self, *args: Any, organisation: Organisation, sender: Correspondent | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kinds = organisation.document_types.filter(active=True).order_by("name")
        departments = organisation.departments.open()
        self._offer("document_type", kinds)
        self._offer("department", departments)
        self._offer("copies", departments)
        if sender is None:
            del self.fields["sender"]
        else:
            self._offer("sender", Correspondent.objects.filter(pk=sender.pk))

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = rows

    def clean_reference_pattern(self) -> str:
        pattern: str = " ".join(self.cleaned_data["reference_pattern"].split())
        if found := REGULAR_EXPRESSION.search(pattern):
            raise forms.ValidationError(
                _("Le signe « %(sign)s » n'a pas de sens ici : écrivez *, ? ou # à la place de ce qui varie.")
                % {"sign": found.group()}
            )
        if pattern and not re.search(r"\w", pattern) and "#" not in pattern:
            raise forms.ValidationError(
                _("Écrivez au moins une lettre ou un chiffre : ce modèle convient à toutes les références.")
            )
        return pattern

    def clean_tag(self) -> str:
        tag: str = " ".join(self.cleaned_data["tag"].split())
        if re.search(r"[,;]", tag):
            raise forms.ValidationError(_("Une seule étiquette, sans virgule."))
        return tag

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if not any(cleaned.get(name) for name in WHEN if name != "without_words"):
            self.add_error(None, _("Dites à quels courriers la règle s'applique : au moins une condition."))
        if not any(cleaned.get(name) for name in THEN):
            self.add_error(None, _("Dites ce que fait la règle : un service, une copie, une étiquette…"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What is kept of the rule, but for its copies; only of a valid form."""
        kept = {name: value for name, value in self.cleaned_data.items() if name != "copies"}
        return {"sender": None, **kept}

    def in_copy(self) -> list[Department]:
        """The departments that get a copy, the one it goes to left out."""
        return [each for each in self.cleaned_data["copies"] if each != self.cleaned_data["department"]]


def initial_of(rule: RoutingRule) -> dict[str, Any]:
    known = {name: getattr(rule, name) for name in RuleForm.base_fields if name != "copies"}
    return {**known, "copies": list(rule.copies.all()) if rule.pk else []}
