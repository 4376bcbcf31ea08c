from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from workflows.actions.bulk import MOST

ACTIONS = ["accept", "acknowledge", "hand_over", "redirect", "close"]
NEEDED = {"redirect": ("department", "reason"), "close": ("reason",), "hand_over": ("colleague",)}


class BulkSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Une même action sur plusieurs affectations."""

    action = serializers.ChoiceField(choices=ACTIONS)
    assignments = serializers.ListField(
        child=serializers.IntegerField(min_value=1), min_length=1, max_length=MOST
    )
    reason = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="pour `redirect` et `close`"
    )
    department = serializers.CharField(
        max_length=12, required=False, help_text="pour `redirect` : code du service à qui ils reviennent"
    )
    colleague = serializers.CharField(
        max_length=150, required=False, help_text="pour `hand_over` : identifiant de la personne"
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        missing = [name for name in NEEDED.get(given["action"], ()) if not str(given.get(name, "")).strip()]
        if missing:
            raise serializers.ValidationError({name: [_("Ce champ est obligatoire.")] for name in missing})
        return given


class DoneSerializer(serializers.Serializer):  # type: ignore[type-arg]
    assignment = serializers.IntegerField()
    mail = serializers.IntegerField()
    number = serializers.CharField()


class LeftSerializer(serializers.Serializer):  # type: ignore[type-arg]
    assignment = serializers.IntegerField()
    number = serializers.CharField(help_text="vide si le courrier est hors de vos droits")
    reason = serializers.CharField(help_text="une phrase en français")


class BulkReportSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Ce qui a été fait, et ce qui est resté comme avant."""

    done = DoneSerializer(many=True)
    left = LeftSerializer(many=True)
