from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courrier.mail.models import Page


@extend_schema_field(OpenApiTypes.ANY)
class WordField(serializers.JSONField):
    """[text, x0, y0, x1, y1, confidence, line]"""


class BarcodeSerializer(serializers.Serializer):  # type: ignore[type-arg]
    kind = serializers.CharField()
    value = serializers.CharField()
    box = serializers.ListField(child=serializers.FloatField(), min_length=4, max_length=4)


class PageSerializer(serializers.ModelSerializer[Page]):
    """Une page telle qu'elle a été lue ; largeur et hauteur en pixels de son image."""

    words = serializers.ListField(child=WordField())
    warnings = serializers.ListField(child=serializers.CharField())
    barcodes = BarcodeSerializer(many=True)

    class Meta:
        model = Page
        fields = ["number", "width", "height", "rotation", "blank", "confidence", "text", "words", "warnings"]
        fields += ["barcodes"]
