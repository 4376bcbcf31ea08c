"""What Celery calls."""

from celery import shared_task

from workflows import jobs
from workflows.actions import relocating


@shared_task(acks_late=True)
def run_job(task_id: int) -> None:
    jobs.run(task_id)


@shared_task
def restart_lost_jobs() -> int:
    return jobs.restart_lost() + relocating.restart_lost()


@shared_task(acks_late=True)
def move_letters(relocation_id: int) -> None:
    relocating.run(relocation_id)
