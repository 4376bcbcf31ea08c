"""PostgreSQL of the system's package, in a cluster of its own that gives up safety for speed."""

import shutil
import signal
from pathlib import Path

import psycopg

from tests.servers import process

USER = "courrier"
START_SECONDS = 60
STOP_SIGNAL = signal.SIGINT  # "fast" shutdown: does not wait for clients to leave
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
}


def programs() -> Path:
    """The folder of the newest installed PostgreSQL. Raises ServerError where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    raise process.ServerError("PostgreSQL is missing: run ./dev test --all, which installs it")


def launch(folder: Path) -> tuple[int, str]:
    """Launch the server in the empty `folder`; its process number and address."""
    process.hand_over(folder)
    data = folder / "data"
    new_cluster = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    process.run([programs() / "initdb", "-D", data, "-U", USER, *new_cluster], folder)
    port = process.free_port()
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    pid = process.launch(
        [programs() / "postgres", "-D", data, "-p", str(port), "-k", folder, *options], folder
    )
    return pid, f"postgresql://{USER}@127.0.0.1:{port}/postgres"


def answers(address: str) -> bool:
    try:
        with psycopg.connect(address, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False
