"""The story of a letter: every event has its sentence, what repeats is told once, nothing is left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

import courrier
import workflows
from courrier.audit.models import Event
from courrier.web.views.letter_history import VERBS, Step, story_of

RECORDED = re.compile(r"record\(\s*[\w.]+,\s*\"(\w+)\",\s*mail_id=")


def told(*events: tuple[str, dict[str, Any]]) -> list[Step]:
    return story_of([Event(verb=verb, data=data, at=timezone.now()) for verb, data in events])


def verbs_recorded() -> set[str]:
    """Verbs that the code writes into letters' chains."""
    roots = [Path(next(iter(room.__path__))) for room in (courrier, workflows)]
    return {
        verb for root in roots for path in root.rglob("*.py") for verb in RECORDED.findall(path.read_text())
    }


def test_every_verb_that_is_recorded_has_its_sentence() -> None:
    assert len(verbs_recorded()) > 10
    assert verbs_recorded() <= set(VERBS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_sentence_needs_nothing_of_its_data(verb: str) -> None:
    (step,) = told((verb, {}))
    assert step.sentence
    assert "%(" not in step.sentence


def test_a_verb_not_known_here_is_told_by_its_name() -> None:
    assert told(("teleported", {}))[0].sentence == "teleported"


def test_somebody_who_looks_again_is_told_once_until_something_happens() -> None:
    look, other = ("viewed", {"actor": "Claire"}), ("viewed", {"actor": "Marc"})
    steps = told(look, look, other, look, ("accepted", {"department": "URB", "actor": "Claire"}), look)
    assert [step.who for step in steps] == ["Claire", "Marc", "Claire", "Claire", "Claire"]


def test_departments_and_copies_are_one_sentence() -> None:
    place = [
        ("dispatched", {"department": code, "role": role})
        for code, role in (("URB", "action"), ("DGS", "copy"))
    ]
    assert [step.sentence for step in told(*place)] == ["Envoyé à URB, copie à DGS"]


def test_a_redirection_takes_in_the_arrival_it_causes() -> None:
    steps = told(
        ("redirected", {"department": "URB", "to": "TEC", "reason": "Voirie"}),
        ("dispatched", {"department": "TEC", "role": "action"}),
    )
    assert [(step.sentence, step.detail) for step in steps] == [("Réorienté de URB vers TEC", "Voirie")]


def test_a_replacement_says_for_whom() -> None:
    (step,) = told(("accepted", {"department": "URB", "actor": "Marc", "on_behalf_of": "Claire"}))
    assert step.who == "Marc, pour Claire"
