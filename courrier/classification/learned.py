"""What an organisation's own decisions teach: linear models over words, joined with the taxonomy's prior.

Two things are learned for departments. Where each type goes here, which a handful of letters can tell; and the words
of the letters themselves, which takes some hundreds. How far to trust the words is found by cross-validation.
"""

from __future__ import annotations

import io
import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from courrier.classification.phrases import words_and_pairs
from courrier.classification.spelling import folded

Shares = Mapping[str, float]
Floats = NDArray[np.float64]

DIMENSIONS = 2**14
TRUST = (0.0, 0.15, 0.3, 0.5, 0.75, 1.0, 1.5)
"""How much the learned words may weigh beside the prior; the best is chosen on letters set aside."""
HABIT = 0.8
"""The taxonomy's usual department counts as this many letters of each type."""
FEWEST = 24
"""With fewer letters only the habits of each type are learned."""
FOLDS = 4
ALIKE = 0.5
"""Letters whose words are so alike are set aside together: a form letter learned by heart proves nothing."""
FLOOR = 1e-6


@dataclass(frozen=True, slots=True)
class Lesson:
    """A letter with what a person said it is. `types` and `departments` are the prior's shares for it."""

    text: str
    types: Shares
    departments: Shares
    department: str
    document_type: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A rising line from a raw share to the part that was right on letters set aside."""

    raw: tuple[float, ...] = (0.0, 1.0)
    right: tuple[float, ...] = (0.0, 1.0)

    def __call__(self, share: float) -> float:
        return float(np.interp(share, self.raw, self.right))


@dataclass(slots=True)
class WordModel:
    """A linear model over words: `classes`, a row of weights for each, and what the prior weighs beside them."""

    classes: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: Floats
    trust: float
    curve: Curve = field(default_factory=Curve)


@dataclass(slots=True)
class Learned:
    """The taught model of one organisation."""

    habits: dict[str, dict[str, float]]
    """By type: how many letters went to each department."""
    departments: WordModel
    types: WordModel
    idf: NDArray[np.float32]

    def predict(
        self, text: str, types: Shares, departments: Shares
    ) -> tuple[dict[str, float], dict[str, float]]:
        """Shares of departments and of types for one letter, given the prior's own."""
        words = _tfidf(_counts([text]), self.idf) if self.idf.size else None
        typed = _joined(types, self.types, words)
        return _joined(routed(typed, departments, self.habits), self.departments, words), typed

    def to_bytes(self) -> bytes:
        """A NumPy archive without pickled objects."""
        content = io.BytesIO()
        meta = {
            "habits": self.habits,
            **{
                name: {
                    "classes": model.classes,
                    "trust": model.trust,
                    "curve": [model.curve.raw, model.curve.right],
                }
                for name, model in (("departments", self.departments), ("types", self.types))
            },
        }
        np.savez_compressed(
            content,
            meta=np.frombuffer(json.dumps(meta).encode(), dtype=np.uint8),
            idf=self.idf,
            department_weights=self.departments.weights.astype(np.float16),
            department_bias=self.departments.bias,
            type_weights=self.types.weights.astype(np.float16),
            type_bias=self.types.bias,
        )
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Learned:
        """The model that `to_bytes` wrote. Raises ValueError or KeyError on anything else."""
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            meta = json.loads(archive["meta"].tobytes())

            def model(name: str, prefix: str) -> WordModel:
                raw, right = meta[name]["curve"]
                return WordModel(
                    tuple(meta[name]["classes"]),
                    archive[f"{prefix}_weights"].astype(np.float32),
                    archive[f"{prefix}_bias"],
                    meta[name]["trust"],
                    Curve(tuple(raw), tuple(right)),
                )

            return cls(
                meta["habits"], model("departments", "department"), model("types", "type"), archive["idf"]
            )


def teach(lessons: Sequence[Lesson]) -> Learned:
    """Learn from letters. Takes seconds for a thousand of them, on one core."""
    habits = habits_of(lessons)
    enough = len(lessons) >= FEWEST
    counts = _counts([lesson.text for lesson in lessons]) if enough else csr_matrix((0, DIMENSIONS))
    idf = _idf(counts) if enough else np.zeros(0, dtype=np.float32)
    words = _tfidf(counts, idf) if enough else None
    types = _taught(
        [lesson.document_type for lesson in lessons], words, [lesson.types for lesson in lessons], None
    )
    departments = _taught(
        [lesson.department for lesson in lessons], words, [lesson.departments for lesson in lessons], lessons
    )
    return Learned(habits, departments, types, idf)


