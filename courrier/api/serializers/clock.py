"""The legal delay of a letter, and what an action on it wants to be told."""

from __future__ import annotations

from rest_framework import serializers

from courrier.clock.deadline import DeadlineKind
from courrier.clock.models import ClockEvent, ClockEventKind, ClockState
from courrier.clock.rules import Silence

ACTIONS = [
    "request_documents",
    "documents_received",
    "first_received_elsewhere",
    "choose_rule",
    "extend",
    "transmit",
    "acknowledge_receipt",
    "decide",
    "withdraw",
]


class RuleSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """La règle par laquelle le délai est compté."""

    code = serializers.CharField()
    name = serializers.CharField()
    article = serializers.CharField()
    length = serializers.CharField(help_text="par exemple « 2 mois »")
    silence = serializers.ChoiceField(choices=[each.value for each in Silence if each], allow_blank=True)


class ImplicitSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Ce que vaudra, ou a valu, l'absence de réponse, et quel jour."""

    on = serializers.DateField()
    silence = serializers.CharField(help_text="acceptation ou refus")
    means = serializers.CharField()
    article = serializers.CharField()


class DeadlineSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Une date, sa règle, son article et une phrase qui l'explique."""

    date = serializers.DateField()
    kind = serializers.ChoiceField(choices=[each.value for each in DeadlineKind])
    rule = serializers.CharField()
    article = serializers.CharField(allow_blank=True)
    explanation = serializers.CharField(source="explanation_fr")
    earliest = serializers.BooleanField(help_text="au plus tôt : plusieurs règles sont possibles")


class PauseSerializer(serializers.Serializer):  # type: ignore[type-arg]
    first = serializers.DateField()
    last = serializers.DateField(allow_null=True)


class ClockEventSerializer(serializers.ModelSerializer[ClockEvent]):
    """Ce qui a compté pour le délai."""

    kind = serializers.ChoiceField(choices=ClockEventKind.choices)
    actor = serializers.CharField(source="actor.username", default=None, allow_null=True)

    class Meta:
        model = ClockEvent
        fields = ["id", "kind", "on", "until", "what", "documents", "actor"]


class ClockSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Où en est le délai légal d'un courrier, et ce que vous pouvez y faire maintenant."""

    state = serializers.ChoiceField(choices=ClockState.choices)
    rule = RuleSerializer(allow_null=True)
    started_on = serializers.DateField(allow_null=True)
    implicit = ImplicitSerializer(allow_null=True)
    dates = DeadlineSerializer(many=True)
    pauses = PauseSerializer(many=True)
    events = ClockEventSerializer(many=True)
    actions = serializers.ListField(child=serializers.ChoiceField(choices=ACTIONS))


class ClockMovedSerializer(ClockSerializer):
    """Le délai après l'action, ce qu'il faut en savoir, et la lettre préparée."""

    warning = serializers.CharField(allow_blank=True)
    letter = serializers.IntegerField(allow_null=True, help_text="identifiant du brouillon préparé")


class DayInputSerializer(serializers.Serializer):  # type: ignore[type-arg]
    on = serializers.DateField()


class DocumentsInputSerializer(DayInputSerializer):
    documents = serializers.ListField(
        child=serializers.CharField(max_length=300),
        allow_empty=False,
        max_length=50,
        help_text="pièces manquantes",
    )
    until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="délai donné (L114-5)"
    )
    with_letter = serializers.BooleanField(default=True, help_text="prépare la lettre à l'expéditeur")


class AdministrationInputSerializer(DayInputSerializer):
    administration = serializers.CharField(max_length=200)


class TransmitInputSerializer(AdministrationInputSerializer):
    with_letter = serializers.BooleanField(default=True, help_text="prépare la lettre à l'expéditeur")


class ExtendInputSerializer(DayInputSerializer):
    extension = serializers.CharField(max_length=60, help_text="code de la prolongation")


class RuleInputSerializer(serializers.Serializer):  # type: ignore[type-arg]
    rule = serializers.CharField(
        max_length=60, allow_blank=True, help_text="code de la règle ; vide : celle du type de courrier"
    )


class WithdrawInputSerializer(serializers.Serializer):  # type: ignore[type-arg]
    event = serializers.IntegerField(help_text="identifiant de la saisie")
    reason = serializers.CharField(max_length=300)


class ReceiptSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """L'accusé de réception préparé, et ce que les réglages n'ont pas fourni."""

    letter = serializers.IntegerField(help_text="identifiant du brouillon")
    body = serializers.CharField()
    gaps = serializers.ListField(child=serializers.CharField())
