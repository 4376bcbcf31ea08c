from __future__ import annotations

from rest_framework import serializers


class KnownMailSerializer(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.IntegerField()
    number = serializers.CharField()


class ProblemSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Ce que répond toute erreur."""

    code = serializers.CharField(help_text="stable, pour les programmes")
    detail = serializers.CharField(help_text="une phrase en français, pour les personnes")
    fields_ = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="messages par champ, quand la requête est mal remplie",
    )
    mail = KnownMailSerializer(required=False, help_text="le courrier déjà enregistré, pour un doublon")

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        return fields
