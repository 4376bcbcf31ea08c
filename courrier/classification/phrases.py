"""The turns of phrase of each document type, learned from the sentences that come with the taxonomy."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import FeatureUnion, make_union

from courrier.classification.parts import Zone
from courrier.classification.spelling import folded, stems
from courrier.classification.taxonomy.catalogue import Taxonomy
from courrier.classification.zones import Letter

LONGEST = 1500
"""Characters of a body that are looked at: what a letter wants is said early."""


def words_and_pairs(text: str) -> list[str]:
    words = stems(text)
    return words + [f"{one}_{other}" for one, other in itertools.pairwise(words)]


def text_of(letter: Letter) -> str:
    """What a model reads of a letter: its object twice, then what it says."""
    heading = " ".join(line.text for line in letter.of(Zone.OBJECT))
    body = " ".join(line.text for line in letter.of(Zone.BODY, Zone.CLOSING))
    return f"{heading} . {heading} . {body[:LONGEST]}"


class PhraseModel:
    """Naive Bayes over words, pairs of words and pieces of words."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        texts, codes = [], []
        for kind in taxonomy.kinds:
            words = " . ".join(" ".join(term.stems).rstrip("*") for term in kind.terms if term.weight > 0)
            for text in (*kind.phrases, f"{kind.name} . {words}"):
                texts.append(text)
                codes.append(kind.code)
        self.features: FeatureUnion = make_union(
            TfidfVectorizer(analyzer=words_and_pairs, sublinear_tf=True),
            TfidfVectorizer(preprocessor=folded, analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
        )
        self.model = MultinomialNB(alpha=0.05, fit_prior=False)
        self.model.fit(self.features.fit_transform(texts), codes)
        self.codes: tuple[str, ...] = tuple(self.model.classes_)

    def log_shares(self, text: str) -> dict[str, float]:
        """The logarithm of each type's probability."""
        found: NDArray[np.float64] = self.model.predict_log_proba(self.features.transform([text]))[0]
        return dict(zip(self.codes, found.tolist(), strict=True))


@lru_cache(maxsize=8)
def phrases_of(taxonomy: Taxonomy) -> PhraseModel:
    return PhraseModel(taxonomy)
