"""Changing one's own password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from courrier.web.forms import class_of


class OwnPasswordForm(PasswordChangeForm):
    """Django's form, looking like ours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", class_of(field.widget))


class OwnPassword(PasswordChangeView):
    template_name = "web/session/password.html"
    form_class = OwnPasswordForm
    http_method_names = ["get", "head", "post"]
    success_url = reverse_lazy("web:own_password")

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        messages.success(self.request, _("Votre mot de passe est changé. Vos autres sessions sont fermées."))
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
