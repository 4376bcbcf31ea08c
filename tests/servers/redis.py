"""Redis of the system's package, in memory only."""

import shutil
import signal
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.servers import process

START_SECONDS = 30
STOP_SIGNAL = signal.SIGTERM
DATABASES = 64  # one for each process of a test run, with room


def launch(folder: Path) -> tuple[int, str]:
    """Launch the server in the empty `folder`; its process number and address."""
    program = shutil.which("redis-server")
    if not program:
        raise process.ServerError("Redis is missing: run ./dev test --all, which installs it")
    process.hand_over(folder)
    port = process.free_port()
    options = [
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--databases",
        str(DATABASES),
        "--dir",
        str(folder),
    ]
    pid = process.launch([program, *options, "--save", "", "--appendonly", "no"], folder)
    return pid, f"redis://127.0.0.1:{port}/0"


def answers(address: str) -> bool:
    try:
        return bool(Redis.from_url(address).ping())
    except RedisError:
        return False
