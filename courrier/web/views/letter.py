"""The letter: its pages, what was written on it, what happened to it, and what to do with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from courrier.annotations.models import Annotation
from courrier.annotations.turning import turns_of
from courrier.audit.chain import record
from courrier.audit.models import Event
from courrier.live.changes import last_place
from courrier.live.presence import present
from courrier.mail.content import document_file
from courrier.mail.locking import locked
from courrier.mail.models import Assignment, Document, DocumentRole, Mail, Page
from courrier.mail.models.assignment import OPEN_STATES
from courrier.mail.rights import access_of, can
from courrier.notifications.reading import letter_opened
from courrier.organisations.models import Department, Membership, Role, User
from courrier.replies.models import ReplyState
from courrier.web.organisation import current_organisation, signed_in
from courrier.web.page_images import widths_for
from courrier.web.views.letter_clock import panel_of
from courrier.web.views.letter_clock_forms import ClockForm
from courrier.web.views.letter_history import Step, story_of, undone_name
from courrier.web.views.letter_neighbours import letter_url, neighbours
from courrier.web.views.letter_pages import Mark, hits_of, lit, overlay_height, placed, word_layer
from workflows.actions import undoable

TABS = ("suivi", "delais", "fiche", "historique")
ZOOM_STEPS = ("75", "100", "150", "200")
"""Percentages of A4 offered where the browser runs no script."""

SEEN_AGAIN = timedelta(hours=8)
"""Somebody who opens a letter again within this time is not written down again."""

UNUSUAL = ("renvoyer-", "partager-", "demander-avis-", "confier-")
"""Beginnings of the names of forms that stand behind « Autres »."""

SHOWN_IN_BROWSER = "application/pdf"


@dataclass(slots=True)
class Sheet:
    """A page of the letter with what lies over it."""

    page: Page
    height: int
    hits: list[Mark] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    pieces: list[tuple[str, bool]] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    turn: int = 0


ON_ASSIGNMENT = (
    "accept",
    "acknowledge",
    "answer",
    "reply",
    "close",
    "redirect",
    "send_back",
    "split",
    "ask_opinion",
    "hand_over",
    "take_over",
    "withdraw_question",
)
"""What may be done with an assignment, as `courrier.mail.rights.can` names it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """An open assignment, what this person may do with it, and the opinion it waits for."""

    assignment: Assignment
    can: frozenset[str]
    asked: Assignment | None
    colleagues: list[User]

    @property
    def key(self) -> str:
        """What tells its forms from those of other assignments."""
        return str(self.assignment.pk)

    @property
    def others(self) -> bool:
        """Whether there is anything to do beyond the usual."""
        return bool(self.can & {"send_back", "split", "ask_opinion", "hand_over"})


@dataclass(frozen=True, slots=True)
class Thread:
    """A note and its answers; `rank` is the number of its pin on the page, 0 for a note on the whole letter."""

    note: Annotation
    answers: list[Annotation]
    rank: int = 0

    @property
    def form(self) -> str:
        """The name of the form that answers it."""
        return f"note-{self.note.pk}"


def letter_of(request: HttpRequest, number: str) -> Mail:
    """The letter under this number that the person may know of; the collectivité they work in comes first."""
    known = Mail.objects.registered_for(signed_in(request)).filter(number=number)
    found = list(
        known.select_related("organisation", "sender", "document_type", "registered_by", "holder", "clock")
    )
    if not found:
        raise Http404
    here = current_organisation(request)
    return next((mail for mail in found if mail.organisation_id == here.pk), found[0])


def readable_letter(request: HttpRequest, number: str) -> Mail:
    """As `letter_of`, for what shows its content: Http404 where it may not be read."""
    mail = letter_of(request, number)
    if not can(request.user, "read", mail):
        raise Http404
    return mail


@require_GET
def letter(request: HttpRequest, number: str) -> HttpResponse:
    mail = letter_of(request, number)
    letter_opened(signed_in(request), mail)
    if not can(request.user, "read", mail):
        beside = neighbours(signed_in(request), request.GET.get("liste", ""), mail)
        return render(request, "web/letter/withheld.html", {"mail": mail, "beside": beside})
    note_viewed(mail, signed_in(request))
    return show(request, mail)


