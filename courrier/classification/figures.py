"""How right a model is on letters it has not learned from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from courrier.classification.learned import Learned, Lesson


@dataclass(frozen=True, slots=True)
class Figures:
    """How well a model did on the letters set aside."""

    letters: int
    department: float
    document_type: float
    loss: float

    @property
    def order(self) -> tuple[float, float, float]:
        return (round(self.department, 6), round(self.document_type, 6), -round(self.loss, 6))


def figures_of(model: Learned | None, lessons: Sequence[Lesson]) -> Figures:
    """How right a model is; None stands for the taxonomy's prior alone."""
    right_department = right_type = typed = 0
    loss = 0.0
    for lesson in lessons:
        departments, types = (
            model.predict(lesson.text, lesson.types, lesson.departments)
            if model
            else (lesson.departments, lesson.types)
        )
        right_department += _best(departments) == lesson.department
        loss -= math.log(max(departments.get(lesson.department, 0.0), 1e-6))
        if lesson.document_type:
            typed += 1
            right_type += _best(types) == lesson.document_type
    count = len(lessons) or 1
    return Figures(len(lessons), right_department / count, right_type / (typed or 1), loss / count)


def _best(shares: Mapping[str, float]) -> str:
    return str(max(shares, key=lambda code: shares[code], default=""))
