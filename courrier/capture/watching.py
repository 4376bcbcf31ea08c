"""Letters that a scanner drops into a folder of the organisation."""

from __future__ import annotations

import fcntl
import logging
import os
import stat
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from courrier.capture.filing import file_as_done, file_as_refused
from courrier.capture.looks import Looks, Shape
from courrier.mail.models import Channel
from courrier.mail.registration import Refused, Upload
from courrier.organisations.models import Organisation
from workflows.reception import receive

logger = logging.getLogger(__name__)

SETTLED = 5.0
"""Seconds without change after which a file is taken."""

PATIENCE = 120.0
"""Seconds without change after which a file without an end is refused: scanners pause between two pages."""

UNFINISHED = ("empty", "truncated")
DEPTH = 5
LOCK = ".verrou"
NOT_LETTERS = ("thumbs.db", "desktop.ini")
UNDER_WAY = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload")

Tally = Counter[str]
"""How many files went where: `received`, `duplicate`, `refused`, `waiting`, `error`."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One look at one folder."""

    organisation: Organisation
    folder: Path
    settled: float
    patience: float


def watch_all(settled: float = SETTLED, patience: float = PATIENCE) -> Tally:
    """Look once into the folder of every organisation, `SCAN_FOLDER/<slug>`, made where it is missing."""
    tally: Tally = Counter()
    for organisation in Organisation.objects.all():
        folder = Path(settings.SCAN_FOLDER) / organisation.slug
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tally += look(Watch(organisation, folder, settled, patience))
        except OSError:
            logger.exception("the scan folder %s cannot be used", folder)
            tally["error"] += 1
    return tally


def look(watch: Watch) -> Tally:
    """Take what is ready in one folder; nothing where another worker is already there."""
    tally: Tally = Counter()
    with alone_in(watch.folder) as alone:
        if not alone:
            return tally
        looks, now = Looks(watch.folder), time.time()
        for path in candidates(watch.folder):
            tally[take_safely(watch, path, looks, now)] += 1
        looks.keep()
    return tally


@contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Whether this process alone looks into the folder. Only saves work: a letter is taken once in any case,
    because the register knows its bytes. The system opens the lock of a process that dies.
    """
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)


def candidates(folder: Path) -> Iterator[Path]:
    """What may be a letter, in order of names, subfolders included; hidden and half-copied files are left alone."""
    for place, folders, files in os.walk(folder, onerror=report):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(each for each in folders if not each.startswith(".")) if depth < DEPTH else []
        for name in sorted(files):
            lower = name.lower()
            if name.startswith((".", "~")) or lower in NOT_LETTERS or lower.endswith(UNDER_WAY):
                continue
            yield Path(place) / name


def report(error: OSError) -> None:
    logger.error("part of the scan folder cannot be read: %s", error)


def take_safely(watch: Watch, path: Path, looks: Looks, now: float) -> str:
    """What became of one file. Trouble with one leaves it where it is, for the next look, and the others go on."""
    try:
        return take(watch, path, looks, now)
    except FileNotFoundError:
        return "gone"
    except Exception:
        logger.exception("%r of the scan folder is left for the next look", str(path))
        return "error"


def take(watch: Watch, path: Path, looks: Looks, now: float) -> str:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        file_as_refused(
            path, watch.folder, _("Ceci n'est pas un fichier ordinaire : déposez le fichier lui-même.")
        )
        return "refused"
    shape = Shape.of(status)
    age = looks.unchanged_for(str(path.relative_to(watch.folder)), shape, now)
    if age < watch.settled:
        return "waiting"
    try:
        number, outcome = received(watch.organisation, path, shape)
    except Changed:
        return "waiting"
    except Refused as refusal:
        if refusal.code in UNFINISHED and age < watch.patience:
            return "waiting"
        file_as_refused(path, watch.folder, refusal.message)
        logger.warning("%r of the scan folder was refused: %s", str(path), refusal.code)
        return "refused"
    file_as_done(path, watch.folder, number)
    return outcome


class Changed(Exception):
    """The file was written to while it was being taken; what came after is taken at a later look."""


def received(organisation: Organisation, path: Path, shape: Shape) -> tuple[str, str]:
    """The register number of the file's letter, and whether it is `received` now or was there (`duplicate`)."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if Shape.of(os.fstat(descriptor)) != shape:
            raise Changed
        upload = Upload(name=written(path.name), file=file, channel=Channel.FOLDER)
        try:
            number, outcome = receive(organisation, upload, None).number, "received"
        except Refused as refusal:
            if refusal.mail is None:
                raise
            number, outcome = refusal.mail.number, "duplicate"
        if Shape.of(os.fstat(descriptor)) != shape:
            raise Changed
    return number, outcome


def written(name: str) -> str:
    """The name as text that a database takes; bytes that are not UTF-8 become question marks."""
    return os.fsencode(name).decode("utf-8", "replace")
