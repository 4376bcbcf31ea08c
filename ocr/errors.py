"""What can go wrong with a whole document. Trouble with one page is a warning of that page instead."""

from __future__ import annotations


class ReadError(Exception):
    """The document cannot be read at all.

    `code` is stable and meant for programs, `str(error)` is one English sentence, `exit_code` is what
    `python -m ocr` ends with.
    """

    code = "failed"
    exit_code = 1


class Empty(ReadError):
    code = "empty"
    exit_code = 2


class NotSupported(ReadError):
    code = "not_supported"
    exit_code = 2


class Truncated(ReadError):
    code = "truncated"
    exit_code = 2


class Encrypted(ReadError):
    code = "encrypted"
    exit_code = 8


class NoPages(ReadError):
    code = "no_pages"
    exit_code = 2


class TooManyPages(ReadError):
    code = "too_many_pages"
    exit_code = 7


class TooLarge(ReadError):
    code = "too_large"
    exit_code = 7


class Bomb(ReadError):
    code = "bomb"
    exit_code = 7


class Failed(ReadError):
    code = "failed"
    exit_code = 1


class TimedOut(ReadError):
    code = "timeout"
    exit_code = 5


class ProgramMissing(Failed):
    """tesseract or poppler is not installed, or a language of tesseract's is not."""

    exit_code = 3
