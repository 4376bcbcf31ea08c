from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courrier.api.serializers.correspondent import SenderSerializer
from courrier.mail.models import Assignment, Mail
from courrier.mail.rights import can

ACTIONS = ["accept", "redirect", "send_back", "reply", "close", "acknowledge"]


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """Un courrier confié à un service, pour action ou pour information."""

    department = serializers.CharField(source="department.code", help_text="code du service")
    department_name = serializers.CharField(source="department.name")
    accepted_by = serializers.CharField(source="accepted_by.username", default=None, allow_null=True)

    class Meta:
        model = Assignment
        fields = [
            "id",
            "department",
            "department_name",
            "role",
            "state",
            "due_on",
            "accepted_by",
            "accepted_at",
            "reason",
            "came_from",
            "created_at",
            "finished_at",
        ]


class AssignedMailSerializer(serializers.ModelSerializer[Mail]):
    sender = SenderSerializer(allow_null=True)
    document_type = serializers.CharField(source="document_type.code", default=None, allow_null=True)

    class Meta:
        model = Mail
        fields = ["id", "number", "state", "received_on", "subject", "sender", "document_type"]


class InboxSerializer(AssignmentSerializer):
    """Une affectation avec son courrier, et ce que vous pouvez y faire maintenant."""

    mail = AssignedMailSerializer()
    actions = serializers.SerializerMethodField()

    class Meta(AssignmentSerializer.Meta):
        fields = [*AssignmentSerializer.Meta.fields, "mail", "actions"]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=ACTIONS)))
    def get_actions(self, assignment: Assignment) -> list[str]:
        user = self.context["request"].user
        return [action for action in ACTIONS if can(user, action, assignment)]
