from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from courrier.api.base import Route, told
from courrier.api.serializers.bulk import BulkReportSerializer, BulkSerializer
from courrier.mail.rights import access_of
from courrier.organisations.models import Department, User
from workflows import actions
from workflows.actions.bulk import Report


class BulkRoutes(Route):
    parser_classes = [JSONParser]
    serializer_class = BulkSerializer

    @extend_schema(
        summary="Fait la même chose sur plusieurs courriers",
        description=(
            "Jusqu'à 200 affectations en une transaction. Chacune suit les règles de l'action seule : celles qui "
            "sont refusées restent comme avant et n'empêchent pas les autres."
        ),
        tags=["affectations"],
        request=BulkSerializer,
        responses={200: BulkReportSerializer},
    )
    def act(self, request: Request) -> Response:
        return Response(BulkReportSerializer(self.done(told(BulkSerializer, request))).data)

    def done(self, given: dict[str, Any]) -> Report:
        ids, reason = given["assignments"], given.get("reason", "")
        match given["action"]:
            case "redirect":
                return actions.redirect_all(ids, self.user, self.department(given["department"]), reason)
            case "close":
                return actions.close_all(ids, self.user, reason)
            case "hand_over":
                return actions.give_all(ids, self.user, self.colleague(given["colleague"]))
            case "acknowledge":
                return actions.acknowledge_all(ids, self.user)
            case _:
                return actions.accept_all(ids, self.user)

    def department(self, code: str) -> Department:
        """The open department with this code in a collectivité of the user's; of several, the first."""
        here = Department.objects.open().filter(organisation__in=access_of(self.user).organisations)
        found = here.filter(code=code).order_by("pk").first()
        if found is None:
            raise serializers.ValidationError({"department": [_("Service inconnu ou fermé.")]})
        return found

    def colleague(self, username: str) -> User:
        places = access_of(self.user).organisations
        people = User.objects.filter(memberships__organisation__in=places, is_active=True)
        found = people.filter(username=username).distinct().first()
        if found is None:
            raise serializers.ValidationError({"colleague": [_("Personne inconnue.")]})
        return found
