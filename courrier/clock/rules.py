"""The delays of the law as data: `rules.toml`, and what the administrator changes in a file of the data folder."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.conf import settings

from courrier.clock.months import Length

logger = logging.getLogger(__name__)

SHIPPED = Path(__file__).with_name("rules.toml")
LOCAL = "delais.toml"
"""The administrator's file, in the data folder: its entries replace those of the same code and add others."""


class RuleError(Exception):
    """A file of rules is wrong; the message, in French, names the file, the entry and what to do."""


class Silence(StrEnum):
    NONE = ""
    ACCEPTANCE = "acceptation"
    REFUSAL = "refus"


class Starts(StrEnum):
    """Whose reception starts the delay, where a letter first went to another administration (CRPA, L114-3)."""

    FIRST_ASKED = "first_asked"
    COMPETENT = "competent"


class Missing(StrEnum):
    """What asking the sender for missing documents does to the delay."""

    NOTHING = "nothing"
    SUSPENDS = "suspends"  # CRPA, L114-5: for the time given, or until the documents come
    STARTS_ON_ARRIVAL = "starts_on_arrival"  # CRPA, L114-5: the delay runs from their arrival
    PERMIT = "permit"  # Code de l'urbanisme, R*423-38 to R*423-41
    PREEMPTION = "preemption"  # Code de l'urbanisme, L213-2: suspended, then a month at least
    NEW_DELAY = "new_delay"  # Code de la commande publique, R2192-27 to R2192-29: once, then anew


@dataclass(frozen=True, slots=True)
class Rule:
    """One delay of the law.

    `types` are the codes of the document types it is taken for; `cerfa` the numbers of the forms that tell it from
    the other rules of its type. `next_working_day` is the article by which its end moves to the next working day,
    "" where none does. A rule that is not `sure` shows no date to anyone; `checked` says against which copy of the
    text it was read.
    """

    code: str
    name: str
    article: str
    length: Length
    silence: Silence = Silence.NONE
    means: str = ""
    starts: Starts = Starts.COMPETENT
    missing: Missing = Missing.NOTHING
    next_working_day: str = ""
    types: tuple[str, ...] = ()
    cerfa: tuple[str, ...] = ()
    acknowledged: bool = True
    remedy: str = ""
    checked: str = ""
    sure: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """A lengthening the administration may notify: `adds` to the delay, or sets it `to` a length.

    It counts only if notified within `notified_within` of reception. Several do not add up: the longest counts.
    """

    code: str
    name: str
    article: str
    rules: tuple[str, ...]
    adds: Length = field(default_factory=Length)
    to: Length | None = None
    notified_within: Length | None = None
    sure: bool = True
    note: str = ""

    def lengthened(self, length: Length) -> Length:
        return self.to or length.and_also(self.adds)


@dataclass(frozen=True)
class Law:
    """Rules and extensions by code, in the order of the files; `own` are codes that the administrator wrote."""

    rules: Mapping[str, Rule]
    extensions: Mapping[str, Extension]
    own: frozenset[str] = frozenset()

    def rules_of(self, type_code: str) -> tuple[Rule, ...]:
        """The rules a document of this type may fall under; several where the type alone does not say which."""
        return tuple(rule for rule in self.rules.values() if type_code and type_code in rule.types)

    def extensions_of(self, rule: Rule) -> tuple[Extension, ...]:
        return tuple(each for each in self.extensions.values() if rule.code in each.rules and each.sure)


def law() -> Law:
    """The rules as shipped with the administrator's own; read again when that file changes.

    A wrong file of the administrator is set aside whole, and the log says why: letters go on being taken in.
    `manage.py check` says it too.
    """
    local = Path(settings.DATA_DIR) / LOCAL
    modified = local.stat().st_mtime_ns if local.exists() else 0
    try:
        return read_law(local, modified)
    except RuleError as error:
        complain_once(str(error), modified)
        return read_law(local, 0)


@lru_cache(maxsize=4)
def complain_once(problem: str, modified: int) -> None:
    logger.error("%s Le fichier %s (version %d) est laissé de côté.", problem, LOCAL, modified)


@lru_cache(maxsize=4)
def read_law(local: Path, modified: int) -> Law:
    """The shipped rules, with those of `local` where it was ever modified (0: no such file). Raises RuleError."""
    files = [SHIPPED, local] if modified else [SHIPPED]
    rules: dict[str, Rule] = {}
    extensions: dict[str, Extension] = {}
    own: set[str] = set()
    for file in files:
        data = read(file)
        if file == local:
            own |= {str(entry.get("code")) for entry in (*data.get("rule", []), *data.get("extension", []))}
        rules |= {each.code: each for each in map_entries(file, data.get("rule", []), rule_from)}
        extensions |= {
            each.code: each for each in map_entries(file, data.get("extension", []), extension_from)
        }
    for extension in extensions.values():
        if strange := set(extension.rules) - set(rules):
            raise RuleError(
                f"Extension « {extension.code} » : règles inconnues {', '.join(sorted(strange))}."
            )
    return Law(MappingProxyType(rules), MappingProxyType(extensions), frozenset(own))


def read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise RuleError(f"{file.name} ne se lit pas : {error}") from error


def map_entries(file: Path, entries: Iterable[dict[str, Any]], make: Any) -> Iterable[Any]:
    for entry in entries:
        try:
            yield make(entry)
        except (KeyError, TypeError, ValueError) as error:
            raise RuleError(f"{file.name}, entrée « {entry.get('code', '?')} » : {error}") from error


def rule_from(entry: dict[str, Any]) -> Rule:
    check_keys(entry, Rule)
    return Rule(
        **entry
        | {
            "length": Length.parse(entry["length"]),
            "silence": Silence(entry.get("silence", "")),
            "starts": Starts(entry.get("starts", Starts.COMPETENT)),
            "missing": Missing(entry.get("missing", Missing.NOTHING)),
            "types": tuple(entry.get("types", ())),
            "cerfa": tuple(entry.get("cerfa", ())),
        }
    )


def extension_from(entry: dict[str, Any]) -> Extension:
    check_keys(entry, Extension)
    if ("adds" in entry) == ("to" in entry):
        raise ValueError("donnez « adds » ou « to », l'un des deux")
    lengths = {key: Length.parse(entry[key]) for key in ("adds", "to", "notified_within") if key in entry}
    return Extension(**entry | lengths | {"rules": tuple(entry["rules"])})


def check_keys(entry: dict[str, Any], kind: type[Rule] | type[Extension]) -> None:
    known = {each.name for each in fields(kind)}
    if strange := set(entry) - known:
        raise ValueError(f"clés inconnues {', '.join(sorted(strange))}")
    for key in ("code", "name", "article"):
        if not str(entry[key]).strip():
            raise ValueError(f"« {key} » est vide")
