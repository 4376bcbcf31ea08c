from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courrier.api.serializers.assignment import AssignmentSerializer
from courrier.api.serializers.correspondent import SenderSerializer
from courrier.api.serializers.reply import ReplySerializer
from courrier.api.serializers.suggestion import SuggestionsSerializer, by_field
from courrier.mail.models import Channel, Document, Mail


class DepositSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """Un fichier qui devient un courrier."""

    file = serializers.FileField(
        allow_empty_file=True,
        help_text="un seul fichier : PDF, TIFF, JPEG, PNG, WebP ou HEIC ; un courrier par fichier",
    )
    received_on = serializers.DateField(
        required=False, help_text="aujourd'hui par défaut ; jamais dans l'avenir"
    )
    channel = serializers.ChoiceField(choices=Channel.choices, default=Channel.API)
    organisation = serializers.SlugField(
        required=False,
        allow_blank=True,
        help_text="identifiant de la collectivité, si vous en avez plusieurs",
    )

    def validate_file(self, file: UploadedFile[Any]) -> UploadedFile[Any]:
        if sum(len(files) for _name, files in self.context["request"].FILES.lists()) > 1:
            raise serializers.ValidationError(_("Un seul fichier par dépôt : faites un dépôt par courrier."))
        return file


class ReceivedMailSerializer(serializers.ModelSerializer[Mail]):
    """Ce que répond un dépôt."""

    class Meta:
        model = Mail
        fields = ["id", "number", "state"]


class MailSummarySerializer(serializers.ModelSerializer[Mail]):
    """Un courrier dans une liste."""

    organisation = serializers.CharField(source="organisation.slug")
    pages = serializers.IntegerField(source="page_count", help_text="nombre de pages")
    sender = SenderSerializer(allow_null=True)
    document_type = serializers.CharField(
        source="document_type.code", default=None, allow_null=True, help_text="code du type de courrier"
    )
    document_type_name = serializers.CharField(source="document_type.name", default=None, allow_null=True)
    assignments = AssignmentSerializer(many=True)

    class Meta:
        model = Mail
        fields = [
            "id",
            "organisation",
            "number",
            "state",
            "state_since",
            "channel",
            "received_on",
            "registered_at",
            "pages",
            "subject",
            "sender",
            "letter_date",
            "document_type",
            "document_type_name",
            "references",
            "registered_post",
            "confidentiality",
            "due_on",
            "closed_at",
            "assignments",
        ]


class DocumentSerializer(serializers.ModelSerializer[Document]):
    class Meta:
        model = Document
        fields = ["id", "role", "name", "media_type", "size", "page_count", "sha256"]


class MailSerializer(MailSummarySerializer):
    """Un courrier, avec ce qui en a été compris."""

    suggestions = serializers.SerializerMethodField()
    documents = DocumentSerializer(many=True)
    replies = ReplySerializer(many=True)

    class Meta(MailSummarySerializer.Meta):
        fields = [
            *MailSummarySerializer.Meta.fields,
            "failure_code",
            "failure_reason",
            "cancelled_reason",
            "documents",
            "replies",
            "suggestions",
        ]

    @extend_schema_field(SuggestionsSerializer)
    def get_suggestions(self, mail: Mail) -> dict[str, list[dict[str, Any]]]:
        return by_field(mail.suggestions.all())
