"""How far the index is behind the register, said to readers and to administrators."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from courrier.mail.models import Mail
from courrier.mail.rights import Access, reads
from courrier.search.models import SearchOutbox

USUAL = timedelta(seconds=60)
"""What a change may wait without anybody being told."""


def waiting_for(access: Access) -> int:
    """Letters that `access` may read and whose change has waited longer than usual to be found."""
    late = SearchOutbox.objects.waiting().filter(
        organisation_id__in=access.organisations, created_at__lt=timezone.now() - USUAL
    )
    if not late.exists():
        return 0
    return Mail.objects.filter(reads(access), pk__in=late.values("mail_id")).order_by().distinct().count()


def waiting_in(organisation_id: int) -> int:
    """Letters of a collectivité whose change has not reached the index."""
    waiting = SearchOutbox.objects.waiting().filter(organisation_id=organisation_id)
    return waiting.values("mail_id").distinct().count()
