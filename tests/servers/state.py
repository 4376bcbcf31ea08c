"""Which servers run, written down in ./var/servers so that another command finds and stops them."""

import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.servers.process import runs

FILE = Path(__file__).resolve().parents[2] / "var" / "servers" / "running.json"


@dataclass(frozen=True)
class Running:
    """One started server: its process number, its address and the folder that goes when it stops."""

    pid: int
    address: str
    folder: str

    @property
    def alive(self) -> bool:
        return runs(self.pid, Path(self.folder))


def read() -> dict[str, Running]:
    """The servers written down, dead ones too."""
    if not FILE.exists():
        return {}
    return {name: Running(**entry) for name, entry in json.loads(FILE.read_text()).items()}


def write(servers: dict[str, Running]) -> None:
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps({name: asdict(server) for name, server in servers.items()}, indent=1))


def new_folder(name: str) -> Path:
    """An empty folder that the servers' user can enter, outside the clone: a home may be closed to it."""
    folder = Path(tempfile.mkdtemp(prefix=f"courrier-{name}-")).resolve()
    folder.chmod(0o755)
    return folder


def remove(folder: Path) -> None:
    """Take a stopped server's folder away, data and log with it."""
    shutil.rmtree(folder, ignore_errors=True)
