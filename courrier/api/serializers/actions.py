"""What an action on a letter or an assignment wants to be told."""

from __future__ import annotations

from rest_framework import serializers

from courrier.replies.models import ReplyChannel


class ReasonSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reason = serializers.CharField(max_length=200, help_text="le motif, gardé au journal")


class OptionalReasonSerializer(serializers.Serializer):  # type: ignore[type-arg]
    reason = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="le motif, quand il n'y a pas de réponse"
    )


class RedirectSerializer(ReasonSerializer):
    department = serializers.CharField(max_length=12, help_text="code du service à qui revient le courrier")


class ReplyInputSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Une réponse. Ce qui est absent vient du brouillon : l'expéditeur du courrier, son objet."""

    subject = serializers.CharField(max_length=300, required=False)
    body = serializers.CharField(max_length=50_000)
    channel = serializers.ChoiceField(choices=ReplyChannel.choices, required=False)
    recipient = serializers.CharField(
        max_length=1000, required=False, allow_blank=True, help_text="nom et adresse postale"
    )
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    send = serializers.BooleanField(default=True, help_text="faux : garde un brouillon")
