"""Start a server as an unprivileged user, wait until it answers, stop it and what it started."""

import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

UNPRIVILEGED = "nobody"  # PostgreSQL and Elasticsearch refuse to run as root


class ServerError(Exception):
    """A server that did not start, with what it wrote last."""


def free_port() -> int:
    """A TCP port of the loopback address that nothing listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def hand_over(folder: Path) -> None:
    """Give `folder` and all in it to the user that servers run as; nothing to do unless we are root."""
    if os.getuid() != 0:
        return
    user = pwd.getpwnam(UNPRIVILEGED)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _environment(folder: Path, extra: Mapping[str, str]) -> dict[str, str]:
    keep = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    return keep | {"HOME": str(folder), "TMPDIR": str(folder)} | dict(extra)


def run(command: Sequence[str | Path], folder: Path, extra: Mapping[str, str] | None = None) -> None:
    """Run a preparing command to its end, as the server's user. Raises ServerError with its output."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=_environment(folder, extra or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **_as_unprivileged(),
    )
    if done.returncode:
        raise ServerError(f"{command[0]}: exit code {done.returncode}\n{done.stdout}{done.stderr}")


def launch(command: Sequence[str | Path], folder: Path, extra: Mapping[str, str] | None = None) -> int:
    """Start a server that stays, its output in `folder`/log, and return its process number."""
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=_environment(folder, extra or {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **_as_unprivileged(),
        )
    return server.pid


class _User(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _as_unprivileged() -> _User:
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam(UNPRIVILEGED)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def wait_until(answers: Callable[[], bool], pid: int, folder: Path, seconds: float) -> None:
    """Return once `answers()` is true. Raises ServerError where the server ended or the time ran out."""
    end = time.monotonic() + seconds
    while not answers():
        if not runs(pid, folder):
            raise ServerError(f"server in {folder} ended:\n{last_lines(folder)}")
        if time.monotonic() > end:
            raise ServerError(f"server in {folder} did not answer in {seconds:.0f} s:\n{last_lines(folder)}")
        time.sleep(0.1)


def last_lines(folder: Path, count: int = 20) -> str:
    log = folder / "log"
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:]) if log.exists() else ""


def runs(pid: int, folder: Path) -> bool:
    """Whether process `pid` lives and still is the server of `folder`: numbers are given out again."""
    return pid in _members(pid) and _works_in(pid, folder)


def stop(pid: int, folder: Path, by: signal.Signals, seconds: float = 20) -> None:
    """Ask the server of `folder` to stop by signal, wait for all it started, end by force what is left."""
    if not any(_works_in(member, folder) for member in _members(pid)):
        return
    with suppress(ProcessLookupError):
        os.kill(pid, by)
    end = time.monotonic() + seconds
    while _members(pid) and time.monotonic() < end:
        time.sleep(0.05)
    if _members(pid):
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _works_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink().is_relative_to(folder)
    except OSError:
        return False


def _members(group: int) -> list[int]:
    """The living processes of a group. Ended ones do not count: their parent may never ask for them."""
    with suppress(ChildProcessError):
        os.waitpid(group, os.WNOHANG)
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, process_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(process_group) == group and state != "Z":
            members.append(int(stat.parent.name))
    return members
