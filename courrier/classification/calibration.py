"""From a model's own certainty to a confidence that means what it says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "taxonomy" / "calibration.json"


@lru_cache(maxsize=1)
def curves() -> dict[str, tuple[list[float], list[float]]]:
    """By field, points of a rising curve from a raw share to the part that was right on letters set aside."""
    if not FILE.exists():
        return {}
    return {field: (points["raw"], points["right"]) for field, points in json.loads(FILE.read_text()).items()}


def calibrated(field: str, shares: Sequence[float]) -> list[float]:
    """Confidences of candidates, best first, from their shares."""
    return parted(calibrated_one(field, shares[0]), shares) if shares else []


def parted(best: float, shares: Sequence[float]) -> list[float]:
    """The first candidate's confidence, and what it leaves parted among the others by their shares."""
    rest = sum(shares[1:])
    others = [(1 - best) * share / rest * 0.95 if rest else 0.0 for share in shares[1:]]
    return [best, *(min(other, best) for other in others)]


def calibrated_one(field: str, raw: float) -> float:
    """The confidence of one answer from its raw certainty."""
    curve = curves().get(field)
    if curve is None:
        return min(0.99, max(0.01, raw))
    return float(np.interp(raw, curve[0], curve[1]))
