from __future__ import annotations

from django.db import models
from viewflow.workflow.models import Process

from courrier.mail.models import Assignment, Mail
from workflows.models.circuit import Circuit


class ReceptionProcess(Process):
    """A letter's way from its arrival to its closing. `data["decision"]` is what was decided last.

    `circuit` is the version in force when the letter was first qualified: it finishes on that one.
    """

    mail = models.OneToOneField(Mail, models.CASCADE, related_name="reception")
    circuit = models.ForeignKey(Circuit, models.PROTECT, null=True, blank=True, related_name="+")


class HandlingProcess(Process):
    """What one department does with a letter assigned to it. `data["decision"]` is what was decided last."""

    assignment = models.OneToOneField(Assignment, models.CASCADE, related_name="handling")

    @property
    def mail(self) -> Mail:
        mail: Mail = self.assignment.mail
        return mail
