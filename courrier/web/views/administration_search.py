"""What administrators see of the search: whether it answers, how late it is, which letters it refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from courrier.mail.models import Mail
from courrier.search.flushing import send_again
from courrier.search.lateness import waiting_in
from courrier.search.models import EngineOutage, IndexBuild, SearchOutbox
from courrier.web.organisation import signed_in
from courrier.web.views.administration import administered

PAGE_SIZE = 50
QUOTED = "Preview of field's value"
"""Where an engine's reason begins to quote the letter, which the administrator may not be allowed to read."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A letter the index did not take; `readable` says whether the person may open it."""

    row: SearchOutbox
    number: str
    readable: bool

    @property
    def reason(self) -> str:
        return self.row.error.partition(QUOTED)[0].strip(" .;")


@require_GET
def search_state(request: HttpRequest) -> HttpResponse:
    here = administered(request)
    rows = SearchOutbox.objects.set_aside().filter(organisation_id=here.pk).order_by("pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    build = IndexBuild.objects.first()
    context = {
        "outage": EngineOutage.objects.first(),
        "waiting": waiting_in(here.pk),
        "build": build,
        "letters": Mail.objects.order_by().count() if build else 0,
        "page": page,
        "refused": refused_of(request, list(page.object_list)),
    }
    return render(request, "web/administration/search.html", context)


def refused_of(request: HttpRequest, rows: list[SearchOutbox]) -> list[Refused]:
    """The lines, two queries whatever their number."""
    ids = [each.mail_id for each in rows]
    numbers = dict(Mail.objects.filter(pk__in=ids).order_by().values_list("pk", "number"))
    visible = Mail.objects.visible_to(signed_in(request)).filter(pk__in=ids).order_by()
    readable = set(visible.values_list("pk", flat=True))
    return [
        Refused(each, numbers.get(each.mail_id, _("courrier supprimé")), each.mail_id in readable)
        for each in rows
    ]


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Send letters again that were set aside: the one that was chosen, or all of the collectivité."""
    here = administered(request)
    rows = SearchOutbox.objects.set_aside().filter(organisation_id=here.pk)
    chosen = request.POST.get("courrier", "")
    if chosen:
        rows = rows.filter(pk=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else rows.none()
    number = send_again(list(rows.values_list("pk", flat=True)))
    if number:
        sentence = ngettext(
            "Un courrier renvoyé à la recherche ; il y paraîtra dans quelques secondes s'il est accepté.",
            "%(n)d courriers renvoyés à la recherche ; ils y paraîtront dans quelques secondes s'ils sont acceptés.",
            number,
        )
        messages.success(request, sentence % {"n": number})
    else:
        messages.info(request, _("Il n'y a plus rien à renvoyer."))
    return redirect("web:search_state")
