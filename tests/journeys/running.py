"""An installation that really runs: site, worker and beat as processes of their own, on the servers that are named."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.__main__ import start
from demo.client import Client
from demo.processes import Processes


@dataclass
class Running:
    address: str
    password: str
    processes: Processes


@contextmanager
def running(environment: Mapping[str, str], folder: Path) -> Iterator[Running]:
    """The town hall of the demonstration at an address; leaving it fails where a process ended by itself."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    whole = {**environment, "SITE_URL": address, "LOG_LEVEL": "INFO"}
    founded = subprocess.run(
        [sys.executable, "-m", "tests.journeys.founding"],
        env=whole,
        capture_output=True,
        text=True,
        check=False,
    )
    assert founded.returncode == 0, founded.stderr
    processes = Processes(folder / "logs", whole)
    try:
        start(processes, port)
        assert Client(address).wait_until_up(90), processes.last_lines("web", 40)
        yield Running(address, founded.stdout, processes)
        dead = processes.dead()
        assert dead is None, processes.last_lines(dead, 40)
    finally:
        processes.stop()
