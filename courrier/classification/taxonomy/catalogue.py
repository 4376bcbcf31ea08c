"""The taxonomy as read from its files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from courrier.classification.spelling import folded, stem, stems

FOLDER = Path(__file__).parent
WEIGHTS = {"certain": 6.0, "strong": 3.0, "usual": 1.0, "against": -3.0}
"""What one mention in the body counts for a type, by the list its term stands in."""


class TaxonomyError(Exception):
    """A file of the taxonomy is wrong; the message names the file and the entry."""


@dataclass(frozen=True, slots=True)
class Term:
    """Stems that follow each other; a last stem ending in `*` stands for every word that begins so."""

    stems: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class DocumentKind:
    """One document type of the taxonomy. Delays as in `types.toml`."""

    code: str
    name: str
    department: str
    delay_days: int = 15
    silence: str = ""
    legal_delay: str = ""
    article: str = ""
    retention_years: int = 5
    terms: tuple[Term, ...] = ()
    phrases: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Taxonomy:
    """Kinds by code, in the order of the file, and the words that name each department."""

    kinds: tuple[DocumentKind, ...]
    department_words: tuple[tuple[str, tuple[Term, ...]], ...] = ()

    @cached_property
    def by_code(self) -> dict[str, DocumentKind]:
        return {kind.code: kind for kind in self.kinds}

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """Codes of the departments that handle some kind."""
        return tuple(dict.fromkeys(kind.department for kind in self.kinds if kind.department))

    def adapted(self, names: dict[str, str], departments: dict[str, str]) -> Taxonomy:
        """The taxonomy as one organisation uses it: the codes it has, with its names and usual departments.

        A code the taxonomy does not know gets the words of its name as vocabulary.
        """
        kinds = []
        for code, name in names.items():
            known = self.by_code.get(code) or DocumentKind(code, name, "", terms=terms_of_name(name))
            kinds.append(replace(known, name=name, department=departments.get(code, "")))
        return replace(self, kinds=tuple(kinds))


def term(text: str, weight: float) -> Term:
    """Read a term as written in a vocabulary: words, the last one perhaps ending in `*`."""
    text = text.strip()
    found = stems(text.rstrip("*"))
    if not found:
        raise TaxonomyError(f"{text!r} holds no word that could be found in a letter")
    if text.endswith("*"):
        last = folded(text.rstrip("*")).split()[-1].split("'")[-1]
        found[-1] = last + "*"
    return Term(tuple(found), weight)


def terms_of_name(name: str) -> tuple[Term, ...]:
    whole = stems(name)
    single = [Term((word,), WEIGHTS["strong"]) for word in whole if len(word) >= 4]
    return (*([Term(tuple(whole), WEIGHTS["certain"])] if len(whole) > 1 else []), *single)


def read_taxonomy(folder: Path) -> Taxonomy:
    """Read `types.toml`, `vocabulary/*.toml` and `phrases/*.toml`. Raises TaxonomyError where an entry is wrong."""
    rows: list[dict[str, Any]] = _toml(folder / "types.toml")["type"]
    kinds = {row["code"]: DocumentKind(**row) for row in rows}
    words: list[tuple[str, tuple[Term, ...]]] = []
    for path in sorted((folder / "vocabulary").glob("*.toml")):
        for code, entry in _toml(path).items():
            if code == "departments":
                words.extend(
                    (name, tuple(term(text, 1.0) for text in texts)) for name, texts in entry.items()
                )
                continue
            if code not in kinds:
                raise TaxonomyError(f"{path.name}: {code} is no type of types.toml")
            kinds[code] = replace(kinds[code], terms=tuple(_terms(entry, f"{path.name}: {code}")))
    for path in sorted((folder / "phrases").glob("*.toml")):
        for code, phrases in _toml(path).items():
            if code not in kinds:
                raise TaxonomyError(f"{path.name}: {code} is no type of types.toml")
            kinds[code] = replace(kinds[code], phrases=tuple(phrases))
    return Taxonomy(tuple(kinds.values()), tuple(words))


def _terms(entry: dict[str, Any], where: str) -> Iterable[Term]:
    if unknown := entry.keys() - WEIGHTS.keys():
        raise TaxonomyError(f"{where}: unknown lists {', '.join(sorted(unknown))}")
    for name, weight in WEIGHTS.items():
        for text in entry.get(name, ()):
            yield term(text, weight)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TaxonomyError(f"{path}: {error}") from error


@lru_cache(maxsize=1)
def town_hall() -> Taxonomy:
    """The taxonomy that comes with Courrier."""
    return read_taxonomy(FOLDER)


__all__ = [
    "FOLDER",
    "DocumentKind",
    "Taxonomy",
    "TaxonomyError",
    "Term",
    "read_taxonomy",
    "stem",
    "term",
    "town_hall",
]
