from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from courrier.api.serializers.correspondent import SenderInputSerializer
from courrier.classification.models import DocumentType
from courrier.mail.models import Confidentiality, Mail
from courrier.mail.qualification import Qualification, departments_of, suggested
from courrier.organisations.models import Department

KINDS = ["permit", "invoice", "iban", "siret", "registered", "cadastre", "file"]


class ReferenceSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Un numéro que le courrier porte."""

    kind = serializers.ChoiceField(choices=KINDS)
    value = serializers.CharField(max_length=120)


class QualificationSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Ce qu'est le courrier et à qui il va. Un champ absent prend la meilleure suggestion ; `null` le laisse vide."""

    departments = serializers.ListField(
        child=serializers.CharField(max_length=12),
        required=False,
        allow_empty=False,
        max_length=20,
        help_text="codes des services pour action",
    )
    copies = serializers.ListField(
        child=serializers.CharField(max_length=12),
        required=False,
        max_length=50,
        help_text="codes des services pour information",
    )
    document_type = serializers.CharField(required=False, allow_null=True, max_length=60)
    sender = SenderInputSerializer(required=False, allow_null=True)
    subject = serializers.CharField(required=False, allow_blank=True, max_length=300)
    letter_date = serializers.DateField(required=False, allow_null=True)
    references = serializers.ListField(child=ReferenceSerializer(), required=False, max_length=50)
    registered_post = serializers.BooleanField(required=False)
    confidentiality = serializers.ChoiceField(choices=Confidentiality.choices, required=False)
    due_on = serializers.DateField(required=False, allow_null=True)

    @property
    def mail(self) -> Mail:
        mail: Mail = self.context["mail"]
        return mail

    def validate_departments(self, codes: list[str]) -> list[Department]:
        return self.departments_with(codes)

    def validate_copies(self, codes: list[str]) -> list[Department]:
        return self.departments_with(codes)

    def departments_with(self, codes: list[str]) -> list[Department]:
        wanted = list(dict.fromkeys(codes))
        found = departments_of(self.mail.organisation, wanted)
        unknown = [code for code in wanted if code not in {each.code for each in found}]
        if unknown:
            raise serializers.ValidationError(
                _("Service inconnu ou fermé : %(codes)s.") % {"codes": ", ".join(unknown)}
            )
        return found

    def validate_document_type(self, code: str | None) -> DocumentType | None:
        if code is None:
            return None
        found = self.mail.organisation.document_types.filter(code=code, active=True).first()
        if found is None:
            raise serializers.ValidationError(_("Type de courrier inconnu : %(code)s.") % {"code": code})
        return found

    def qualification(self) -> Qualification:
        """What was asked for over what was suggested."""
        wanted = suggested(self.mail)
        given: dict[str, Any] = self.validated_data
        for name, value in given.items():
            setattr(wanted, name, value)
        if not wanted.departments:
            raise serializers.ValidationError(
                {"departments": [_("Aucun service n'est suggéré : indiquez à qui va ce courrier.")]}
            )
        return wanted
