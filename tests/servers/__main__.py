"""python -m tests.servers start|stop|status: prints the addresses of running servers as lines for a shell."""

import shlex
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.servers import chromium, elasticsearch, postgresql, process, redis, state

SERVERS = {"elasticsearch": elasticsearch, "postgresql": postgresql, "redis": redis}
VARIABLES = {
    "elasticsearch": "COURRIER_TEST_ELASTICSEARCH_URL",
    "postgresql": "COURRIER_TEST_DATABASE_URL",
    "redis": "COURRIER_TEST_REDIS_URL",
}


def say(line: str) -> None:
    print(f"» {line}", file=sys.stderr, flush=True)


def start_one(name: str) -> state.Running:
    started = time.monotonic()
    folder = state.new_folder(name)
    server = SERVERS[name]
    pid, address = server.launch(folder)
    try:
        process.wait_until(lambda: server.answers(address), pid, folder, server.START_SECONDS)
    except process.ServerError:
        process.stop(pid, folder, server.STOP_SIGNAL)
        state.remove(folder)
        raise
    say(f"{name} : démarré en {time.monotonic() - started:.1f} s ({address})")
    return state.Running(pid, address, str(folder))


def start() -> int:
    """Start what does not run yet; what did start is written down even where another failed."""
    running = {name: server for name, server in state.read().items() if server.alive}
    failures: dict[str, Exception] = {}
    with ThreadPoolExecutor() as pool:
        wanted = {name: pool.submit(start_one, name) for name in SERVERS if name not in running}
        for name, started in wanted.items():
            try:
                running[name] = started.result()
            except (process.ServerError, OSError) as error:
                failures[name] = error
    state.write(running)
    browser = chromium.find()
    if browser is None:
        failures["chromium"] = process.ServerError(
            "Chromium is missing: run ./dev test --all, which installs it"
        )
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
