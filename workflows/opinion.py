"""OpinionFlow: a department is asked what it thinks of a letter that another one handles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.activation import Activation

from courrier.mail.models import Assignment
from workflows.models import HandlingProcess
from workflows.nodes import PersonTask


class OpinionFlow(flow.Flow):
    """Avis d'un service"""

    process_class = HandlingProcess
    lock_impl = lock.no_lock  # as in ReceptionFlow, the letter's row is the mutex

    start = flow.StartHandle(this.begin).Annotation(title=_("Demande d'avis")).Next(this.give)

    give = PersonTask("answer").Annotation(title=_("Avis à donner")).Next(this.end)

    end = flow.End().Annotation(title=_("Fin"))

    def begin(self, activation: Activation, assignment: Assignment) -> HandlingProcess:
        activation.process.assignment = assignment
        process: HandlingProcess = activation.process
        return process


def start_opinion(assignment: Assignment) -> None:
    OpinionFlow.start.run(assignment=assignment)
