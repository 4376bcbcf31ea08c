"""Starts an external program within limits of time, memory and file size, and ends it for sure."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ocr.errors import ProgramMissing

MEBIBYTE = 1024 * 1024
_STDERR_KEPT = 2000


class ProgramError(Exception):
    """The program refused its input, ran out of memory or was ended by a signal. One page's trouble."""


class ProgramTimeout(ProgramError):
    """The program did not end in its time and was killed."""


def run(
    command: Sequence[str | Path],
    *,
    stdin: bytes | None = None,
    seconds: float,
    memory: int = 2048 * MEBIBYTE,
    file_size: int = 512 * MEBIBYTE,
    folder: Path | None = None,
) -> bytes:
    """Run `command`, give it `stdin`, return what it wrote to stdout.

    Raises ProgramTimeout after `seconds`, ProgramError where it ends with anything but 0, ProgramMissing
    where it is not installed. `memory` bounds the address space, `file_size` each file it writes, both in
    bytes.
    """
    name = Path(command[0]).name
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise ProgramMissing(f"The program {name} is not installed.") from error
    try:
        _limit(process.pid, memory, file_size, seconds)
        out, err = process.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise ProgramTimeout(f"{name} did not end within {seconds:.0f} s.") from error
    finally:
        _end(process)
    if process.returncode != 0:
        said = err[-_STDERR_KEPT:].decode("utf-8", "replace").strip()
        raise ProgramError(f"{name} ended with {process.returncode}: {said}")
    return out


def _environment(folder: Path | None) -> dict[str, str]:
    """One thread per program: two tesseract processes with two threads each are 2.4 times slower than with
    one."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}
    if folder is not None:
        environment["TMPDIR"] = str(folder)
    return environment


def _limit(pid: int, memory: int, file_size: int, seconds: float) -> None:
    """Set from outside: a preexec_fn is not safe where threads run."""
    cpu = int(seconds) + 5
    with contextlib.suppress(ProcessLookupError):
        for kind, most in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_FSIZE, file_size),
            (resource.RLIMIT_CPU, cpu),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.prlimit(pid, kind, (most, most))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
