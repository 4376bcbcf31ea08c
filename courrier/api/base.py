"""What every route has in common."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from courrier.api.negotiation import OneAnswer
from courrier.mail.refusals import refusal_of
from courrier.organisations.models import Organisation, User

ENVELOPE = 1024 * 1024
"""Bytes of a multipart body around its file."""


class Route(GenericViewSet):  # type: ignore[type-arg]
    """A set of routes. A body that is too big is refused before it is read."""

    content_negotiation_class = OneAnswer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        refuse_big(request)
        super().initial(request, *args, **kwargs)

    @property
    def user(self) -> User:
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - the permission classes let nobody else in
        return user


def told(form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What the request says, checked; raises ValidationError."""
    filled = form(data=request.data)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


class LengthRequired(APIException):
    """A body sent in pieces, its length unsaid, reaches us empty: better said than taken for one."""

    status_code = 411
    default_code = "length_required"
    default_detail = gettext_lazy(
        "Indiquez la longueur du corps (Content-Length) : l'envoi par morceaux n'est pas accepté."
    )


def refuse_big(request: Request) -> None:
    """By what the request says of its length; no more than that is ever read."""
    if "CONTENT_LENGTH" not in request.META and "HTTP_TRANSFER_ENCODING" in request.META:
        raise LengthRequired
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if (request.content_type or "").lower().startswith("multipart/"):
        if length > settings.UPLOAD_MAX_BYTES + ENVELOPE:
            raise refusal_of("too_large")
    elif length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig


def organisation_of(user: User, slug: str = "") -> Organisation:
    """The organisation `user` works in; where there are several, the one that `slug` names."""
    mine = Organisation.objects.filter(memberships__user=user).distinct()
    found = list(mine.filter(slug=slug) if slug else mine[:2])
    if len(found) == 1:
        return found[0]
    if slug:
        raise ValidationError({"organisation": [_("Vous n'avez aucune fonction dans cette collectivité.")]})
    if found:
        raise ValidationError({"organisation": [_("Précisez la collectivité : vous en avez plusieurs.")]})
    raise ValidationError({"organisation": [_("Vous n'avez de fonction dans aucune collectivité.")]})
