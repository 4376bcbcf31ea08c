from workflows.models.circuit import Circuit, StepKind, Who
from workflows.models.job_run import JobRun
from workflows.models.process import HandlingProcess, ReceptionProcess
from workflows.models.relocation import Relocation

__all__ = ["Circuit", "HandlingProcess", "JobRun", "ReceptionProcess", "Relocation", "StepKind", "Who"]
