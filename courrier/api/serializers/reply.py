from __future__ import annotations

from rest_framework import serializers

from courrier.replies.models import Reply


class ReplySerializer(serializers.ModelSerializer[Reply]):
    """Une réponse, du brouillon à l'envoi. L'envoi se fait ensuite : `sending`, puis `sent` ou `failed`."""

    author = serializers.CharField(source="author.username")

    class Meta:
        model = Reply
        fields = [
            "id",
            "assignment",
            "author",
            "state",
            "channel",
            "recipient",
            "email",
            "subject",
            "body",
            "created_at",
            "sent_at",
            "failure_reason",
        ]
