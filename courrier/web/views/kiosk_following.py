"""What became of a deposit, for who has its number and code, and nothing else."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from courrier.kiosk.deposits import NOT_FOUND, plain, standing
from courrier.kiosk.limits import QUESTIONS_OF_ADDRESS, QUESTIONS_ON_NUMBER, address_of, too_often
from courrier.kiosk.models import Kiosk
from courrier.web.forms import StyledForm

AS_READ = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class FollowingForm(StyledForm):
    """What stands on the receipt."""

    number = forms.CharField(
        label=gettext_lazy("Numéro"), max_length=40, widget=forms.TextInput({**AS_READ, "size": "20"})
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy(
            "Vingt-huit lettres et chiffres ; les tirets et les majuscules sont facultatifs."
        ),
        max_length=80,
        widget=forms.TextInput({**AS_READ, "size": "36"}),
    )


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def following(request: HttpRequest) -> HttpResponse:
    """Asked by a form that is posted: neither number nor code stands in an address or a log."""
    if not Kiosk.objects.filter(tells_state=True).exists():
        raise Http404
    form = FollowingForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return show(request, form, status=422 if form.is_bound else 200)
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    if wait := too_often(QUESTIONS_OF_ADDRESS, address_of(request)) or too_often(
        QUESTIONS_ON_NUMBER, plain(number)
    ):
        minutes = max(1, round(wait / 60))
        form.add_error(None, _("Trop de demandes : réessayez dans %(n)d minutes.") % {"n": minutes})
        answer = show(request, form, status=429)
        answer["Retry-After"] = str(wait)
        return answer
    found = standing(number, code)
    if found is None:
        form.add_error(None, NOT_FOUND)
        return show(request, form, status=404)
    return render(request, "web/kiosk/standing.html", {"found": found})


def show(request: HttpRequest, form: FollowingForm, status: int = 200) -> HttpResponse:
    return render(request, "web/kiosk/following.html", {"form": form}, status=status)
