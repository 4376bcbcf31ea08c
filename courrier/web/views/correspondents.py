"""People and bodies who write: found, shown with their letters, merged where two records are one, taken apart."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courrier.audit.changes import held
from courrier.classification import learning
from courrier.correspondents.matching import earlier_letters
from courrier.correspondents.merging import FIELDS, MergeError, likely_duplicates, merge, undo
from courrier.correspondents.models import Correspondent, Merge
from courrier.correspondents.proposing import keep_apart, likely_pairs
from courrier.correspondents.searching import find, on_file
from courrier.mail.models import Mail
from courrier.mail.rights import access_of
from courrier.organisations.models import Organisation
from courrier.web.organisation import current_organisation, signed_in

ON_A_PAGE = 50


def keeps_file(request: HttpRequest, here: Organisation) -> bool:
    """Whether the person looks after the correspondents of the collectivité: reads every letter, or administers."""
    access = access_of(request.user)
    return here.pk in access.whole | access.direction | access.administered


def merges(request: HttpRequest, here: Organisation) -> bool:
    access = access_of(request.user)
    return here.pk in access.desk | access.direction | access.administered


def kept_file(request: HttpRequest) -> Organisation:
    here = current_organisation(request)
    if not keeps_file(request, here):
        raise PermissionDenied
    return here


def merging_in(request: HttpRequest) -> Organisation:
    here = current_organisation(request)
    if not merges(request, here):
        raise PermissionDenied
    return here


@require_GET
def correspondents(request: HttpRequest) -> HttpResponse:
    here = kept_file(request)
    typed = request.GET.get("q", "")[:200]
    page = Paginator(find(here, typed), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    mine = Mail.objects.visible_to(signed_in(request)).filter(sender__in=rows).order_by()
    counts = dict(mine.values_list("sender").annotate(Count("pk", distinct=True)))
    context = {
        "page": page,
        "typed": typed,
        "rows": [(row, counts.get(row.pk, 0)) for row in rows],
        "may_merge": merges(request, here),
    }
    return render(request, "web/correspondents/list.html", context)


@require_GET
def correspondent(request: HttpRequest, pk: int) -> HttpResponse:
    """A record with the letters the person may read; for an agent, of who has written to their department alone."""
    here, user = current_organisation(request), signed_in(request)
    found = get_object_or_404(Correspondent.objects.select_related("merged_into"), organisation=here, pk=pk)
    if found.merged_into is not None:
        return redirect("web:correspondent", found.merged_into.pk)
    readable = Mail.objects.visible_to(user).values("pk")
    letters = earlier_letters(here, found).filter(pk__in=readable).order_by("-year", "-sequence")
    page = Paginator(letters.select_related("document_type"), ON_A_PAGE).get_page(request.GET.get("page"))
    looks_after = keeps_file(request, here)
    if not looks_after and not page.paginator.count:
        raise Http404
    may_merge = merges(request, here)
    context: dict[str, Any] = {
        "correspondent": found,
        "page": page,
        "letters": list(page),
        "looks_after": looks_after,
        "may_merge": may_merge,
        "administers": here.pk in access_of(user).administered,
        "likely": likely_duplicates(found) if may_merge else [],
        "merged": merges_of(found) if looks_after else [],
    }
    return render(request, "web/correspondents/page.html", context)


def merges_of(found: Correspondent) -> list[Merge]:
    rows = Merge.objects.filter(kept=found).select_related("absorbed", "merged_by").order_by("-merged_at")
    return list(rows[:20])


@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """Records that are likely one and the same, likeliest first."""
    here = merging_in(request)
    return render(request, "web/correspondents/duplicates.html", {"pairs": likely_pairs(here)})


def two_of(here: Organisation, pk: int, other: int) -> tuple[Correspondent, Correspondent]:
    rows = on_file(here)
    return get_object_or_404(rows, pk=pk), get_object_or_404(rows, pk=other)


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Show what merging `other` into `pk` makes of both, then do it."""
    here, user = merging_in(request), signed_in(request)
    kept, absorbed = two_of(here, pk, other)
    problem = ""
    if request.method == "POST":
        try:
            with held(here):
                done = merge(kept, absorbed, user)
        except MergeError as refusal:
            problem = str(refusal)
        else:
            moved = len(done.before["letters"])
            text = ngettext(
                "Fiches réunies : %(n)d courrier a suivi.",
                "Fiches réunies : %(n)d courriers ont suivi.",
                moved,
            )
            messages.success(request, text % {"n": moved})
            return redirect("web:correspondent", kept.pk)
    context = {
        "kept": kept,
        "absorbed": absorbed,
        "problem": problem,
        "moving": Mail.objects.filter(sender=absorbed).count(),
        "staying": Mail.objects.filter(sender=kept).count(),
        "lines": [
            (
                getattr(Correspondent._meta.get_field(field), "verbose_name", field),
                said(kept, field),
                said(absorbed, field),
                said(kept, field) or said(absorbed, field),
            )
            for field in FIELDS
        ],
    }
    return render(request, "web/correspondents/join.html", context, status=409 if problem else 200)


def said(row: Correspondent, field: str) -> str:
    return str(row.get_kind_display()) if field == "kind" else str(getattr(row, field))


@require_POST
def apart(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two records that look alike are two correspondents."""
    here = merging_in(request)
    kept, absorbed = two_of(here, pk, other)
    keep_apart(kept, absorbed, signed_in(request))
    messages.success(request, _("Ces deux fiches ne seront plus proposées ensemble."))
    back = "web:correspondent_duplicates" if request.POST.get("back") == "list" else "web:correspondent"
    return redirect(back, *([] if back.endswith("duplicates") else [kept.pk]))


@require_POST
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    here = merging_in(request)
    done = get_object_or_404(Merge, organisation=here, pk=pk)
    try:
        with held(here):
            undo(done, signed_in(request))
    except MergeError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Les deux fiches sont de nouveau séparées, avec leurs courriers."))
    return redirect("web:correspondent", done.kept_id)


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person's letters out of what is learned."""
    here, user = current_organisation(request), signed_in(request)
    if here.pk not in access_of(user).administered:
        raise PermissionDenied
    found = get_object_or_404(Correspondent, organisation=here, pk=pk)
    count = learning.forget(found, user)
    text = ngettext(
        "%(n)d courrier est retiré de l'apprentissage ; un modèle sans lui se prépare.",
        "%(n)d courriers sont retirés de l'apprentissage ; un modèle sans eux se prépare.",
        count,
    )
    messages.success(request, text % {"n": count})
    return redirect("web:correspondent", found.pk)
