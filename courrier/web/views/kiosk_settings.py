"""Opening the kiosk and the page that tells what became of deposits."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from courrier.audit.changes import held, save_changes
from courrier.kiosk.models import Kiosk
from courrier.web.forms import StyledForm
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered


class KioskForm(StyledForm):
    """What is open to everybody, without an account."""

    takes_letters = forms.BooleanField(
        label=gettext_lazy("Ouvrir la borne de dépôt"),
        help_text=gettext_lazy(
            "Chacun peut y déposer un courrier et reçoit un numéro et un code. Il arrive à l'accueil comme les autres."
        ),
        required=False,
    )
    tells_state = forms.BooleanField(
        label=gettext_lazy("Ouvrir la page de suivi"),
        help_text=gettext_lazy(
            "Qui a le numéro et le code d'un dépôt y lit s'il est reçu, quel service le traite, s'il a une réponse ; "
            "rien d'autre. Laissez-la ouverte tant que des reçus circulent."
        ),
        required=False,
    )


@require_http_methods(["GET", "POST"])
def kiosk_settings(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    found = Kiosk.objects.filter(organisation=here).first() or Kiosk(organisation=here)
    known = {name: getattr(found, name) for name in KioskForm.base_fields}
    form = KioskForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        with held(here):
            found = Kiosk.objects.filter(organisation=here).first() or found
            save_changes(here, found, form.cleaned_data, "kiosk_changed", signed_in(request))
        messages.success(request, _("C'est enregistré."))
        return redirect("web:kiosk_settings")
    site = settings.SITE_URL.rstrip("/")
    context = {
        "form": form,
        "kiosk": found,
        "deposit_address": site + reverse("web:kiosk", args=[here.slug]),
        "following_address": site + reverse("web:following"),
    }
    return render(request, "web/kiosk/settings.html", context, status=422 if form.errors else 200)
