"""Letters that resemble one."""

from __future__ import annotations

from courrier.mail.models import Mail
from courrier.mail.rights import Access, reads
from courrier.search import planning
from courrier.search.documents import assignments_of
from courrier.search.engines import EngineRefused, EngineUnavailable
from courrier.search.engines.opening import engine
from courrier.search.results import Hit


def similar(mail_id: int, access: Access, limit: int = 5) -> list[Hit]:
    """The letters `access` may read that resemble one it may read, best first.

    None while the engine does not answer.
    """
    if not Mail.objects.filter(reads(access), pk=mail_id).exists():
        return []
    try:
        scores = dict(engine().alike(mail_id, planning.readable(access), limit))
    except (EngineUnavailable, EngineRefused):
        return []
    mails = Mail.objects.filter(reads(access), pk__in=scores).select_related("sender", "document_type")
    return sorted((hit_of(mail, scores[mail.pk]) for mail in mails), key=lambda hit: -hit.score)


def hit_of(mail: Mail, score: float) -> Hit:
    departments = {each.department.code for each in assignments_of([mail.pk])[mail.pk]}
    return Hit(
        mail_id=mail.pk,
        number=mail.number,
        subject=mail.subject,
        sender=mail.sender.name if mail.sender else "",
        departments=sorted(departments),
        document_type=mail.document_type.code if mail.document_type else "",
        document_type_label=mail.document_type.name if mail.document_type else "",
        state=mail.state,
        state_label=mail.get_state_display(),
        received_on=mail.received_on,
        snippet=[],
        score=score,
        pages=[],
    )
