from __future__ import annotations

from typing import Any

from rest_framework import serializers

from courrier.mail.models import Channel, MailState
from courrier.search.results import FacetValue, Hit
from courrier.search.searching import SORTS

FURTHEST_HIT = 9_800
"""With the largest part, the window of 10,000 that a search engine answers from."""


class SearchQuerySerializer(serializers.Serializer):  # type: ignore[type-arg]
    q = serializers.CharField(
        max_length=500,
        allow_blank=True,
        default="",
        help_text="les mots cherchés, comme dans la page de recherche",
    )
    department = serializers.ListField(child=serializers.CharField(max_length=12), required=False)
    document_type = serializers.ListField(child=serializers.CharField(max_length=60), required=False)
    state = serializers.ListField(child=serializers.ChoiceField(choices=MailState.choices), required=False)
    year = serializers.ListField(
        child=serializers.IntegerField(min_value=1900, max_value=2999), required=False
    )
    sender = serializers.ListField(child=serializers.CharField(max_length=200), required=False)
    channel = serializers.ListField(child=serializers.ChoiceField(choices=Channel.choices), required=False)
    sort = serializers.ChoiceField(choices=list(SORTS), default="relevance")
    limit = serializers.IntegerField(min_value=1, max_value=200, default=20)
    offset = serializers.IntegerField(min_value=0, max_value=FURTHEST_HIT, default=0)

    def filters(self) -> dict[str, list[str]]:
        names = ["department", "document_type", "state", "year", "sender", "channel"]
        given: dict[str, Any] = self.validated_data
        return {name: [str(value) for value in given[name]] for name in names if given.get(name)}


class SnippetPieceSerializer(serializers.Serializer):  # type: ignore[type-arg]
    text = serializers.CharField()
    found = serializers.BooleanField(help_text="vrai pour un des mots cherchés")


class HitSerializer(serializers.Serializer[Hit]):
    """Un courrier trouvé."""

    id = serializers.IntegerField(source="mail_id")
    number = serializers.CharField()
    subject = serializers.CharField()
    sender = serializers.CharField()
    departments = serializers.ListField(child=serializers.CharField())
    document_type = serializers.CharField()
    document_type_name = serializers.CharField(source="document_type_label")
    state = serializers.ChoiceField(choices=MailState.choices)
    received_on = serializers.DateField(allow_null=True)
    snippet = SnippetPieceSerializer(many=True, help_text="le texte autour des mots trouvés, en morceaux")
    score = serializers.FloatField()
    pages = serializers.ListField(child=serializers.IntegerField(), help_text="pages où ils se trouvent")

    def to_representation(self, hit: Hit) -> dict[str, Any]:
        shown = {
            name: hit_field.get_attribute(hit) for name, hit_field in self.fields.items() if name != "snippet"
        }
        shown["snippet"] = [{"text": text, "found": found} for text, found in hit.snippet]
        return shown


class FacetSerializer(serializers.Serializer[FacetValue]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer[dict[str, list[FacetValue]]]):
    """Les valeurs qu'ont les résultats, les plus fréquentes d'abord."""

    departments = FacetSerializer(many=True, default=list)
    document_type = FacetSerializer(many=True, default=list)
    state = FacetSerializer(many=True, default=list)
    year = FacetSerializer(many=True, default=list)
    sender = FacetSerializer(many=True, default=list)
    channel = FacetSerializer(many=True, default=list)


class ResultsSerializer(serializers.Serializer):  # type: ignore[type-arg]
    count = serializers.IntegerField(source="total")
    results = HitSerializer(many=True, source="hits")
    facets = FacetsSerializer()
    goes_to = serializers.IntegerField(
        allow_null=True, help_text="id du courrier dont le numéro a été tapé, s'il est seul"
    )
    took_ms = serializers.FloatField()