def show(
    request: HttpRequest,
    mail: Mail,
    *,
    typed: dict[str, str] | None = None,
    open_form: str = "",
    problem: str = "",
    clock_form: ClockForm | None = None,
) -> HttpResponse:
    """The page. After a refusal, `open_form` names the form to show again, with what was `typed` and why; or
    `clock_form` is that form of the legal delay, with what was typed and why."""
    place = last_place()  # first: what happens while the page is made is news to it
    user = signed_in(request)
    query = request.GET.get("q", "")
    threads = threads_of(
        list(mail.annotations.select_related("author", "resolved_by").prefetch_related("mentions"))
    )
    as_text = request.GET.get("affichage") == "texte"
    tab = request.GET.get("onglet", "")
    replies = list(mail.replies.select_related("author", "assignment__department", "document"))
    context: dict[str, Any] = {
        "mail": mail,
        "place": place,
        **others_there(user, mail),
        "query": query,
        "tab": "delais" if clock_form else tab if tab in TABS else TABS[0],
        "clock": panel_of(user, mail, replies, clock_form),
        "as_text": as_text,
        "zoom": asked_zoom if (asked_zoom := request.GET.get("zoom", "")) in ZOOM_STEPS else "",
        "zoom_steps": ZOOM_STEPS,
        "sheets": sheets_of(user, mail, threads, query, as_text),
        "threads": threads,
        "open_notes": sum(1 for thread in threads if thread.note.resolved_at is None),
        "desks": desks_of(user, mail),
        "assignments": list(mail.assignments.select_related("department", "accepted_by").order_by("pk")),
        "replies": replies,
        "sending": any(reply.state == ReplyState.SENDING for reply in replies),
        "departments": Department.objects.open().filter(organisation=mail.organisation_id),
        "documents": list(mail.documents.exclude(role=DocumentRole.REPLY)),
        "searchable": mail.documents.filter(role=DocumentRole.SEARCHABLE).first(),
        "steps": (steps := story_of(Event.objects.filter(mail_id=mail.pk).order_by("sequence"))),
        "seen": seen_by(steps),
        "undoable": undone_name(last.verb) if (last := undoable(mail, user)) else "",
        "earlier": earlier_letters(user, mail),
        "beside": neighbours(user, request.GET.get("liste", ""), mail),
        "can_annotate": can(user, "annotate", mail),
        "can_qualify": can(user, "qualify", mail),
        "typed": typed or {},
        "open_form": open_form,
        "open_other": open_form.rpartition("-")[2] if open_form.startswith(UNUSUAL) else "",
        "problem": problem,
    }
    refused = (bool(problem) or clock_form is not None) and not request.headers.get("HX-Request")
    answer = render(request, "web/letter/letter.html", context, status=422 if refused else 200)
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def sheets_of(user: User, mail: Mail, threads: list[Thread], query: str, as_text: bool) -> list[Sheet]:
    """The pages with their marks and hits; a page's words are sent when it comes into view."""
    rows = Page.objects.filter(mail=mail).defer("words", "barcodes").order_by("number")
    pages = list(rows if as_text else rows.defer("words", "barcodes", "text"))
    hits = hits_of(mail, query, access_of(user), pages) if query and not as_text else {}
    turns = turns_of(mail)
    return [
        Sheet(
            page=page,
            height=overlay_height(page),
            hits=hits.get(page.number, []),
            marks=marks_on(page, threads),
            pieces=lit(page.text, query) if as_text else [],
            widths=widths_for(page),
            turn=turns.get(page.number, 0),
        )
        for page in pages
    ]


def marks_on(page: Page, threads: list[Thread]) -> list[Mark]:
    return [
        placed(note.box, page, key=str(note.pk), kind=note.kind, label=note.text, rank=thread.rank)
        for thread in threads
        if thread.rank and (note := thread.note).page == page.number and note.box
    ]


def desks_of(user: User, mail: Mail) -> list[Desk]:
    """Open assignments with which `user` may do something; those for action come first."""
    rows = mail.assignments.filter(state__in=OPEN_STATES).select_related(
        "department", "accepted_by", "asked_by"
    )
    opened = list(rows.order_by("role", "pk"))
    asked = {each.asked_by_id: each for each in opened if each.asked_by_id}
    rights = {each.pk: frozenset(name for name in ON_ASSIGNMENT if can(user, name, each)) for each in opened}
    with_colleagues = [each.department_id for each in opened if "hand_over" in rights[each.pk]]
    people = colleagues_in(with_colleagues)
    return [
        Desk(
            assignment=each,
            can=rights[each.pk] - useless(user, each, asked),
            asked=asked.get(each.pk),
            colleagues=[person for person in people[each.department_id] if person.pk != each.accepted_by_id],
        )
        for each in opened
        if rights[each.pk]
    ]


