"""Learning in the background."""

from __future__ import annotations

import logging

from celery import shared_task

from courrier.classification.models import Example
from courrier.classification.training import FEWEST_NEW, in_service, train
from courrier.organisations.models import Organisation

logger = logging.getLogger(__name__)


@shared_task(name="courrier.classification.tasks.train_organisation")
def train_organisation(organisation_id: int, replace: bool = False) -> None:
    """Learn from one organisation's examples. Run twice, the second finds nothing new."""
    outcome = train(Organisation.objects.get(pk=organisation_id), replace=replace)
    logger.info("organisation %s: %s", organisation_id, outcome.reason)


@shared_task(name="courrier.classification.tasks.train_all")
def train_all() -> None:
    """From time to time: organisations with enough new examples since their model."""
    for organisation in Organisation.objects.all():
        current = in_service(organisation)
        examples = Example.objects.filter(organisation=organisation)
        if current:
            examples = examples.filter(created_at__gt=current.trained_at)
        if examples.values("mail").distinct().count() >= FEWEST_NEW:
            train_organisation.delay(organisation.pk)
