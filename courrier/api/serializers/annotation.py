from __future__ import annotations

from rest_framework import serializers

from courrier.annotations.models import Annotation, AnnotationKind


class AnnotationSerializer(serializers.ModelSerializer[Annotation]):
    """Ce que quelqu'un a écrit sur le courrier."""

    author = serializers.CharField(source="author.username")
    box = serializers.ListField(child=serializers.FloatField(), allow_null=True)

    class Meta:
        model = Annotation
        fields = ["id", "kind", "page", "box", "text", "author", "parent", "created_at", "resolved_at"]


class NoteSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Une note à écrire. « @identifiant » y mentionne une personne."""

    text = serializers.CharField(max_length=5000)
    kind = serializers.ChoiceField(choices=AnnotationKind.choices, default=AnnotationKind.NOTE)
    page = serializers.IntegerField(required=False, min_value=1, max_value=10_000)
    box = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=1),
        required=False,
        min_length=4,
        max_length=4,
        help_text="[x0, y0, x1, y1] en fractions de la page",
    )
