"""Several pieces of evidence weighed into one probability, with weights fitted on letters.

`taxonomy/weights.json` holds, for each question ("file": is this the number of a file? "heading": are these lines
the letter's object? "sender": is this name who wrote?), the weight of each feature. They are the coefficients of
a logistic regression (scikit-learn) over the tuning letters, their scans and the letters of `develop.toml`, written
by `python -m bench.classification_weights --write`; letters that are kept aside have no part in them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "taxonomy" / "weights.json"
Features = Mapping[str, float]
Weights = Mapping[str, Mapping[str, float]]
CONSTANT = "constant"


@lru_cache(maxsize=1)
def weights() -> Weights:
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def probability(question: str, features: Features) -> float:
    """How likely the answer to `question` is yes, given its features; one half where nothing was learned."""
    known = weights().get(question, {})
    total = known.get(CONSTANT, 0.0) + sum(known.get(name, 0.0) * worth for name, worth in features.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
