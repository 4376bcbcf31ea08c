"""What reception fills in, as a form: from a letter's suggestions, and into a Qualification."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courrier.classification.models import DocumentType, Priority
from courrier.mail.models import Confidentiality, Mail
from courrier.mail.qualification import Qualification, tags_in
from courrier.organisations.models import Department, Organisation
from courrier.web.forms import StyledForm

REFERENCE_KINDS = {
    "permit": gettext_lazy("autorisation d'urbanisme"),
    "invoice": gettext_lazy("facture"),
    "registered": gettext_lazy("recommandé"),
    "file": gettext_lazy("dossier"),
    "cadastre": gettext_lazy("parcelle"),
    "iban": gettext_lazy("IBAN"),
    "siret": gettext_lazy("SIRET"),
}
SENDER_KEYS = ("name", "email", "phone", "address", "postcode", "city", "siret")


def a_day(**attrs: str) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


class QualificationForm(StyledForm):
    """Everything reception decides of one letter. Departments are named by their codes."""

    department = forms.CharField(required=False)
    other_department = forms.CharField(required=False)
    more_departments = forms.MultipleChoiceField(label=gettext_lazy("pour action aussi"), required=False)
    copies = forms.MultipleChoiceField(label=gettext_lazy("en copie"), required=False)
    document_type = forms.ModelChoiceField(
        DocumentType.objects.none(), label=gettext_lazy("Type"), required=False, to_field_name="code"
    )
    subject = forms.CharField(
        label=gettext_lazy("Objet"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    letter_date = forms.DateField(label=gettext_lazy("Date du courrier"), required=False, widget=a_day())
    due_on = forms.DateField(label=gettext_lazy("Échéance"), required=False, widget=a_day())
    registered_post = forms.BooleanField(label=gettext_lazy("Recommandé"), required=False)
    confidentiality = forms.ChoiceField(
        label=gettext_lazy("Confidentialité"), choices=Confidentiality.choices, required=False
    )
    priority = forms.ChoiceField(
        label=gettext_lazy("Priorité"),
        choices=[(each.value, each.label) for each in Priority],
        required=False,
    )
    tags = forms.CharField(label=gettext_lazy("Étiquettes"), max_length=300, required=False)
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200, required=False)
    email = forms.EmailField(label=gettext_lazy("Courriel"), required=False)
    phone = forms.CharField(label=gettext_lazy("Téléphone"), max_length=30, required=False)
    address = forms.CharField(label=gettext_lazy("Adresse"), max_length=300, required=False)
    postcode = forms.CharField(label=gettext_lazy("Code postal"), max_length=10, required=False)
    city = forms.CharField(label=gettext_lazy("Commune"), max_length=100, required=False)
    siret = forms.CharField(label=gettext_lazy("SIRET"), max_length=20, required=False)
    correspondent = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, mail: Mail, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mail = mail
        self.departments = list(mail.organisation.departments.open())
        by_code = [(department.code, department.name) for department in self.departments]
        for field in ("more_departments", "copies"):
            self.fields[field].choices = by_code  # type: ignore[attr-defined]
        self.fields["document_type"].queryset = types_of(mail.organisation)  # type: ignore[attr-defined]
        self.references = (
            references_in(self.data.getlist("reference_kind"), self.data.getlist("reference_value"))
            if isinstance(self.data, QueryDict)
            else list(self.initial.get("references", []))
        )

    def clean_subject(self) -> str:
        return " ".join(self.cleaned_data["subject"].split())

    def clean_letter_date(self) -> date | None:
        day: date | None = self.cleaned_data["letter_date"]
        if day and day > timezone.localdate() + timedelta(days=1):
            raise forms.ValidationError(_("Cette date est dans l'avenir."))
        return day

    def clean_siret(self) -> str:
        number = "".join(self.cleaned_data["siret"].split())
        if number and not (number.isdigit() and len(number) == 14):
            raise forms.ValidationError(_("Un SIRET a 14 chiffres."))
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        code = cleaned.get("department") or cleaned.get("other_department") or ""
        chosen = self.department_of(code)
        if chosen is None:
            self.add_error("department", _("Choisissez le service à qui transmettre ce courrier."))
        return {**cleaned, "chosen": chosen}

    def department_of(self, code: str) -> Department | None:
        return next((department for department in self.departments if department.code == code), None)

    def qualification(self) -> Qualification:
        """What the form says; only for a valid form."""
        cleaned = self.cleaned_data
        first: Department = cleaned["chosen"]
        more = [each for each in self.departments if each.code in cleaned["more_departments"]]
        departments = [first, *(each for each in more if each != first)]
        copies = [each for each in self.departments if each.code in cleaned["copies"]]
        sender = {key: cleaned[key] for key in (*SENDER_KEYS, "correspondent") if cleaned[key]}
        return Qualification(
            departments=departments,
            copies=[each for each in copies if each not in departments],
            document_type=cleaned["document_type"],
            sender=sender or None,
            subject=cleaned["subject"],
            letter_date=cleaned["letter_date"],
            references=self.references,
            registered_post=cleaned["registered_post"],
            confidentiality=cleaned["confidentiality"] or Confidentiality.NORMAL,
            due_on=cleaned["due_on"],
            priority=cleaned["priority"],
            tags=tags_in(cleaned["tags"]),
        )


def types_of(organisation: Organisation) -> QuerySet[DocumentType]:
    return organisation.document_types.filter(active=True).select_related("department").order_by("name")


def references_in(kinds: list[str], values: list[str]) -> list[dict[str, str]]:
    """The references typed, without the empty lines; a kind that does not exist becomes a file number."""
    rows = zip(kinds, values, strict=False)
    return [
        {"kind": kind if kind in REFERENCE_KINDS else "file", "value": value.strip()[:100]}
        for kind, value in rows
        if value.strip()
    ]
