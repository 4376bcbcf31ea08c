"""The letters of the demonstration, read from their TOML files with the truth that stands beside each."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

Split = Literal["demo", "held", "held2", "held3", "all"]
Layout = Literal[
    "citizen",
    "right",
    "note",
    "plain",
    "letterhead",
    "banner",
    "column",
    "official",
    "invoice",
    "form",
    "email",
]
Font = Literal["sans", "serif", "mono", "dejavu", "dejavu-serif", "condensed"]
Scanner = Literal[
    "gray200", "gray300", "color200", "color300", "bw200", "bw300", "fax", "photo", "jpeg", "tiff", "digital"
]

FOLDER = Path(__file__).parent / "letters"
SPLIT_FOLDERS: dict[str, Path] = {
    "demo": FOLDER,
    "held": FOLDER / "held",
    "held2": FOLDER / "held2",
    "held3": FOLDER / "held3",
}


class LetterError(Exception):
    """A letter's file is wrong; the message names the file and what to mend."""


@dataclass(frozen=True)
class Sender:
    """Who wrote. Empty where the letter does not say: phone in E.164, siret as 14 digits."""

    name: str
    email: str = ""
    phone: str = ""
    postcode: str = ""
    siret: str = ""


@dataclass(frozen=True)
class Reference:
    """A number the letter gives; kind is permit, invoice, iban, siret, registered, cadastre or file."""

    kind: str
    value: str


@dataclass(frozen=True)
class Truth:
    """What a careful clerk would enter for the letter."""

    department: str
    document_type: str
    sender: Sender
    subject: str
    subject_printed: bool
    keywords: tuple[str, ...]
    letter_date: date | None
    references: tuple[Reference, ...]
    registered: bool
    confidential: bool
    second_department: str | None
    deadline: date | None


@dataclass(frozen=True)
class Letter:
    """One letter: what is printed on it, how it looks, how it was scanned, and its truth."""

    id: str
    path: Path
    split: str
    traits: tuple[str, ...]
    layout: Layout
    font: Font
    size: float
    scanner: Scanner
    turn: int
    stamp: date | None
    parts: dict[str, str]
    truth: Truth

    def part(self, name: str) -> str:
        return self.parts.get(name, "")


PARTS = frozenset(
    {
        "letterhead",
        "sender",
        "recipient",
        "date_line",
        "registered_mark",
        "references_block",
        "object",
        "body",
        "signature",
        "annex",
        "footer",
        "title",
    }
)


def load_letters(split: Split = "all") -> list[Letter]:
    """The letters of one split, by name. `all` is demo and held, not the final sets `held2` and `held3`."""
    names = ("demo", "held") if split == "all" else (split,)
    letters = [read_letter(path) for name in names for path in sorted(SPLIT_FOLDERS[name].glob("*.toml"))]
    return sorted(letters, key=lambda letter: letter.id)


def read_letter(path: Path) -> Letter:
    """Read one file. Raises LetterError where a field is missing, unknown or of the wrong kind."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        letter = _letter(path, raw)
    except (KeyError, TypeError, ValueError) as error:
        raise LetterError(f"{path}: {error!r}") from error
    if raw:
        raise LetterError(f"{path}: unknown fields {', '.join(sorted(raw))}")
    return letter


def _letter(path: Path, raw: dict[str, Any]) -> Letter:
    return Letter(
        id=path.stem,
        path=path,
        split=str(raw.pop("split")),
        traits=tuple(raw.pop("traits", ())),
        layout=_choice(raw.pop("layout"), Layout),
        font=_choice(raw.pop("font"), Font),
        size=float(raw.pop("size", 11)),
        scanner=_choice(raw.pop("scanner"), Scanner),
        turn=int(raw.pop("turn", 0)),
        stamp=raw.pop("stamp", None),
        truth=_truth(raw.pop("truth")),
        parts={name: str(raw.pop(name)).strip("\n") for name in sorted(PARTS & raw.keys())},
    )


def _choice(value: str, kind: Any) -> Any:
    if value not in get_args(kind):
        raise ValueError(f"{value!r} is none of {', '.join(get_args(kind))}")
    return value


def _truth(raw: dict[str, Any]) -> Truth:
    return Truth(
        department=raw["department"],
        document_type=raw["document_type"],
        sender=Sender(**raw["sender"]),
        subject=raw["subject"],
        subject_printed=raw.get("subject_printed", True),
        keywords=tuple(raw.get("keywords", ())),
        letter_date=raw.get("letter_date"),
        references=tuple(Reference(**reference) for reference in raw.get("references", ())),
        registered=raw.get("registered", False),
        confidential=raw.get("confidential", False),
        second_department=raw.get("second_department"),
        deadline=raw.get("deadline"),
    )
