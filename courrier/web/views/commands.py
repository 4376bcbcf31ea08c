"""What the command palette (Ctrl-K) proposes: pages, inboxes, letters, and a search for the words typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from courrier.mail.models import Mail
from courrier.mail.rights import access_of
from courrier.search import search
from courrier.web.navigation import build
from courrier.web.organisation import signed_in
from courrier.web.templatetags.administration import open_sections
from courrier.web.views.letter_neighbours import letter_url

LETTERS = 6
"""Letters proposed at most."""


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the palette: `detail` tells what it is, `icon` names a picture, `words` are not shown but find it."""

    label: str
    url: str
    icon: str
    detail: str = ""
    words: str = ""


@require_GET
def commands(request: HttpRequest) -> HttpResponse:
    """The pages that this person may open, whatever is typed, and the letters that `?q=` finds, as JSON."""
    typed = request.GET.get("q", "").strip()[:200]
    found = letters(request, typed) if typed else []
    return JsonResponse(
        {
            "pages": [asdict(each) for each in pages(request)] if not typed else [],
            "letters": [asdict(each) for each in found],
            "search": asdict(searching(typed)) if typed else None,
        }
    )


def pages(request: HttpRequest) -> Iterator[Command]:
    here = build(request)
    for each in here.main:
        yield Command(each.label, each.url, each.icon)
    for each in here.inboxes:
        yield Command(each.label, each.url, each.icon, _("Bannette"))
    yield Command(_("Notifications"), reverse("web:notifications"), "bell")
    yield Command(_("Absences"), reverse("web:absences"), "calendar-off")
    yield Command(_("Mot de passe"), reverse("web:own_password"), "lock")
    for section in open_sections(request):
        for tab in section.tabs:
            words = f"{section.label} {tab.text}"
            yield Command(str(tab.label), reverse(f"web:{tab.name}"), tab.icon, _("Administration"), words)


def letters(request: HttpRequest, typed: str) -> list[Command]:
    """Letters of that number, or else those the search finds; none while the search does not answer."""
    user = signed_in(request)
    results = search(typed, access_of(user), limit=LETTERS, facets=False)
    if results.goes_to:
        mail = Mail.objects.visible_to(user).select_related("sender").get(pk=results.goes_to)
        sender = mail.sender.name if mail.sender else ""
        return [letter(mail.number, mail.subject, sender, letter_url(mail.number))]
    return [
        letter(each.number, each.subject, each.sender, letter_url(each.number, query=typed))
        for each in results.hits
    ]


def letter(number: str, subject: str, sender: str, url: str) -> Command:
    detail = f"{number} · {sender}" if sender else number
    return Command(subject or _("Sans objet"), url, "mail", detail)


def searching(typed: str) -> Command:
    label = _("Rechercher « %(words)s » dans tous les courriers") % {"words": typed}
    return Command(label, f"{reverse('web:search')}?{urlencode({'q': typed})}", "search")
