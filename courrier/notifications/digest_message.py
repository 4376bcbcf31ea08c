"""The digest as a message: text and HTML, from the collectivité."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courrier.notifications.models import Kind, Notification
from courrier.notifications.sentences import for_whom, sentence_of
from courrier.organisations.models import Organisation, User

LONGEST = 12
"""Lines of one part of a digest; the others are counted."""

PARTS: list[tuple[Promise, tuple[Kind, ...]]] = [
    (gettext_lazy("En retard"), (Kind.SILENCE, Kind.ESCALATED, Kind.LATE)),
    (gettext_lazy("Échéances"), (Kind.LEGAL_SOON, Kind.DUE_TODAY, Kind.DUE_SOON)),
    (
        gettext_lazy("À faire"),
        (
            Kind.TO_DISPATCH,
            Kind.BOUNCED,
            Kind.SENT_BACK,
            Kind.VISA,
            Kind.REPLY_FAILED,
            Kind.REPLY_REFUSED,
            Kind.OPINION_ASKED,
            Kind.GIVEN,
            Kind.ARRIVED,
            Kind.REDIRECTED,
            Kind.SPLIT,
            Kind.MOVED,
        ),
    ),
    (
        gettext_lazy("À savoir"),
        (
            Kind.MENTION,
            Kind.ANSWER,
            Kind.CLOCK,
            Kind.OPINION_GIVEN,
            Kind.REPLY_APPROVED,
            Kind.ACCEPTED,
            Kind.TAKEN,
            Kind.CANCELLED,
            Kind.COPY,
            Kind.REPLACES,
            Kind.FOUND,
        ),
    ),
]

ORDER: dict[str, int] = {
    kind: place for place, kind in enumerate(kind for _title, kinds in PARTS for kind in kinds)
}


@dataclass(slots=True)
class Line:
    """One notification in a digest; `content` says whether its reader may read the letter, `also` what else of it."""

    notification: Notification
    content: bool
    also: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.notification.mail.number if self.notification.mail else ""

    @property
    def sentence(self) -> str:
        return " · ".join([sentence_of(self.notification), *self.also])

    @property
    def replacing(self) -> str:
        return for_whom(self.notification)

    @property
    def subject(self) -> str:
        """The letter's subject and sender, where it is an ordinary one: a message travels far."""
        mail = self.notification.mail
        if mail is None or not self.content or mail.confidentiality != "normal":
            return ""
        return " · ".join(part for part in (mail.subject, mail.sender.name if mail.sender else "") if part)

    @property
    def url(self) -> str:
        return address("web:letter", self.number) if self.number else address("web:notifications")


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    lines: list[Line]
    others: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person hears on one morning; `to_do` letters wait in their departments, `late` of them past due."""

    user: User
    day: date
    lines: list[Line] = field(default_factory=list)
    to_do: int = 0
    late: int = 0

    @property
    def organisation(self) -> Organisation:
        """The collectivité that most of it comes from; it signs the message."""
        places = [line.notification.organisation for line in self.lines]
        return max(places, key=places.count)

    @property
    def letters(self) -> list[Line]:
        """The lines in order, each letter once: with what presses most, and beside it what else was said of it."""
        found: dict[int | str, Line] = {}
        for line in sorted(
            self.lines, key=lambda each: (ORDER[each.notification.kind], each.notification.pk)
        ):
            about = line.notification.mail_id or line.notification.key
            if about in found:
                found[about].also.append(sentence_of(line.notification))
            else:
                found[about] = Line(line.notification, line.content)
        return list(found.values())

    @property
    def parts(self) -> list[Part]:
        found, letters = [], self.letters
        for title, kinds in PARTS:
            lines = [line for line in letters if line.notification.kind in kinds]
            if lines:
                found.append(Part(str(title), lines[:LONGEST], max(0, len(lines) - LONGEST)))
        return found


def address(name: str, *args: str) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(name, args=args)


def message_of(digest: Digest, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """The message, in its reader's language; made again for the same day it carries the same Message-ID, so that
    servers can tell."""
    with translation.override(digest.user.language):
        return written(digest, connection)


def written(digest: Digest, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    place = digest.organisation
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = sender.rpartition("@")[2] or "localhost"
    context = {
        "digest": digest,
        "organisation": place,
        "several": len({line.notification.organisation_id for line in digest.lines}) > 1,
        "inbox_url": address("web:home"),
        "notifications_url": address("web:notifications"),
    }
    message = EmailMultiAlternatives(
        subject=subject_of(digest),
        body=render_to_string("notifications/digest.txt", context),
        from_email=formataddr((" ".join(place.name.split()), sender)),
        to=[digest.user.email],
        reply_to=[place.email] if place.email else None,
        headers={
            "Message-ID": f"<resume-{digest.user.pk}-{digest.day:%Y%m%d}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    message.attach_alternative(render_to_string("notifications/digest.html", context), "text/html")
    return message


def subject_of(digest: Digest) -> str:
    """How many things there are, late ones first: nothing of the letters themselves."""
    letters = digest.letters
    late = sum(line.notification.kind in (Kind.LATE, Kind.ESCALATED) for line in letters)
    count = len(letters)
    what = ngettext("%(n)d chose à voir", "%(n)d choses à voir", count) % {"n": count}
    if late:
        behind = ngettext("%(n)d courrier en retard", "%(n)d courriers en retard", late) % {"n": late}
        return _("Courrier : %(what)s, %(behind)s") % {"what": what, "behind": behind}
    return _("Courrier : %(what)s") % {"what": what}
