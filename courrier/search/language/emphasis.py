"""How much each word of a question says of what answers it.

What follows `quel` names the kind of answer (`quel est l'auteur de…`), which the text that answers rarely repeats;
words such as `se situe` and `nom` hold the question together; a name is what it is about.
"""

from __future__ import annotations

from collections.abc import Sequence

from courrier.search import analysis
from courrier.search.language.function_words import says_little
from courrier.search.weights import WEIGHTS

WHICH = frozenset({"quel", "quelle", "quels", "quelles"})
FURTHEST_ASKED = 5
"""Words after `quel` in which what is asked for is looked for: `quelle est donc la cause`."""

ASKING = frozenset(
    analysis.folded(
        """nom noms cas rapport lieu appelle appellent appelait nomme nomment nommait désigne désignent signifie
        signifient définit représente représentent consiste consistent compose composent comporte concerne concernent
        existe existent existait trouve trouvent trouvait situe situent situait possède possèdent porte portent
        passe passent agit va vont aller vient viennent venir arrive arrivé devient deviennent devenu devint
        permet permettent utilise sert servent servi faut veut veulent voulu vouloir donne donnent donné donner
        met mis mettre prend pris prendre dit dire réalise réalisé effectue effectué considéré considérée connu
        connue"""
    )
)
"""Words with which one asks, and verbs that say little by themselves."""


def emphasis(words: Sequence[str]) -> list[float]:
    """What the score of each of a sentence's `words`, in their order, is multiplied by."""
    folded = [" ".join(analysis.folded(word)) for word in words]
    asked = {asked_after(words, at) for at, word in enumerate(folded) if word in WHICH}
    return [
        (WEIGHTS.asked if at in asked else 1.0)
        * (WEIGHTS.asking if folded[at] in ASKING else 1.0)
        * (WEIGHTS.name if at and word[:1].isupper() else 1.0)
        for at, word in enumerate(words)
    ]


def asked_after(words: Sequence[str], which: int) -> int | None:
    """The place of the first telling word after `quel`, which is at `which`."""
    following = range(which + 1, min(which + 1 + FURTHEST_ASKED, len(words)))
    return next((at for at in following if not says_little(words[at])), None)
