"""Files handed in at the reception desk, one by one by script or many at once by a plain form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import PurePath

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from courrier.capture.assembling import assembled
from courrier.mail.models import Channel, Mail
from courrier.mail.registration import Refused, Upload
from courrier.organisations.models import Organisation
from courrier.web.organisation import signed_in
from courrier.web.views.reception import CHANNELS, desk_organisation
from workflows.reception import receive


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take in the files of a form. Each stands for itself: one that is refused never stops the others."""
    here = desk_organisation(request)
    files = request.FILES.getlist("file")
    if request.accepts("text/html"):
        return upload_by_form(request, here, files)
    if len(files) != 1:
        return JsonResponse({"code": "one_file", "message": _("Envoyez un fichier à la fois.")}, status=400)
    try:
        mail = receive(here, described(request, files[0]), signed_in(request))
    except Refused as error:
        return refusal(error)
    return registered(mail)


def registered(mail: Mail) -> JsonResponse:
    return JsonResponse({"id": mail.pk, "number": mail.number}, status=201)


def refusal(refused: Refused) -> JsonResponse:
    """Why, with the number of the letter that the file is already."""
    known = {"number": refused.mail.number} if refused.mail else {}
    body = {"code": refused.code, "message": refused.message, **known}
    return JsonResponse(body, status=refused.status)


def upload_by_form(
    request: HttpRequest, here: Organisation, files: list[UploadedFile[bytes]]
) -> HttpResponse:
    taken = 0
    if request.POST.get("together") and len(files) > 1:
        files, taken = [], upload_together(request, here, files)
    for file in files:
        try:
            receive(here, described(request, file), signed_in(request))
            taken += 1
        except Refused as error:
            messages.error(request, f"{file.name} : {error.message}")
    if taken:
        sentence = ngettext("Un courrier enregistré.", "%(taken)d courriers enregistrés.", taken)
        messages.success(request, sentence % {"taken": taken})
    elif not request.FILES:
        messages.warning(request, _("Choisissez au moins un fichier."))
    return redirect(reverse("web:reception"))


def upload_together(request: HttpRequest, here: Organisation, files: list[UploadedFile[bytes]]) -> int:
    """The images as the pages of one letter; how many letters that made."""
    try:
        with assembled(files) as document:
            name = PurePath(files[0].name or "").stem + ".pdf"
            receive(here, replace(described(request, files[0]), file=document, name=name), signed_in(request))
    except Refused as error:
        messages.error(request, error.message)
        return 0
    return 1


def described(request: HttpRequest, file: UploadedFile[bytes]) -> Upload:
    """The file with what the form says of it; raises Refused for a day that is none."""
    channel, day = request.POST.get("channel", ""), request.POST.get("received_on", "")
    return Upload(name=file.name or "", file=file, channel=channel_of(channel), received_on=day_of(day))


def channel_of(text: str) -> Channel:
    """What was chosen at the desk; UPLOAD for anything that is no choice there."""
    return Channel(text) if text in {each.value for each in CHANNELS} else Channel.UPLOAD


def day_of(text: str) -> date | None:
    """The day that was typed, None for none; raises Refused for what is no day."""
    text = text.strip()
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Refused("date", _("La date de réception n'est pas une date."), 400)
    return day
