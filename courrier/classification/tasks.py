"""Learning in the background."""

from __future__ import annotations

from celery import shared_task

from courrier.classification import training_runs
from courrier.classification.models import Example
from courrier.classification.training import FEWEST_NEW, in_service
from courrier.organisations.models import Organisation


@shared_task(name="courrier.classification.tasks.train_organisation")
def train_organisation(run_id: int) -> None:
    """Do the training `run_id`. Run twice, the second does nothing."""
    training_runs.carry_out(run_id)


@shared_task(name="courrier.classification.tasks.train_all")
def train_all() -> None:
    """From time to time: organisations with enough new examples since their model."""
    for organisation in Organisation.objects.all():
        current = in_service(organisation)
        examples = Example.objects.filter(organisation=organisation)
        if current:
            examples = examples.filter(created_at__gt=current.trained_at)
        if examples.values("mail").distinct().count() >= FEWEST_NEW:
            training_runs.begin(organisation)
