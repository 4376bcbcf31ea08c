"""What Celery calls by the clock."""

from __future__ import annotations

from celery import shared_task

from courrier.organisations.models import Organisation
from courrier.statistics.counting import count


@shared_task(name="courrier.statistics.tasks.count_all")
def count_all() -> int:
    """Count what changed in every collectivité; returns how many days were counted."""
    return sum(count(organisation) for organisation in Organisation.objects.all())
