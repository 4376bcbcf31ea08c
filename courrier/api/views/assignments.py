from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from courrier.annotations.notes import annotate
from courrier.api.base import Route, told
from courrier.api.filters import AssignmentFilter
from courrier.api.serializers.actions import (
    OptionalReasonSerializer,
    ReasonSerializer,
    RedirectSerializer,
    ReplyInputSerializer,
)
from courrier.api.serializers.annotation import AnnotationSerializer, NoteSerializer
from courrier.api.serializers.assignment import InboxSerializer
from courrier.api.serializers.reply import ReplySerializer
from courrier.mail.models import Assignment, Mail
from courrier.mail.qualification import departments_of
from courrier.replies.drafting import draft_reply, save_draft
from workflows import actions


@extend_schema_view(
    list=extend_schema(summary="Les affectations des courriers que vous pouvez lire", tags=["affectations"]),
    retrieve=extend_schema(summary="Une affectation", tags=["affectations"]),
)
class AssignmentRoutes(ListModelMixin, RetrieveModelMixin, Route):
    lookup_value_converter = "int"
    serializer_class = InboxSerializer
    filter_backends = [DjangoFilterBackend]
    filterset_class = AssignmentFilter
    parser_classes = [JSONParser]

    def get_queryset(self) -> QuerySet[Assignment]:
        visible = Mail.objects.visible_to(self.request.user).order_by()
        return (
            Assignment.objects.filter(mail__in=visible.values("pk"))
            .select_related("department", "accepted_by", "mail__sender", "mail__document_type")
            .order_by("-created_at", "-pk")
        )

    def answer(self, pk: int) -> Response:
        """The assignment as it is now; even where its letter has left the user's sight."""
        now = Assignment.objects.select_related(
            "department", "accepted_by", "mail__sender", "mail__document_type"
        )
        return Response(InboxSerializer(now.get(pk=pk), context=self.get_serializer_context()).data)

    @extend_schema(
        summary="Prend le courrier en charge",
        tags=["affectations"],
        request=None,
        responses={200: InboxSerializer},
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: int) -> Response:
        actions.accept(self.get_object(), self.user)
        return self.answer(pk)

    @extend_schema(
        summary="Passe le courrier au service à qui il revient",
        description="Répond la nouvelle affectation.",
        tags=["affectations"],
        request=RedirectSerializer,
        responses={200: InboxSerializer},
    )
    @action(detail=True, methods=["post"])
    def redirect(self, request: Request, pk: int) -> Response:
        assignment, given = self.get_object(), told(RedirectSerializer, request)
        found = departments_of(assignment.organisation, [given["department"]])
        if not found:
            raise serializers.ValidationError({"department": [_("Service inconnu ou fermé.")]})
        new = actions.redirect(assignment, self.user, found[0], given["reason"])
        return self.answer(new.pk)

    @extend_schema(
        summary="Renvoie le courrier à l'accueil",
        tags=["affectations"],
        request=ReasonSerializer,
        responses={200: InboxSerializer},
    )
    @action(detail=True, methods=["post"])
    def send_back(self, request: Request, pk: int) -> Response:
        actions.send_back(self.get_object(), self.user, told(ReasonSerializer, request)["reason"])
        return self.answer(pk)

    @extend_schema(
        summary="Écrit une note sur le courrier",
        tags=["affectations"],
        request=NoteSerializer,
        responses={201: AnnotationSerializer},
    )
    @action(detail=True, methods=["post"])
    def annotate(self, request: Request, pk: int) -> Response:
        note = annotate(self.get_object().mail, self.user, **told(NoteSerializer, request))
        return Response(AnnotationSerializer(note).data, status=201)

    @extend_schema(
        summary="Répond au courrier",
        description="Sans `send: false`, la réponse part aussitôt écrite ; le courrier reste ouvert jusqu'à `close`.",
        tags=["affectations"],
        request=ReplyInputSerializer,
        responses={201: ReplySerializer},
    )
    @action(detail=True, methods=["post"])
    def reply(self, request: Request, pk: int) -> Response:
        assignment, given = self.get_object(), told(ReplyInputSerializer, request)
        send = given.pop("send")
        with transaction.atomic():  # a reply that can't leave now leaves no draft behind
            draft = draft_reply(assignment, self.user)
            kept = {name: getattr(draft, name) for name in ("channel", "recipient", "email", "subject")}
            reply = save_draft(draft, self.user, **{**kept, **given})
            if send:
                actions.send_reply(reply, self.user)
        return Response(ReplySerializer(reply).data, status=201)

    @extend_schema(
        summary="Termine le traitement",
        description="Le motif est demandé quand aucune réponse n'a été envoyée.",
        tags=["affectations"],
        request=OptionalReasonSerializer,
        responses={200: InboxSerializer},
    )
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: int) -> Response:
        actions.close(self.get_object(), self.user, told(OptionalReasonSerializer, request).get("reason", ""))
        return self.answer(pk)

    @extend_schema(
        summary="Dit qu'une copie pour information est lue",
        tags=["affectations"],
        request=None,
        responses={200: InboxSerializer},
    )
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: int) -> Response:
        actions.acknowledge(self.get_object(), self.user)
        return self.answer(pk)
