from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from courrier.api.base import Route, organisation_of, told
from courrier.api.filters import MailFilter
from courrier.api.serializers.actions import ReasonSerializer
from courrier.api.serializers.mail import (
    DepositSerializer,
    MailSerializer,
    MailSummarySerializer,
    ReceivedMailSerializer,
)
from courrier.api.serializers.qualification import QualificationSerializer
from courrier.mail.models import Channel, Document, DocumentRole, Mail
from courrier.mail.registration import Upload
from courrier.mail.rights import registers_in
from workflows import actions
from workflows.reception import receive


def with_page_count(mails: QuerySet[Mail]) -> QuerySet[Mail]:
    original = Document.objects.filter(mail=OuterRef("pk"), role=DocumentRole.ORIGINAL)
    return mails.annotate(page_count=Coalesce(Subquery(original.values("page_count")[:1]), 0))


@extend_schema_view(
    list=extend_schema(summary="Les courriers que vous pouvez lire", tags=["courriers"]),
    retrieve=extend_schema(summary="Un courrier et ce qui en a été compris", tags=["courriers"]),
)
class MailRoutes(ListModelMixin, RetrieveModelMixin, Route):
    lookup_value_converter = "int"
    filter_backends = [DjangoFilterBackend]
    filterset_class = MailFilter
    parser_classes = [JSONParser]

    def get_queryset(self) -> QuerySet[Mail]:
        return self.shown(Mail.objects.visible_to(self.request.user))

    def shown(self, mails: QuerySet[Mail]) -> QuerySet[Mail]:
        """With all that is said of them, in a number of queries that does not grow with theirs."""
        mails = with_page_count(mails).select_related("organisation", "sender", "document_type")
        mails = mails.prefetch_related("assignments__department", "assignments__accepted_by")
        if self.action == "list":
            return mails
        return mails.prefetch_related("suggestions", "documents", "replies__author")

    def get_serializer_class(self) -> type[MailSummarySerializer]:
        return MailSummarySerializer if self.action == "list" else MailSerializer

    def get_parsers(self) -> list[Any]:
        deposit = self.action_map.get("post") == "create"
        return [MultiPartParser()] if deposit else super().get_parsers()

    def answer(self, pk: int) -> Response:
        """The letter as it is now, even where what was done to it takes it out of the user's sight."""
        mail = self.shown(Mail.objects.all()).get(pk=pk)
        return Response(MailSerializer(mail, context=self.get_serializer_context()).data)

    @extend_schema(
        summary="Dépose un courrier",
        description="Enregistre le fichier et lui donne son numéro ; la lecture suit. Le même fichier déposé une "
        "seconde fois répond 409 avec le numéro du premier : un dépôt interrompu se recommence sans risque.",
        tags=["courriers"],
        request={"multipart/form-data": DepositSerializer},
        responses={201: ReceivedMailSerializer},
    )
    def create(self, request: Request) -> Response:
        deposit = DepositSerializer(data=request.data, context={"request": request})
        deposit.is_valid(raise_exception=True)
        given = deposit.validated_data
        organisation = organisation_of(self.user, given.get("organisation", ""))
        if not registers_in(self.user, organisation.pk):
            raise PermissionDenied(_("Seul l'accueil enregistre des courriers."))
        upload = Upload(
            name=given["file"].name,
            file=given["file"].file,
            channel=Channel(given["channel"]),
            received_on=given.get("received_on"),
        )
        mail = receive(organisation, upload, self.user)
        location = reverse("api:mail-detail", args=[mail.pk], request=request)
        return Response(ReceivedMailSerializer(mail).data, status=201, headers={"Location": location})

    @extend_schema(
        summary="Qualifie un courrier et l'envoie aux services",
        description="Un corps vide accepte toutes les suggestions.",
        tags=["courriers"],
        request=QualificationSerializer,
        responses={200: MailSerializer},
    )
    @action(detail=True, methods=["post"])
    def qualify(self, request: Request, pk: int) -> Response:
        mail = self.get_object()
        asked = QualificationSerializer(data=request.data, context={"mail": mail})
        asked.is_valid(raise_exception=True)
        actions.qualify(mail, self.user, asked.qualification())
        return self.answer(pk)

    @extend_schema(
        summary="Relance la lecture d'un courrier illisible",
        tags=["courriers"],
        request=None,
        responses={200: MailSerializer},
    )
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: int) -> Response:
        actions.retry_reading(self.get_object(), self.user)
        return self.answer(pk)

    @extend_schema(
        summary="Annule un courrier enregistré par erreur",
        description="Le numéro reste au registre avec le motif.",
        tags=["courriers"],
        request=ReasonSerializer,
        responses={200: MailSerializer},
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: int) -> Response:
        actions.cancel(self.get_object(), self.user, told(ReasonSerializer, request)["reason"])
        return self.answer(pk)
