"""The expected table of rights: role × where the letter is × how confidential × which people may know, read and act.

It is written from what a town hall wants, not from the code: a test that finds another answer has found a fault in
one of the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.rights.town import Letter

ANONYMOUS, NOWHERE = "anonymous", "nowhere"
ROLES = (
    ANONYMOUS,
    NOWHERE,  # an account without any function
    "reception",
    "agent",  # of URB; holds its personal letters
    "colleague",  # another agent of URB
    "manager",  # of URB and of SUB below it
    "reader",  # of URB
    "direction",
    "elected",
    "administrator",
    "archivist",
    "stranger",  # general direction and reception of another collectivité
)
MEMBERS = frozenset(ROLES) - {ANONYMOUS, NOWHERE}

STAGES = (
    "received", "reading", "failed", "to_qualify", "to_dispatch",
    "pending", "accepted", "signing", "closed", "cancelled",
)  # fmt: skip
"""Its state, where in progress is three: to be taken, in hand, its reply in the signature book."""

DESK = frozenset({"received", "reading", "failed", "to_qualify", "to_dispatch"})
IN_HAND = frozenset({"accepted", "signing"})
PLACES = ("own", "subtree", "other", "elsewhere")
CONFIDENTIALITIES = ("normal", "restricted", "personal")

KEEPERS = frozenset({"reception", "direction", "archivist"})
"""Who keeps the register: number, dates and state of every letter."""

READERS = {
    "normal": KEEPERS,
    "restricted": frozenset({"direction"}),
    "personal": frozenset[str](),
}
"""Who reads wherever in the collectivité the letter is."""

INBOX = {
    "own": frozenset({"agent", "colleague", "manager", "reader"}),
    "subtree": frozenset({"manager"}),
    "other": frozenset[str](),
}
"""Whose inbox a letter of that place is in, for reading."""

AGENTS = {
    "own": frozenset({"agent", "colleague", "manager"}),
    "subtree": frozenset({"manager"}),
    "other": frozenset[str](),
}
"""Who works in the department that has it."""


def holder(letter: Letter) -> str:
    """The role that has a personal letter in hand; "" for nobody of ROLES."""
    held = letter.stage in IN_HAND | {"closed"}
    return "agent" if letter.confidentiality == "personal" and held and letter.place == "own" else ""


def reads(role: str, letter: Letter) -> bool:
    """What the letter says: its pages, subject, sender, notes, replies."""
    if letter.confidentiality == "personal":
        return role == holder(letter)
    if letter.place == "elsewhere":
        return role == "stranger"
    if letter.stage in DESK and role == "reception":
        return True
    if letter.stage == "signing" and role == "elected":
        return True
    had_by_department = letter.assignment is not None and role in INBOX[letter.place]
    return role in READERS[letter.confidentiality] or had_by_department


def lists(role: str, letter: Letter) -> bool:
    """Its line in the register: number, dates, state."""
    keepers = {"stranger"} if letter.place == "elsewhere" else KEEPERS
    return role in keepers or reads(role, letter)


def knows(role: str, letter: Letter) -> bool:
    """That there is such a number: in the register, or in one's inbox, be it not to be opened."""
    inbox = letter.assignment is not None and role in INBOX.get(letter.place, frozenset())
    return lists(role, letter) or inbox


def acts(role: str, letter: Letter) -> bool:
    """Does something with it in its department: those who work there, and the general direction in their place."""
    if letter.confidentiality == "personal" and letter.stage in IN_HAND:
        return role == holder(letter)
    if letter.place == "elsewhere":
        return role == "stranger" and letter.confidentiality != "personal"
    direction = role == "direction" and letter.confidentiality != "personal"
    return role in AGENTS[letter.place] or direction


def handles(role: str, letter: Letter) -> bool:
    """Acts on it and reads it: what is done from the letter's own page."""
    return acts(role, letter) and reads(role, letter)


def keeps_desk(role: str, letter: Letter) -> bool:
    """Reception, and the general direction in its place, for every letter of the register."""
    return role in ({"stranger"} if letter.place == "elsewhere" else {"reception", "direction"})


def qualifies(role: str, letter: Letter) -> bool:
    """As `receives`, and a personal letter unopened where it waits for reception."""
    sealed = letter.confidentiality == "personal" and letter.stage in {"failed", "to_qualify"}
    return keeps_desk(role, letter) and (sealed or reads(role, letter))


def receives(role: str, letter: Letter) -> bool:
    """As `keeps_desk`, where the letter's content is shown or is needed."""
    return keeps_desk(role, letter) and reads(role, letter)


def writes(role: str, letter: Letter) -> bool:
    """Notes on it: all who read it but those who only look."""
    return reads(role, letter) and role not in {"archivist", "reader"}


def signs(role: str, letter: Letter) -> bool:
    """The elected member signs what waits for it."""
    return role == "elected" and reads(role, letter)
