"""Archives from Maven's central repository, kept in the cache."""

import hashlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.cache import cache_folder, only_one
from tests.servers.process import ServerError


@dataclass(frozen=True)
class Artifact:
    """One published file and the SHA-256 it must have."""

    group: str
    name: str
    version: str
    kind: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.group}:{self.name}:{self.version}:{self.kind}"

    def file_in(self, repository: Path) -> Path:
        folder = repository.joinpath(*self.group.split("."), self.name, self.version)
        return folder / f"{self.name}-{self.version}.{self.kind}"


def fetch(artifact: Artifact) -> Path:
    """The local file of an artifact, downloaded at the first call. Raises ServerError on another SHA-256."""
    repository = cache_folder() / "maven"
    file = artifact.file_in(repository)
    with only_one("maven"):
        if not file.exists():
            _download(artifact, repository)
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != artifact.sha256:
            file.unlink()
            raise ServerError(f"{artifact}: SHA-256 is {found}, expected {artifact.sha256}")
    return file


def _download(artifact: Artifact, repository: Path) -> None:
    if not shutil.which("mvn"):
        raise ServerError("Maven is missing: run ./dev test --all, which installs it")
    command = [
        "mvn", "-q", "-B", f"-Dmaven.repo.local={repository}", "-Dtransitive=false",
        f"-Dartifact={artifact}", "dependency:get",
    ]  # fmt: skip
    for last in (False, False, True):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if not done.returncode:
            return
        if last:
            raise ServerError(f"{artifact} could not be downloaded:\n{done.stdout}{done.stderr}")
