from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courrier.classification.models import Suggestion, SuggestionField


class EvidenceSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Où, dans le courrier, cela est écrit."""

    page = serializers.IntegerField(min_value=1)
    box = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=1),
        min_length=4,
        max_length=4,
        help_text="[x0, y0, x1, y1] en fractions de la page",
    )
    text = serializers.CharField()


@extend_schema_field(OpenApiTypes.ANY)
class ValueField(serializers.JSONField):
    """Un texte, une date ISO, un code ou un objet, selon le champ."""


class SuggestionSerializer(serializers.ModelSerializer[Suggestion]):
    """Un candidat pour un champ, du meilleur au moins bon."""

    value = ValueField()
    confidence = serializers.FloatField(min_value=0, max_value=1)
    evidence = EvidenceSerializer(many=True)

    class Meta:
        model = Suggestion
        fields = ["value", "label", "confidence", "evidence", "reason"]


class SuggestionsSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Pour chaque champ, ses candidats ; la liste est vide quand rien n'a été compris."""

    department = SuggestionSerializer(many=True, help_text="value : code du service")
    document_type = SuggestionSerializer(many=True, help_text="value : code du type de courrier")
    sender = SuggestionSerializer(
        many=True, help_text="value : {name, email, phone, postcode, siret}, ce qui a été trouvé"
    )
    subject = SuggestionSerializer(many=True)
    letter_date = SuggestionSerializer(many=True, help_text="value : date AAAA-MM-JJ")
    references = SuggestionSerializer(
        many=True,
        help_text="value : {kind, value}, kind : permit, invoice, iban, siret, registered, cadastre, file",
    )
    deadline = SuggestionSerializer(many=True)
    registered_post = SuggestionSerializer(many=True)
    confidentiality = SuggestionSerializer(many=True)


def by_field(suggestions: Iterable[Suggestion]) -> dict[str, list[dict[str, Any]]]:
    """The suggestions of one letter, field by field, best first."""
    found: dict[str, list[dict[str, Any]]] = {field: [] for field in SuggestionField.values}
    for suggestion in sorted(suggestions, key=lambda each: each.rank):
        found[suggestion.field].append(SuggestionSerializer(suggestion).data)
    return found
