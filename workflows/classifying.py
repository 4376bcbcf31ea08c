"""The jobs between reading and qualification: understanding the letter, bringing it to the index."""

from __future__ import annotations

import logging

from courrier import search
from courrier.audit.chain import record
from courrier.classification import duplicates
from courrier.classification.models import Suggestion
from courrier.classification.rules import fired
from courrier.classification.understanding import understand
from courrier.mail.locking import changed
from courrier.mail.models import Mail
from courrier.mail.qualification import suggested, write_provisional
from workflows.nodes.job import Progress

logger = logging.getLogger(__name__)


def understand_letter(mail_id: int, progress: Progress) -> list[Suggestion]:
    return understand(Mail.objects.select_related("organisation").get(pk=mail_id))


def keep_suggestions(mail: Mail, suggestions: list[Suggestion]) -> None:
    """Put the suggestions in place of earlier ones, and what is likely into the register until a person confirms."""
    mail.suggestions.all().delete()
    for suggestion in suggestions:
        suggestion.mail = mail
    Suggestion.objects.bulk_create(suggestions)
    write_provisional(mail, suggested(mail))
    duplicates.remember(mail)
    duplicates.suggest_first(mail)
    changed(mail)
    best = {
        each.field: {"label": each.label, "confidence": each.confidence}
        for each in suggestions
        if each.rank == 0
    }
    record(mail.organisation, "classified", mail_id=mail.pk, best=best, rule=fired(suggestions))


def go_without(mail: Mail, error: str) -> None:
    """Nothing was understood; reception fills the fields by hand."""
    record(mail.organisation, "not_classified", mail_id=mail.pk, error=error[:500])


def index_letter(mail_id: int, progress: Progress) -> None:
    """Have the outbox sent now, so the letter is found at once; a search engine that is down only delays that."""
    try:
        search.flush()
    except Exception:
        logger.warning("letter %s will be indexed later", mail_id, exc_info=True)


def indexed(mail: Mail, result: None) -> None:
    """The outbox has its own books."""


def index_later(mail: Mail, error: str) -> None:
    """The outbox goes on trying."""
