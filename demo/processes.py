"""The processes of an installation on one machine: web, worker and beat, started together and stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

PATIENCE = 20.0
"""Seconds a process may take to end in peace."""


class Processes:
    """Child processes with their output in files, each in a group of its own."""

    def __init__(self, log_dir: Path, environment: Mapping[str, str]) -> None:
        self.log_dir = log_dir
        self.environment = {**os.environ, **environment}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.logs: list[IO[bytes]] = []
        log_dir.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: Sequence[str]) -> None:
        log = (self.log_dir / f"{name}.log").open("ab")
        self.logs.append(log)
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def dead(self) -> str | None:
        """The name of a process that ended by itself, or None."""
        return next((name for name, each in self.running.items() if each.poll() is not None), None)

    def last_lines(self, name: str, count: int = 15) -> str:
        lines = (self.log_dir / f"{name}.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-count:])

    def stop(self) -> None:
        """Ask all to end, wait, and end those that do not."""
        for process in self.running.values():
            signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                signal_group(process, signal.SIGKILL)
                process.wait()
        for log in self.logs:
            log.close()
        self.running.clear()


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal the process alone when it is to end in peace, since it ends its own children; else its whole group."""
    if process.poll() is not None:
        return
    if number == signal.SIGTERM:
        process.terminate()
    else:
        os.killpg(process.pid, number)
