"""The names of the cleaning steps, so that a benchmark can leave any of them out."""

PERSPECTIVE = "perspective"
RIM = "rim"
TURN = "turn"
SKEW = "skew"
SCALE = "scale"
LIGHT = "light"
LEVELS = "levels"
STAMP = "stamp"
FLIP = "flip"
AGAIN = "again"
RULES = "rules"
"""Read underlined writing that is in doubt once more without its underlining."""
CROP = "crop"
"""Lay a sheet flat even where it fills the picture: another try at pages that were read badly."""

ALL = frozenset((PERSPECTIVE, RIM, TURN, SKEW, SCALE, LIGHT, LEVELS, STAMP, FLIP, AGAIN, RULES))
NONE: frozenset[str] = frozenset()
