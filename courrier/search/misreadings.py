"""What a bad scan makes of a word: letters that look like two others, which an edit distance of one does not reach."""

from __future__ import annotations

LOOK_ALIKE = (
    ("m", "rn"), ("m", "nn"), ("m", "in"), ("m", "ni"), ("m", "iii"), ("d", "cl"), ("w", "vv"), ("n", "ri"),
    ("u", "ii"), ("u", "li"), ("h", "li"), ("k", "lc"), ("b", "lo"), ("g", "cj"), ("nt", "m"), ("fi", "h"),
    ("mm", "nun"), ("mm", "rnm"), ("mm", "mrn"), ("tt", "n"), ("ll", "u"), ("rm", "nn"), ("rt", "n"),
)  # fmt: skip
MOST = 40


def misreadings(word: str) -> list[str]:
    """What `word`, folded, may have become by one such confusion in one place, or what it may have been; at most 40."""
    found: dict[str, None] = {}
    for one, other in LOOK_ALIKE:
        for true, read in ((one, other), (other, one)):
            at = word.find(true)
            while at >= 0:
                found.setdefault(word[:at] + read + word[at + len(true) :])
                at = word.find(true, at + 1)
    found.pop(word, None)
    return list(found)[:MOST]
