"""Codes that people type: no letter looks like a digit, case and spaces do not count, and a slip is seen at once.

Crockford's alphabet (https://www.crockford.com/base32.html), five bits a character, with two characters of check: the
value modulo 1021, a prime, so that one wrong character or two neighbours exchanged never pass.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK = 1021
READ_AS = str.maketrans("OIL", "011")
"""What people write for what they see."""


def encoded(value: int, length: int) -> str:
    """`value`, below 32 to the power of `length`, as `length` characters and two of check."""
    return characters(value, length) + characters(value % CHECK, 2)


def characters(number: int, places: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(places)))


def new_code(length: int = 26) -> str:
    """A code nobody guesses: 130 bits where `length` is 26."""
    return encoded(secrets.randbits(5 * length), length)


def as_typed(text: str) -> str:
    """What was typed as it would be stored, without what separates; right or wrong."""
    return "".join(each for each in text.upper().translate(READ_AS) if each.isalnum())[:64]


def is_whole(code: str) -> bool:
    """Whether the check of a code that went through `as_typed` is right."""
    if len(code) < 3 or any(each not in ALPHABET for each in code):
        return False
    value = 0
    for each in code[:-2]:
        value = value << 5 | ALPHABET.index(each)
    return encoded(value, len(code) - 2) == code


def in_groups(code: str) -> str:
    """As it is shown: four characters at a time."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
