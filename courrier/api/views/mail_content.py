from __future__ import annotations

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from courrier.annotations.notes import annotate
from courrier.api.base import Route, told
from courrier.api.serializers.annotation import AnnotationSerializer, NoteSerializer
from courrier.api.serializers.page import PageSerializer
from courrier.api.serializers.reply import ReplySerializer
from courrier.mail.content import document_file
from courrier.mail.models import Document, DocumentRole, Mail, MailState
from courrier.mail.refusals import Refused

KINDS = ["application/pdf", "image/tiff", "image/jpeg", "image/png", "image/webp", "image/heic"]
"""What an original may be, as MIME types."""


class MailContentRoutes(Route):
    """What is in a letter and what was written on it."""

    lookup_value_converter = "int"
    pagination_class = None
    parser_classes = [JSONParser]

    def get_queryset(self) -> QuerySet[Mail]:
        return Mail.objects.visible_to(self.request.user)

    @extend_schema(
        summary="Le texte lu, une page après l'autre",
        description="Les pages sont séparées par un saut de page (U+000C). 409 tant que le courrier n'est pas lu.",
        tags=["courriers"],
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    @action(detail=True)
    def text(self, request: Request, pk: int) -> HttpResponse:
        mail = self.get_object()
        pages = list(mail.pages.order_by("number").values_list("text", flat=True))
        if not pages:
            raise not_read(mail)
        return HttpResponse("\f".join(pages), content_type="text/plain; charset=utf-8")

    @extend_schema(
        summary="Les pages : mots, boîtes, confiance",
        description="Un mot : [texte, x0, y0, x1, y1, confiance, ligne], la boîte en fractions de la page.",
        tags=["courriers"],
        responses={200: PageSerializer(many=True)},
    )
    @action(detail=True)
    def pages(self, request: Request, pk: int) -> Response:
        return Response(PageSerializer(self.get_object().pages.order_by("number"), many=True).data)

    @extend_schema(
        summary="Le PDF interrogeable",
        description="Les images du courrier avec leur texte par-dessous. 409 tant que le courrier n'est pas lu.",
        tags=["courriers"],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def document(self, request: Request, pk: int) -> FileResponse:
        mail = self.get_object()
        found = mail.documents.filter(role=DocumentRole.SEARCHABLE).last()
        if found is None:
            raise not_read(mail)
        return download(found, inline=True)

    @extend_schema(
        summary="Le fichier tel qu'il a été reçu",
        tags=["courriers"],
        responses={(200, kind): OpenApiTypes.BINARY for kind in KINDS},
    )
    @action(detail=True)
    def original(self, request: Request, pk: int) -> FileResponse:
        return download(self.get_object().documents.get(role=DocumentRole.ORIGINAL), inline=False)

    @extend_schema(
        summary="Les notes du courrier", tags=["courriers"], responses={200: AnnotationSerializer(many=True)}
    )
    @action(detail=True)
    def annotations(self, request: Request, pk: int) -> Response:
        notes = self.get_object().annotations.select_related("author")
        return Response(AnnotationSerializer(notes, many=True).data)

    @extend_schema(
        summary="Écrit une note",
        tags=["courriers"],
        request=NoteSerializer,
        responses={201: AnnotationSerializer},
    )
    @annotations.mapping.post
    def annotate(self, request: Request, pk: int) -> Response:
        note = annotate(self.get_object(), self.user, **told(NoteSerializer, request))
        return Response(AnnotationSerializer(note).data, status=201)

    @extend_schema(
        summary="Les réponses au courrier, brouillons compris",
        tags=["courriers"],
        responses={200: ReplySerializer(many=True)},
    )
    @action(detail=True)
    def replies(self, request: Request, pk: int) -> Response:
        replies = self.get_object().replies.select_related("author")
        return Response(ReplySerializer(replies, many=True).data)


def not_read(mail: Mail) -> Refused:
    """Why there is no text: the letter waits for its reading, or reading it failed."""
    if mail.state == MailState.FAILED:
        return Refused("failed", mail.failure_reason or _("Ce courrier n'a pas pu être lu."), 409)
    return Refused("not_read", _("Ce courrier n'est pas encore lu : recommencez dans un instant."), 409)


def download(document: Document, inline: bool) -> FileResponse:
    """The bytes under their name; a browser shows a PDF of ours, anything received from outside it saves."""
    try:
        content = document_file(document)
    except FileNotFoundError as error:
        raise Refused(
            "missing", _("Le fichier n'est plus à sa place : prévenez l'administrateur."), 404
        ) from error
    return FileResponse(
        content,
        as_attachment=not inline,
        filename=document.name,
        content_type=document.media_type,
    )
