"""Letters with a text, in a real index, for tests of the pages of search."""

from __future__ import annotations

from courrier.mail.locking import changed, locked
from courrier.mail.models import Mail
from courrier.search import flush


def indexed(mail: Mail, text: str) -> Mail:
    """The letter with this text on its only page, in the index."""
    mail.pages.create(number=1, width=620, height=877, text=text, words=[])
    with locked(mail.pk) as held:
        changed(held)
    flush(100)
    return mail
