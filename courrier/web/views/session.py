"""Signing in and out, and the page a person starts from."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from courrier.mail.rights import access_of
from courrier.web.organisation import SESSION_KEY, current_organisation, organisations


class SignIn(LoginView):
    template_name = "web/session/login.html"
    redirect_authenticated_user = True


class SignOut(LogoutView):
    pass


def home(request: HttpRequest) -> HttpResponse:
    """Each to their own desk: reception, inbox, or the register."""
    if not organisations(request):
        return render(request, "web/session/no_organisation.html", status=403)
    here, access = current_organisation(request), access_of(request.user)
    if here.pk in access.desk:
        return redirect("web:reception")
    if access.departments:
        return redirect("web:inbox")
    if here.pk in access.elected:
        return redirect("web:signature_book")
    return redirect("web:register")


@require_POST
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Go on in another of one's collectivités."""
    chosen = request.POST.get("organisation", "")
    if chosen in {str(organisation.pk) for organisation in organisations(request)}:
        request.session[SESSION_KEY] = int(chosen)
    return redirect(reverse("web:home"))
