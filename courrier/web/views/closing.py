"""Closing a department, or merging it into another."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courrier.mail.models import AssignmentRole
from courrier.mail.models.assignment import OPEN_STATES
from courrier.mail.rights import access_of
from courrier.organisations.closing import ClosingRefused
from courrier.organisations.models import Department, Membership, User
from courrier.web.forms import StyledForm
from courrier.web.organisation import current_organisation, signed_in
from courrier.web.views.administration import overseen
from workflows import actions
from workflows.actions.closing import Moved, may_close, open_letters
from workflows.actions.relocating import AT_ONCE
from workflows.models import Relocation


class ClosingForm(StyledForm):
    """Who takes over, and whether the people go there too."""

    successor = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("Service qui reprend"),
        empty_label=gettext_lazy("Choisir…"),
    )
    people_follow = forms.BooleanField(
        label=gettext_lazy("Les agents rejoignent le service qui reprend"),
        help_text=gettext_lazy(
            "Ils y sont agents, et lisent toujours les anciens courriers du service fermé."
        ),
        required=False,
        initial=True,
    )

    def __init__(self, *args: object, department: Department, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        others = Department.objects.open().filter(organisation=department.organisation_id)
        field.queryset = others.exclude(pk=department.pk)


def department_of(request: HttpRequest, code: str) -> Department:
    """The department of the collectivité one works in; PermissionDenied for who does not administer it."""
    rows = Department.objects.select_related("organisation", "successor", "parent")
    department = get_object_or_404(rows, organisation=current_organisation(request), code=code)
    if not may_close(signed_in(request), department):
        raise PermissionDenied
    return department


@require_GET
def departments(request: HttpRequest) -> HttpResponse:
    """The departments with what lies on their desks, each to be closed or opened again."""
    here = overseen(request)
    waiting = Count("assignments", filter=Q(assignments__state__in=OPEN_STATES), distinct=True)
    people = Count("memberships__user", distinct=True)
    rows = Department.objects.filter(organisation=here).select_related("parent", "successor")
    context = {
        "departments": rows.annotate(letters=waiting, people=people).order_by("code"),
        "administers": here.pk in access_of(request.user).administered,
    }
    return render(request, "web/closing/departments.html", context)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, code: str) -> HttpResponse:
    department = department_of(request, code)
    known = {"successor": department.successor_id} if department.closed_on else {}
    form = ClosingForm(request.POST or None, department=department, initial=known)
    if request.method == "POST" and form.is_valid():
        successor = form.cleaned_data["successor"]
        try:
            sentence = shut(
                department, successor, signed_in(request), people_follow=form.cleaned_data["people_follow"]
            )
        except (ClosingRefused, actions.ActionRefused) as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, sentence)
            return redirect("web:department_close", department.code)
    letters = open_letters(department)
    context = {
        "department": department,
        "form": form,
        "action": letters[AssignmentRole.ACTION],
        "copies": letters[AssignmentRole.COPY],
        "opinions": letters[AssignmentRole.OPINION],
        "letters": sum(letters.values()),
        "moving": Relocation.objects.under_way().filter(department=department).first(),
        "people": Membership.objects.filter(department=department).select_related("user"),
        "below": Department.objects.open().filter(parent=department),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/closing/page.html", context, status=status)


def shut(department: Department, successor: Department, user: User, *, people_follow: bool) -> str:
    """Close the department, its letters moved at once or, where they are many, in the background; what to say of it."""
    if sum(open_letters(department).values()) <= AT_ONCE:
        report = actions.close_department(department, successor, user, people_follow=people_follow)
        return told(department, successor, report)
    run = actions.begin_closing(department, successor, user, people_follow=people_follow)
    sentence = ngettext(
        "%(name)s est fermé : son courrier passe à %(to)s.",
        "%(name)s est fermé : ses %(n)d courriers passent à %(to)s, cette page dit où l'on en est.",
        run.total,
    )
    return sentence % {"name": department.name, "n": run.total, "to": successor.name}


def told(department: Department, successor: Department, report: Moved) -> str:
    count = len(report.moved)
    sentence = ngettext(
        "%(name)s est fermé : %(n)d courrier passe à %(to)s.",
        "%(name)s est fermé : %(n)d courriers passent à %(to)s.",
        count,
    )
    text = sentence % {"name": department.name, "n": count, "to": successor.name}
    if report.joined_up:
        n = len(report.joined_up)
        more = ngettext("%(n)d s'y trouvait déjà.", "%(n)d s'y trouvaient déjà.", n) % {"n": n}
        text = f"{text} {more}"
    return text


@require_POST
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    department = department_of(request, code)
    actions.reopen_department(department, signed_in(request))
    messages.success(
        request,
        _("%(name)s est de nouveau ouvert. Ses courriers restent où ils sont passés.")
        % {"name": department.name},
    )
    return redirect("web:department_close", department.code)
