"""The sender of a letter that waits: whether we know them, and what they wrote before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courrier.correspondents.matching import SAME, earlier_letters, matches
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Mail
from courrier.organisations.models import User

SHOWN = 3


@dataclass(frozen=True, slots=True)
class KnownSender:
    """A correspondent on file with their last letters that the user may read, newest first."""

    correspondent: Correspondent
    letters: list[Mail]
    count: int


def known_sender(mail: Mail, sender: Mapping[str, Any], user: User) -> KnownSender | None:
    """Who the sender is among the correspondents on file; None for somebody new."""
    found = mail.sender or likely_sender(mail, sender)
    if found is None:
        return None
    readable = Mail.objects.visible_to(user).values("pk")
    letters = earlier_letters(mail.organisation, found).filter(pk__in=readable).exclude(pk=mail.pk)
    return KnownSender(found, list(letters.order_by("-year", "-sequence")[:SHOWN]), letters.count())


def likely_sender(mail: Mail, sender: Mapping[str, Any]) -> Correspondent | None:
    if not sender.get("name"):
        return None
    best = next(iter(matches(mail.organisation, sender, limit=1)), None)
    return best.correspondent if best is not None and best.score >= SAME else None
