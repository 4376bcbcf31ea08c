"""A step of a flow that a person does on a page of ours."""

from __future__ import annotations

from typing import Any

from viewflow.workflow.models import Process, Task
from viewflow.workflow.nodes import View
from viewflow.workflow.status import STATUS

from courrier.mail.rights import can
from courrier.organisations.models import User

WAITING = (STATUS.NEW, STATUS.ASSIGNED)


class PersonTask(View):
    """Waits until somebody may and does act. Rights come from memberships, not from Django's permissions."""

    def __init__(self, action: str, **kwargs: Any) -> None:
        super().__init__(view=None, **kwargs)
        self.action = action

    def can_execute(self, user: User, task: Task) -> bool:
        return can(user, self.action, subject_of(task.process.coerced))

    can_assign = can_execute
    can_view = can_execute

    def can_unassign(self, user: User, task: Task) -> bool:
        return self.can_execute(user, task)


def subject_of(process: Any) -> Any:
    """What a process is about: an assignment, or the letter itself."""
    return getattr(process, "assignment", None) or process.mail


def waiting_task(process: Process, *nodes: PersonTask) -> Task | None:
    """The task at one of `nodes` that waits for somebody; the caller holds the letter's row."""
    return Task.objects.filter(process=process, flow_task__in=nodes, status__in=WAITING).first()


def finish_person_task(task: Task, user: User) -> None:
    """Move the flow on from a step that `user` has done, in the caller's transaction."""
    activation = task.flow_task.activation_class(task)
    if activation.status == STATUS.ASSIGNED:
        activation.reassign(user)
    else:
        activation.assign(user)
    activation.start(request=None)
    activation.execute()
