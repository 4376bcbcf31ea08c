"""The legal delay of a letter: where it stands, and what people do to it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from courrier.api.base import Route, told
from courrier.api.serializers.clock import (
    ACTIONS,
    AdministrationInputSerializer,
    ClockMovedSerializer,
    ClockSerializer,
    DayInputSerializer,
    DocumentsInputSerializer,
    ExtendInputSerializer,
    ReceiptSerializer,
    RuleInputSerializer,
    TransmitInputSerializer,
    WithdrawInputSerializer,
)
from courrier.clock.standing import clock_row, dates_of, standing
from courrier.mail.models import Mail
from courrier.mail.rights import can
from courrier.organisations.models import User
from workflows import actions
from workflows.actions.clock import Moved

FACTS = frozenset({"documents_received", "first_received_elsewhere", "choose_rule"})
"""Actions that reception does as well: what it sees arrive."""


def whole(mail: Mail, user: User) -> dict[str, Any]:
    """What ClockSerializer shows."""
    now, clock = standing(mail), clock_row(mail)
    full, fact = can(user, "clock", mail), can(user, "clock_fact", mail)
    return {
        "state": now.state,
        "rule": now.rule,
        "started_on": now.started_on,
        "implicit": now.implicit,
        "dates": dates_of(mail, now),
        "pauses": now.pauses,
        "events": clock.events.filter(withdrawn=False).select_related("actor") if clock else [],
        "actions": [name for name in ACTIONS if full or (fact and name in FACTS)],
    }


class ClockRoutes(Route):
    """Addresses under a letter's."""

    lookup_value_converter = "int"
    serializer_class = ClockSerializer
    parser_classes = [JSONParser]

    def get_queryset(self) -> QuerySet[Mail]:
        return Mail.objects.visible_to(self.request.user).select_related(
            "organisation", "document_type", "clock"
        )

    def moved(self, mail: Mail, moved: Moved) -> Response:
        """The delay as it is now; even where the letter has left the user's sight."""
        now = Mail.objects.select_related("organisation", "document_type", "clock").get(pk=mail.pk)
        letter = moved.letter.pk if moved.letter else None
        shown = {**whole(now, self.user), "warning": moved.warning, "letter": letter}
        return Response(ClockMovedSerializer(shown).data)

    @extend_schema(summary="Où en est le délai légal", tags=["délais"], responses={200: ClockSerializer})
    @action(detail=True, methods=["get"])
    def clock(self, request: Request, pk: int) -> Response:
        return Response(ClockSerializer(whole(self.get_object(), self.user)).data)

    @extend_schema(
        summary="Demande des pièces manquantes à l'expéditeur",
        description="Suspend le délai où le silence vaut refus, l'empêche de courir où il vaut acceptation "
        "(art. L114-5 du CRPA). Prépare la lettre.",
        tags=["délais"],
        request=DocumentsInputSerializer,
        responses={200: ClockMovedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="clock/request_documents")
    def request_documents(self, request: Request, pk: int) -> Response:
        mail, given = self.get_object(), told(DocumentsInputSerializer, request)
        return self.moved(mail, actions.request_documents(mail, self.user, **given))

    @extend_schema(
        summary="Note que les pièces demandées sont arrivées",
        tags=["délais"],
        request=DayInputSerializer,
        responses={200: ClockMovedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="clock/documents_received")
    def documents_received(self, request: Request, pk: int) -> Response:
        mail, given = self.get_object(), told(DayInputSerializer, request)
        return self.moved(mail, actions.documents_received(mail, self.user, **given))

    @extend_schema(
        summary="Note qu'une autre administration avait reçu le courrier d'abord",
        tags=["délais"],
        request=AdministrationInputSerializer,
        responses={200: ClockMovedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="clock/first_received_elsewhere")
    def first_received_elsewhere(self, request: Request, pk: int) -> Response:
        mail, given = self.get_object(), told(AdministrationInputSerializer, request)
        return self.moved(mail, actions.first_received_elsewhere(mail, self.user, **given))

    @extend_schema(
        summary="Choisit la règle du délai",
        tags=["délais"],
        request=RuleInputSerializer,
        responses={200: ClockMovedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="clock/choose_rule")
    def choose_rule(self, request: Request, pk: int) -> Response:
        mail, given = self.get_object(), told(RuleInputSerializer, request)
        return self.moved(mail, actions.choose_rule(mail, self.user, **given))

    @extend_schema(
        summary="Note une prolongation notifiée au demandeur",
        tags=["délais"],
        request=ExtendInputSerializer,
        responses={200: ClockMovedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="clock/extend")
    def extend(self, request: Request, pk: int) -> Response:
        mail, given = self.get_object(), told(ExtendInputSerializer, request)
        return self.moved(mail, actions.extend(mail, self.user, **given))

    @extend_schema(
        summary="Transmet le courrier à l'administration compétente",
        description="Prépare la lettre qui en avertit l'expéditeur (art. L114-2 du CRPA).",
        tags=["délais"],
        request=TransmitInputSerializer,
        responses={200: ClockMovedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="clock/transmit")
    def transmit(self, request: Request, pk: int) -> Response:
        mail, given = self.get_object(), told(TransmitInputSerializer, request)
        return self.moved(mail, actions.transmit(mail, self.user, **given))

    @extend_schema(
        summary="Note la date où la décision est notifiée",
        tags=["délais"],
        request=DayInputSerializer,
        responses={200: ClockMovedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="clock/decide")
    def decide(self, request: Request, pk: int) -> Response:
        mail, given = self.get_object(), told(DayInputSerializer, request)
        return self.moved(mail, actions.decide(mail, self.user, **given))

    @extend_schema(
        summary="Retire une saisie faite par erreur",
        tags=["délais"],
        request=WithdrawInputSerializer,
        responses={200: ClockMovedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="clock/withdraw")
    def withdraw(self, request: Request, pk: int) -> Response:
        mail, given = self.get_object(), told(WithdrawInputSerializer, request)
        return self.moved(
            mail, actions.withdraw_clock_event(mail, self.user, given["event"], given["reason"])
        )

    @extend_schema(
        summary="Prépare l'accusé de réception",
        description="Un brouillon avec les mentions de l'art. R112-5 du CRPA, à relire et à envoyer.",
        tags=["délais"],
        request=None,
        responses={201: ReceiptSerializer},
    )
    @action(detail=True, methods=["post"], url_path="clock/acknowledge_receipt")
    def acknowledge_receipt(self, request: Request, pk: int) -> Response:
        found = actions.acknowledge_receipt(self.get_object(), self.user)
        shown = {"letter": found.letter.pk, "body": found.letter.body, "gaps": found.gaps}
        return Response(ReceiptSerializer(shown).data, status=201)
