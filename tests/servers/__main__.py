"""python -m tests.servers start|stop|status: prints the addresses of running servers as lines for a shell."""

import shlex
import sys
import time
from pathlib import Path

from tests.servers import chromium, elasticsearch, imap, postgresql, process, redis, state

SERVERS = {"elasticsearch": elasticsearch, "postgresql": postgresql, "redis": redis, "imap": imap}
VARIABLES = {
    "elasticsearch": "COURRIER_TEST_ELASTICSEARCH_URL",
    "postgresql": "COURRIER_TEST_DATABASE_URL",
    "redis": "COURRIER_TEST_REDIS_URL",
    "imap": "COURRIER_TEST_IMAP_URL",
}


def say(line: str) -> None:
    print(f"» {line}", file=sys.stderr, flush=True)


def launch(name: str) -> state.Running:
    folder = state.new_folder(name)
    try:
        pid, address = SERVERS[name].launch(folder)
    except BaseException:
        state.remove(folder)
        raise
    return state.Running(pid, address, str(folder))


def wait_for(name: str, running: state.Running) -> None:
    """Return once the server answers. Raises ServerError, with nothing of it left, where it does not."""
    started = time.monotonic()
    server, folder = SERVERS[name], Path(running.folder)
    try:
        process.wait_until(lambda: server.answers(running.address), running.pid, folder, server.START_SECONDS)
    except process.ServerError:
        process.stop(running.pid, folder, server.STOP_SIGNAL)
        state.remove(folder)
        raise
    say(f"{name} : prêt en {time.monotonic() - started:.1f} s ({running.address})")


def start() -> int:
    """Launch what does not run yet, slowest first, then wait for all.

    Each is written down as soon as it is launched, so that `stop` ends it whatever happens to us.
    """
    running = {name: server for name, server in state.read().items() if server.alive}
    failures: dict[str, Exception] = {}
    for name in SERVERS:
        if name not in running:
            try:
                running[name] = launch(name)
                state.write(running)
            except (process.ServerError, OSError) as error:
                failures[name] = error
    for name in list(running):
        try:
            wait_for(name, running[name])
        except process.ServerError as error:
            failures[name] = error
            del running[name]
            state.write(running)
    if chromium.find() is None:
        failures["chromium"] = process.ServerError("Chromium is missing: run ./dev test --all")
    for name, failure in failures.items():
        print(f"✗ {name} : {failure}", file=sys.stderr)
    print_variables(running)
    return 1 if failures else 0


def print_variables(running: dict[str, state.Running]) -> None:
    for name, server in sorted(running.items()):
        print(f"{VARIABLES[name]}={shlex.quote(server.address)}")
    if browser := chromium.find():
        print(f"COURRIER_TEST_CHROMIUM={shlex.quote(str(browser))}")


def stop() -> int:
    for name, server in state.read().items():
        process.stop(server.pid, Path(server.folder), SERVERS[name].STOP_SIGNAL)
        state.remove(Path(server.folder))
        say(f"{name} : arrêté")
    state.write({})
    return 0


def status() -> int:
    running = {name: server for name, server in state.read().items() if server.alive}
    print_variables(running)
    return 0 if len(running) == len(SERVERS) else 1


if __name__ == "__main__":
    commands = {"start": start, "stop": stop, "status": status}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit("usage: python -m tests.servers start|stop|status")
    sys.exit(commands[sys.argv[1]]())
