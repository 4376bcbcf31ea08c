from __future__ import annotations

from rest_framework import serializers

from courrier.correspondents.models import Correspondent


class SenderSerializer(serializers.ModelSerializer[Correspondent]):
    class Meta:
        model = Correspondent
        fields = ["id", "kind", "name", "email", "phone", "address", "postcode", "city", "siret"]


class SenderInputSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Un expéditeur tel que la suggestion le décrit ; rapproché d'un correspondant connu quand il y en a un."""

    name = serializers.CharField(max_length=200)
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=30)
    address = serializers.CharField(required=False, allow_blank=True, max_length=500)
    postcode = serializers.CharField(required=False, allow_blank=True, max_length=10)
    city = serializers.CharField(required=False, allow_blank=True, max_length=100)
    siret = serializers.CharField(required=False, allow_blank=True, max_length=14)
