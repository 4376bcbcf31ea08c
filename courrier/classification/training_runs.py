"""Training in the background: one at a time for an organisation, its progress and its result told on a page."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone

from courrier.classification.models import TrainedModel, TrainingRun
from courrier.classification.training import Overtaken, train
from courrier.organisations.models import Organisation, User

logger = logging.getLogger(__name__)


def begin(organisation: Organisation, by: User | None = None, *, replace: bool = False) -> TrainingRun:
    """Have an organisation's letters learned; where that is under way already, the training that is.

    `replace` puts the new model in service whatever the comparison says, and begins anew: what runs holds letters
    that must be forgotten.
    """
    from courrier.classification.tasks import train_organisation

    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        running = TrainingRun.objects.filter(organisation=organisation, finished_at=None).first()
        if running is not None and not running.lost and not replace:
            return running
        if running is not None:
            finish(running.pk, "Interrompu : l'apprentissage n'a plus donné de nouvelles.", failed=True)
        run = TrainingRun.objects.create(organisation=organisation, asked_by=by, replaces=replace)
        transaction.on_commit(lambda: train_organisation.delay(run.pk))
    return run


def finish(run_id: int, outcome: str, *, failed: bool = False, model: TrainedModel | None = None) -> None:
    """Keep what a training came to; where that is told already, it stays."""
    under_way = TrainingRun.objects.filter(pk=run_id, finished_at=None)
    under_way.update(outcome=outcome[:300], failed=failed, model=model, finished_at=timezone.now())


def carry_out(run_id: int) -> None:
    """Do a training that was asked for. A message that comes twice finds it taken; one that comes late, finished."""
    mine = TrainingRun.objects.filter(pk=run_id, finished_at=None, total=0)
    if not mine.update(total=1, told_at=timezone.now()):
        return
    run = TrainingRun.objects.select_related("organisation").get(pk=run_id)
    try:
        outcome = train(run.organisation, replace=run.replaces, told=lambda *far: tell(run_id, *far))
    except Overtaken as reason:
        finish(run_id, str(reason), failed=True)
    except Exception:
        logger.exception("training %s", run_id)
        finish(run_id, "L'apprentissage a échoué ; le modèle en service n'a pas changé.", failed=True)
    else:
        finish(run_id, outcome.reason, model=outcome.model)


def tell(run_id: int, done: int, total: int) -> None:
    """Keep how far a training is; raises Overtaken where another has taken its place."""
    alive = TrainingRun.objects.filter(pk=run_id, finished_at=None)
    if not alive.update(done=done, total=max(total, 1), told_at=timezone.now()):
        raise Overtaken("Un autre apprentissage a pris la place de celui-ci.")