def habits_of(lessons: Sequence[Lesson]) -> dict[str, dict[str, float]]:
    habits: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for lesson in lessons:
        for code, share in _likely_types(lesson).items():
            habits[code][lesson.department] += share
    return {code: dict(counts) for code, counts in habits.items()}


def _likely_types(lesson: Lesson) -> dict[str, float]:
    """The type that a person gave, or the prior's likely ones where none was given."""
    if lesson.document_type:
        return {lesson.document_type: 1.0}
    return {code: share for code, share in lesson.types.items() if share > 0.2}


def routed(types: Shares, departments: Shares, habits: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Departments by where the letter's likely types went so far; types never seen go where the prior says."""
    shares: dict[str, float] = defaultdict(float)
    for code, share in types.items():
        counts = habits.get(code, {})
        total = sum(counts.values()) + HABIT
        for department, count in counts.items():
            shares[department] += share * count / total
        for department, usual in departments.items():
            shares[department] += share * usual * HABIT / total
    return _normal(shares)


def _taught(
    labels: Sequence[str], words: Any, priors: Sequence[Shares], lessons: Sequence[Lesson] | None
) -> WordModel:
    """Fit the words, choose how far to trust them, and see how right the joined answer is."""
    known = [index for index, label in enumerate(labels) if label]
    classes = tuple(sorted({labels[index] for index in known}))
    if words is None or len(classes) < 2 or len(known) < FEWEST:
        return WordModel(classes, np.zeros((len(classes), 0), np.float32), np.zeros(len(classes)), 0.0)
    rows, truth = words[known], np.array([labels[index] for index in known])
    chosen = [priors[index] for index in known]
    lessons = [lessons[index] for index in known] if lessons else None
    logits, base = _set_aside(rows, truth, classes, chosen, lessons)
    trust, shares = _trust(logits, base, truth, classes)
    weights, bias = _fit(rows, truth, classes)
    return WordModel(classes, weights, bias, trust, _curve(shares, truth, classes, base))


def _set_aside(
    rows: Any,
    truth: NDArray[Any],
    classes: tuple[str, ...],
    priors: Sequence[Shares],
    lessons: Sequence[Lesson] | None,
) -> tuple[Floats, list[dict[str, float]]]:
    """For each letter: what words and prior say of it when it was not among the lessons."""
    logits = np.zeros((len(truth), len(classes)))
    base: list[dict[str, float]] = [{} for _ in truth]
    for train, test in GroupKFold(FOLDS, shuffle=True, random_state=7).split(rows, groups=_alike(rows)):
        weights, bias = _fit(rows[train], truth[train], classes)
        logits[test] = _centred(rows[test] @ weights.T + bias)
        habits = habits_of([lessons[index] for index in train]) if lessons else {}
        for index in test:
            base[index] = (
                routed(lessons[index].types, priors[index], habits) if lessons else dict(priors[index])
            )
    return logits, base


def _alike(rows: Any) -> NDArray[np.int64]:
    """The number of the first letter that each one is like."""
    unit = _unit(rows)
    groups = np.arange(rows.shape[0])
    for start in range(0, rows.shape[0], 256):
        like = (unit[start : start + 256] @ unit.T).tocsr()
        for offset in range(like.shape[0]):
            row = like[offset]
            groups[start + offset] = groups[row.indices[row.data >= ALIKE].min(initial=start + offset)]
    return groups


def _fit(rows: Any, truth: NDArray[Any], classes: tuple[str, ...]) -> tuple[NDArray[np.float32], Floats]:
    """Weights by class; a class without letters among these keeps a low constant."""
    present = sorted(set(truth))
    weights = np.zeros((len(classes), rows.shape[1]), np.float32)
    bias = np.full(len(classes), -4.0)
    if len(present) < 2:
        bias[classes.index(present[0])] = 0.0
        return weights, bias
    model = LogisticRegression(C=3.0, max_iter=40, tol=2e-3)
    model.fit(rows, truth)
    coefficients, intercept = model.coef_, model.intercept_
    if len(present) == 2:
        coefficients = np.vstack([-coefficients, coefficients]) / 2
        intercept = np.array([-intercept[0], intercept[0]]) / 2
    for row, name in enumerate(model.classes_):
        weights[classes.index(name)] = coefficients[row]
        bias[classes.index(name)] = intercept[row]
    return weights, bias


def _trust(
    logits: Floats, base: Sequence[Shares], truth: NDArray[Any], classes: tuple[str, ...]
) -> tuple[float, list[dict[str, float]]]:
    tried = []
    for trust in TRUST:
        shares = [_mixed(prior, classes, row, trust) for prior, row in zip(base, logits, strict=True)]
        loss = -sum(
            math.log(max(found.get(label, 0.0), FLOOR)) for found, label in zip(shares, truth, strict=True)
        )
        tried.append((loss, trust, shares))
    _loss, trust, shares = min(tried, key=lambda choice: choice[0])
    return trust, shares


def _curve(
    shares: Sequence[Shares], truth: NDArray[Any], classes: tuple[str, ...], base: Sequence[Shares]
) -> Curve:
    """How often the best answer was right, by its share; smoothed so that a handful of letters never proves 1."""
    raw = np.array([max(found.values(), default=0.0) for found in shares])
    right = np.array(
        [
            float(max(found, key=lambda code: found[code], default="") == label)
            for found, label in zip(shares, truth, strict=True)
        ]
    )
    if len(raw) < 60:
        return Curve((0.0, 1.0), (0.0, 0.97))
    fitted = IsotonicRegression(y_min=0.02, y_max=1 - 1 / len(raw), out_of_bounds="clip").fit(raw, right)
    points = np.linspace(0, 1, 21)
    line = fitted.predict(points)
    # Between the steps of the fit, the raw share itself: it is the better guess where letters are few.
    blended = np.maximum.accumulate(0.8 * line + 0.2 * np.minimum(points, 0.98))
    return Curve(tuple(points.tolist()), tuple(blended.tolist()))


def _joined(prior: Shares, model: WordModel, words: Any) -> dict[str, float]:
    if not model.trust or words is None or not model.classes:
        return _normal(prior)
    logits = _centred(np.asarray(words @ model.weights.T + model.bias))[0]
    return _mixed(prior, model.classes, logits, model.trust)


def _mixed(prior: Shares, classes: tuple[str, ...], logits: Floats, trust: float) -> dict[str, float]:
    """The prior's logarithms plus what the words say of the classes they know."""
    scores = {code: math.log(max(share, FLOOR)) for code, share in prior.items()}
    low = float(logits.min(initial=0.0))
    for code in scores.keys() - set(classes):
        scores[code] += trust * low
    for code, logit in zip(classes, logits, strict=True):
        scores[code] = scores.get(code, math.log(FLOOR)) + trust * float(logit)
    highest = max(scores.values(), default=0.0)
    return _normal({code: math.exp(score - highest) for code, score in scores.items()})


def _normal(shares: Shares) -> dict[str, float]:
    total = sum(shares.values()) or 1.0
    return {code: share / total for code, share in shares.items()}


def _centred(logits: Any) -> Floats:
    logits = np.asarray(logits, dtype=np.float64)
    return np.asarray(logits - logits.mean(axis=1, keepdims=True))


def _counts(texts: Sequence[str]) -> Any:
    options = {"norm": None, "alternate_sign": False}
    words = HashingVectorizer(n_features=DIMENSIONS // 2, analyzer=words_and_pairs, **options)
    pieces = HashingVectorizer(
        n_features=DIMENSIONS // 2, preprocessor=folded, analyzer="char_wb", ngram_range=(3, 5), **options
    )
    return hstack([words.transform(texts), pieces.transform(texts)]).tocsr()


def _idf(counts: Any) -> NDArray[np.float32]:
    return np.asarray(TfidfTransformer(sublinear_tf=True).fit(counts).idf_, dtype=np.float32)


def _tfidf(counts: Any, idf: NDArray[np.float32]) -> Any:
    """Rows of length 1, words and pieces of words weighing the same."""
    rows = counts.astype(np.float64)
    rows.data = (1 + np.log(rows.data)) * idf[rows.indices]
    half = DIMENSIONS // 2
    return hstack([_unit(rows[:, :half]), 0.7 * _unit(rows[:, half:])]).tocsr()


def _unit(rows: Any) -> Any:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    return rows.multiply((1 / lengths)[:, None]).tocsr()
