"""Real processes look into one folder at once, and one is killed: every scan is a letter, once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import build

ROOT = Path(__file__).resolve().parents[2]
SCANS = 24

MAKE = """
from courrier.organisations.models import Organisation
Organisation.objects.create(slug="cazalis", name="Mairie de Cazalis")
"""
COUNT = """
import json
from courrier.mail.models import Document, Mail
print(json.dumps({
    "letters": Mail.objects.count(),
    "numbers": sorted(Mail.objects.values_list("sequence", flat=True)),
    "files": sorted(Document.objects.values_list("name", flat=True)),
}))
"""
# Without the lock of the folder, as on two machines over a network share that keeps no locks.
WITHOUT_LOCK = """
import fcntl
fcntl.flock = lambda *_: None
from courrier.capture.watching import watch_all
for _ in range(2):
    watch_all(settled=0.0)
"""


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment)


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.timeout(300)
def test_looks_that_crowd_and_die_take_each_scan_once(installation: dict[str, str]) -> None:
    folder = Path(installation["DATA_DIR"]) / "scans" / "cazalis"
    manage(installation, "migrate", "-v0")
    manage(installation, "shell", "-v0", "-c", MAKE)
    folder.mkdir(parents=True)
    for number in range(SCANS):
        (folder / f"scan-{number:02}.pdf").write_bytes(build.pdf(f"Courrier {number}"))
    crowd = [start(installation, "shell", "-v0", "-c", WITHOUT_LOCK) for _ in range(3)]
    until_filed(folder, 5)
    crowd[0].send_signal(signal.SIGKILL)
    assert [each.wait() for each in crowd][1:] == [0, 0]
    print(manage(installation, "watch_folders", "--once"))
    found = json.loads(manage(installation, "shell", "-v0", "-c", COUNT))
    assert found["letters"] == SCANS
    assert found["numbers"] == list(range(1, SCANS + 1))
    assert found["files"] == [f"scan-{number:02}.pdf" for number in range(SCANS)]
    filed = [path for path in (folder / ".traites").iterdir() if path.stat().st_size]
    assert len(filed) == SCANS
    assert not (folder / ".refuses").exists()


def until_filed(folder: Path, count: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        done = folder / ".traites"
        if done.exists() and len(os.listdir(done)) >= count:
            return
        time.sleep(0.02)
    raise AssertionError("nothing was filed")
