from workflows.nodes.job import Job
from workflows.nodes.person import PersonTask, finish_person_task

__all__ = ["Job", "PersonTask", "finish_person_task"]