def useless(user: User, assignment: Assignment, asked: Mapping[int, Assignment]) -> set[str]:
    """What rights allow but makes no sense now."""
    waits = assignment.pk in asked
    idle = (
        {"reply", "close", "redirect", "send_back", "split", "ask_opinion"}
        if waits
        else {"withdraw_question"}
    )
    return idle | ({"take_over"} if assignment.accepted_by_id == user.pk else set())


def colleagues_in(departments: list[int]) -> dict[int, list[User]]:
    """Agents and managers by department, in one query; none for no department."""
    found: dict[int, list[User]] = defaultdict(list)
    if departments:
        working = Membership.objects.filter(department__in=departments, role__in=[Role.AGENT, Role.MANAGER])
        for held in working.select_related("user").order_by("user__last_name", "user__first_name"):
            if held.department_id and held.user.is_active and held.user not in found[held.department_id]:
                found[held.department_id].append(held.user)
    return found


def threads_of(notes: list[Annotation]) -> list[Thread]:
    """Notes with their answers: open ones first, each in the order they were written."""
    answers: dict[int, list[Annotation]] = defaultdict(list)
    for note in notes:
        if note.parent_id:
            answers[note.parent_id].append(note)
    first = sorted(
        (each for each in notes if each.parent_id is None), key=lambda each: each.resolved_at is not None
    )
    ranks = count(1)
    return [
        Thread(note, answers[note.pk], next(ranks) if note.box and note.resolved_at is None else 0)
        for note in first
    ]


def earlier_letters(user: User, mail: Mail) -> list[Mail]:
    """The last letters of the same sender that `user` may read, this one left out."""
    if mail.sender_id is None:
        return []
    rows = Mail.objects.visible_to(user).filter(sender=mail.sender_id).exclude(pk=mail.pk)
    return list(rows.select_related("document_type").order_by("-registered_at")[:6])


def seen_by(steps: list[Step]) -> list[tuple[str, datetime]]:
    """Who opened the letter, each with the last time, latest first."""
    last = {step.who: step.at for step in steps if step.verb == "viewed" and step.who}
    return sorted(last.items(), key=lambda each: each[1], reverse=True)


def others_there(user: User, mail: Mail) -> dict[str, Any]:
    """Names of the others who have the letter open; the last one apart, as a sentence wants it."""
    names = [each.name for each in sorted(present([mail.pk])[mail.pk]) if each.pk != user.pk]
    return {
        "present": names,
        "present_but_last": ", ".join(names[:-1]),
        "present_last": names[-1] if names else "",
    }


def note_viewed(mail: Mail, user: User) -> None:
    """Write down that `user` opened the letter, once within SEEN_AGAIN."""
    since = timezone.now() - SEEN_AGAIN
    if Event.objects.filter(mail_id=mail.pk, verb="viewed", actor=user, at__gte=since).exists():
        return
    with locked(mail.pk) as held:
        record(held.organisation, "viewed", mail_id=held.pk, actor=user)


@require_GET
def word_overlay(request: HttpRequest, number: str, page: int) -> HttpResponse:
    """The words of a page as SVG elements that lie over its image; fetched when the page comes into view."""
    mail = readable_letter(request, number)
    answer = HttpResponse(word_layer(get_object_or_404(Page, mail=mail, number=page)))
    patch_cache_control(answer, private=True, max_age=300)
    return answer


@require_GET
def document(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """A file of the letter. Only PDF opens in the browser, without scripts; all else is downloaded."""
    mail = readable_letter(request, number)
    wanted = get_object_or_404(Document, mail=mail, pk=pk)
    try:
        file = document_file(wanted)
    except FileNotFoundError as missing:
        raise Http404 from missing
    here = wanted.media_type == SHOWN_IN_BROWSER and wanted.role != DocumentRole.ORIGINAL
    answer = FileResponse(file, as_attachment=not here, filename=wanted.name, content_type=wanted.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(answer, private=True, max_age=3600)
    return answer


def back_to_letter(request: HttpRequest, mail: Mail) -> str:
    """The letter's address with the list and the search it was opened from."""
    kept = request.GET.copy()
    for passing in ("onglet", "depuis"):
        kept.pop(passing, None)
    url = letter_url(mail.number)
    return f"{url}?{kept.urlencode()}" if kept else url
