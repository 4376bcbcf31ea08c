"""A worker that dies, a message that comes twice, a queue that is emptied: the letter arrives, once."""

import pytest
from viewflow.workflow.models import Task

from courrier.audit.models import Event
from courrier.mail.models import Assignment, Mail, MailState
from courrier.replies.drafting import draft_reply, save_draft
from courrier.replies.models import ReplyState
from tests.worker import let_leases_run_out, only_job, work_off
from tests.workflows.conftest import Town
from workflows import actions, jobs
from workflows.models import JobRun
from workflows.reception import ReceptionFlow

pytestmark = pytest.mark.django_db

STEPS = ["read", "classify", "index"]


def reach(step: str) -> JobRun:
    """Do the jobs before `step`; returns its own, waiting."""
    while only_job().job != step:
        jobs.run(only_job().task_id)
    return only_job()


def arrived_once(town: Town) -> None:
    mail = Mail.objects.get()
    assert mail.state == MailState.TO_QUALIFY
    assert mail.pages.count() == 1
    assert not JobRun.objects.exists()
    for verb in ("read", "classified"):
        assert Event.objects.filter(mail_id=mail.pk, verb=verb).count() == 1
    assert Task.objects.filter(flow_task=ReceptionFlow.qualify).count() == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed_in_the_middle_of_a_step_is_replaced(town: Town, step: str) -> None:
    town.received()
    job = reach(step)
    assert jobs.taken(job.task_id) is not None, "a worker takes the job, and is never heard of again"
    jobs.run(job.task_id)
    assert only_job().job == step, "while its lease holds, nobody else does it"
    let_leases_run_out()
    assert jobs.restart_lost() == 1
    work_off()
    arrived_once(town)


@pytest.mark.parametrize("step", STEPS)
def test_a_job_delivered_twice_has_its_effect_once(town: Town, step: str) -> None:
    town.received()
    job = reach(step)
    jobs.run(job.task_id)
    jobs.run(job.task_id)
    work_off()
    arrived_once(town)


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_thought_dead_that_comes_back_changes_nothing(town: Town, step: str) -> None:
    town.received()
    job = reach(step)
    slow = jobs.taken(job.task_id)
    assert slow is not None
    result = slow.node.work(slow.mail_id, slow.progress)
    let_leases_run_out()
    jobs.restart_lost()
    work_off()
    jobs.finish(slow, result)
    arrived_once(town)


@pytest.mark.parametrize("step", STEPS)
def test_a_queue_that_lost_its_messages_is_filled_again(
    town: Town, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.received()
    job = reach(step)
    sent: list[int] = []
    monkeypatch.setattr(jobs, "send", lambda task_id, queue: sent.append(task_id))
    assert jobs.restart_lost() == 0, "a message may wait for a while"
    let_leases_run_out()
    assert jobs.restart_lost() == 1
    assert jobs.restart_lost() == 0, "two sweepers send it once"
    assert sent == [job.task_id]
    work_off()
    arrived_once(town)


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_while_the_result_is_written_leaves_nothing_half_done(
    town: Town, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.received()
    job = reach(step)
    with monkeypatch.context() as broken:

        def crash(held: JobRun) -> None:
            raise ConnectionResetError("the database went away")

        broken.setattr(jobs, "move_on", crash)
        jobs.run(job.task_id)
    assert only_job().error.startswith("ConnectionResetError")
    let_leases_run_out()
    jobs.restart_lost()
    work_off()
    arrived_once(town)


def test_a_letter_that_kills_every_worker_is_set_aside_with_the_reason(town: Town) -> None:
    mail = town.received()
    task_id = only_job().task_id
    for _attempt in range(jobs.MOST_ATTEMPTS):
        assert jobs.taken(task_id) is not None
        let_leases_run_out()
        jobs.restart_lost()
    jobs.run(task_id)
    mail.refresh_from_db()
    assert (mail.state, mail.failure_code) == (MailState.FAILED, "gave_up")
    assert "interrompue" in mail.failure_reason
    assert not JobRun.objects.exists()


def test_a_letter_set_aside_is_read_again_on_demand(town: Town) -> None:
    test_a_letter_that_kills_every_worker_is_set_aside_with_the_reason(town)
    mail = Mail.objects.get()
    actions.retry_reading(mail, town.desk)
    work_off()
    mail.refresh_from_db()
    assert (mail.state, mail.failure_code) == (MailState.TO_QUALIFY, "")


def test_a_letter_set_aside_can_be_qualified_by_hand(town: Town) -> None:
    from courrier.mail.qualification import Qualification

    test_a_letter_that_kills_every_worker_is_set_aside_with_the_reason(town)
    mail = Mail.objects.get()
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb], subject="illisible"))
    mail.refresh_from_db()
    assert mail.state == MailState.IN_PROGRESS
    assert Assignment.objects.get().department == town.urb


def test_a_reply_whose_worker_died_leaves_once(town: Town) -> None:
    (assignment,) = town.dispatched()
    actions.accept(assignment, town.agent)
    reply = draft_reply(assignment, town.agent)
    save_draft(reply, town.agent, channel="post", recipient="J. D.", email="", subject="Re", body="Bonjour,")
    actions.send_reply(reply, town.agent)
    dead = jobs.taken(only_job().task_id)
    assert dead is not None
    result = dead.node.work(dead.mail_id, dead.progress)
    let_leases_run_out()
    jobs.restart_lost()
    work_off()
    jobs.finish(dead, result)
    reply.refresh_from_db()
    assert reply.state == ReplyState.SENT
    assert reply.mail.documents.filter(role="reply").count() == 1
    assert Event.objects.filter(mail_id=reply.mail_id, verb="reply_sent").count() == 1
