"""The kiosk: a page in the hall, or at home, by which anybody hands in a letter without an account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courrier.capture.assembling import assembled
from courrier.kiosk.deposits import deposit
from courrier.kiosk.limits import DEPOSITS_OF_ADDRESS, DEPOSITS_OF_ALL, address_of, too_often
from courrier.kiosk.models import Kiosk
from courrier.kiosk.receipt_mail import send_receipt
from courrier.kiosk.square import carried, square
from courrier.mail.models import Channel, Mail
from courrier.mail.registration import Refused, Upload
from courrier.organisations.models import Organisation
from courrier.organisations.typed_code import in_groups
from courrier.web.forms import StyledForm

MOST_FILES = 20
MOST_BYTES = 30 * 1024 * 1024
"""Of all files of one deposit together; less than reception may hand in, for it is anybody who does."""


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """The files chosen, in their order."""

    widget = Files(attrs={"accept": "application/pdf,image/*"})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        given = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        if not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("Donnez %(most)d photos au plus.") % {"most": MOST_FILES})
        if sum(each.size or 0 for each in given) > MOST_BYTES:
            most = MOST_BYTES // 1024**2
            raise forms.ValidationError(_("C'est trop gros : %(most)d Mo au plus en tout.") % {"most": most})
        return given


class DepositForm(StyledForm):
    """The letter, and if one likes who brings it."""

    documents = SeveralFiles(
        label=gettext_lazy("Votre courrier"),
        help_text=gettext_lazy(
            "Un fichier PDF, ou une photo de chaque page dans l'ordre. Choisissez-les ensemble."
        ),
        error_messages={"required": gettext_lazy("Choisissez un PDF ou une photo de votre courrier.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Votre nom"),
        required=False,
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse de courriel"),
        help_text=gettext_lazy("Pour recevoir aussi le reçu par courriel."),
        required=False,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )


@login_not_required
@require_GET
def kiosks(request: HttpRequest) -> HttpResponse:
    """The kiosk of this installation, or the choice where several collectivités opened one."""
    found = Organisation.objects.filter(kiosk__takes_letters=True).order_by("name")
    if not found:
        raise Http404
    if len(found) == 1:
        return redirect("web:kiosk", slug=found[0].slug)
    return render(request, "web/kiosk/choice.html", {"organisations": found})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def kiosk(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand a letter in; the answer is the receipt. 404 where the collectivité has not opened it."""
    found = get_object_or_404(
        Kiosk.objects.select_related("organisation"), organisation__slug=slug, takes_letters=True
    )
    here = found.organisation
    if request.method == "GET":
        return show(request, here, DepositForm())
    if wait := wait_of(request, here):
        return busy(request, here, wait)
    form = DepositForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, here, form, 422)
    given = form.cleaned_data
    try:
        with document_of(given["documents"]) as upload:
            mail, code = deposit(here, upload, given["name"], given["email"])
    except Refused as refused:
        form.add_error("documents", refused.message)
        return show(request, here, form, refused.status)
    return receipt(request, found, mail, in_groups(code), given["email"])


def wait_of(request: HttpRequest, here: Organisation) -> int:
    """Seconds to wait before the next deposit; 0 for none."""
    of_address = too_often(DEPOSITS_OF_ADDRESS, f"{here.pk} {address_of(request)}")
    return of_address or too_often(DEPOSITS_OF_ALL, str(here.pk))


def show(request: HttpRequest, here: Organisation, form: DepositForm, status: int = 200) -> HttpResponse:
    context = {"here": here, "form": form, "most_files": MOST_FILES, "most_bytes": MOST_BYTES}
    return render(request, "web/kiosk/deposit.html", context, status=status)


def busy(request: HttpRequest, here: Organisation, seconds: int) -> HttpResponse:
    """Too many deposits for now: in words, and when to try again."""
    minutes = max(1, round(seconds / 60))
    answer = render(request, "web/kiosk/busy.html", {"here": here, "minutes": minutes}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def receipt(request: HttpRequest, found: Kiosk, mail: Mail, code: str, email: str) -> HttpResponse:
    """Shown once: the code is known to this answer alone, which nobody keeps."""
    address = f"{settings.SITE_URL.rstrip('/')}{reverse('web:following')}" if found.tells_state else ""
    context = {
        "here": found.organisation,
        "mail": mail,
        "code": code,
        "address": address,
        "square": square(carried(address, mail.number, code)) if address else None,
        "email": email,
        "sent": bool(email) and send_receipt(mail, code, email, address),
    }
    return render(request, "web/kiosk/receipt.html", context, status=201)


@contextmanager
def document_of(files: list[UploadedFile[bytes]]) -> Iterator[Upload]:
    """One document of what was given: the PDF alone, or the photographs as its pages. Raises Refused."""
    if len(files) == 1:
        yield Upload(files[0].name or "", files[0], Channel.KIOSK)
        return
    with assembled(files) as document:
        yield Upload("photos.pdf", document, Channel.KIOSK)
