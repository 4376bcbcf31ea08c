"""Words that hold a French sentence together and say nothing of what it is about.

The stop words of the index are fewer: it keeps every word that may be looked for on its own. These are left out of a
query only, and only where it has other words.
"""

from __future__ import annotations

from courrier.search import analysis

ASKING = """quel quelle quels quelles qui que quoi quand combien comment pourquoi où dont lequel laquelle lesquels
lesquelles auquel duquel est-ce"""
BEING = """est a ont sont était étaient été être avoir avait avaient fut furent eu sera seront serait soit ait y
fait faire font peut peuvent pouvoir doit doivent"""
NAMING = "il elle ils elles on t se lui leur leurs celui celle ceux celles cela ce cet cette ces son sa ses"
JOINING = """contre entre depuis pendant afin lors selon si chez vers avant après comme aussi très plus moins ainsi donc
alors car mais ou ni or sous sur par pour avec sans dans dès jusque parmi hors voici voilà"""
COUNTING = "tous tout toute toutes autre autres chaque quelque quelques plusieurs un une"

FUNCTION_WORDS = frozenset(
    folded
    for words in (ASKING, BEING, NAMING, JOINING, COUNTING)
    for word in words.split()
    for folded in analysis.folded(word)
)


def says_little(word: str) -> bool:
    """Whether `word` is one of these, or a stop word of the index."""
    folded = analysis.folded(word)
    return not analysis.stems(word) or (bool(folded) and all(each in FUNCTION_WORDS for each in folded))
