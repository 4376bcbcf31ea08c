"""Signing in and out, and the page a person starts from."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from courrier.mail.rights import access_of
from courrier.organisations.founding import begun
from courrier.web.organisation import SESSION_KEY, current_organisation, organisations


class SignIn(LoginView):
    template_name = "web/session/login.html"
    redirect_authenticated_user = True
    http_method_names = ["get", "head", "post"]

    @method_decorator(login_not_required)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Where nobody has an account yet, there is one to be made."""
        return super().dispatch(request, *args, **kwargs) if begun() else redirect("web:first_run")


class SignOut(LogoutView):
    pass


@login_not_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Each to their own desk: reception, inbox, settings, or the register."""
    if not request.user.is_authenticated:
        return redirect("web:login")
    if not organisations(request):
        return render(request, "web/session/no_organisation.html", status=403)
    here, access = current_organisation(request), access_of(request.user)
    if here.pk in access.desk:
        return redirect("web:reception")
    if access.departments:
        return redirect("web:inbox")
    if here.pk in access.elected:
        return redirect("web:signature_book")
    if here.pk in access.administered and here.pk not in access.archive:
        return redirect("web:administration")
    return redirect("web:register")


@require_POST
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Go on in another of one's collectivités."""
    chosen = request.POST.get("organisation", "")
    if chosen in {str(organisation.pk) for organisation in organisations(request)}:
        request.session[SESSION_KEY] = int(chosen)
    return redirect(reverse("web:home"))
