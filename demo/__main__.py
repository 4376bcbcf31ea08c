"""A town hall to try: web, worker and beat on this machine, fed with the demonstration letters.

python -m demo [--once] [--port N] [--data-dir FOLDER] [--letters N]
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from tqdm import tqdm

from demo.client import ApiError, Client
from demo.installation import environment_of, prepare
from demo.processes import Processes

ROOT = Path(__file__).resolve().parent.parent
TRUSTED, NEVER = 0.95, 1.01
"""The confidence from which a letter goes without a reader. Who comes to try finds every letter at the desk."""

LEFT_TO_TRY = 4
"""One letter in so many waits for qualification; the others are on their departments' desks."""

SECONDS_PER_LETTER = 15.0
"""Far more than a letter takes, so that a slow machine is no failure."""


class DemoError(Exception):
    """The demonstration can't go on; the message says why, in French."""


def main(argv: Sequence[str] | None = None) -> int:
    options = arguments(argv)
    data_dir: Path = options.data_dir or ROOT / "var" / ("once" if options.once else "demo")
    if options.once and options.data_dir is None:
        shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True, exist_ok=True)
    port = options.port if not options.once else options.port or free_port()
    signal.signal(signal.SIGTERM, as_interrupt)
    try:
        return run(options, data_dir.resolve(), port or 8000)
    except KeyboardInterrupt:
        print("\nArrêté.")
        return 0 if not options.once else 130
    except (DemoError, ApiError) as error:
        print(f"Échec : {error}", file=sys.stderr)
        return 1


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./dev demo", description="Une mairie de démonstration sur cette machine."
    )
    parser.add_argument(
        "--once", action="store_true", help="traite les courriers, affiche le tableau, se termine"
    )
    parser.add_argument("--port", type=int, help="port du site (8000)")
    parser.add_argument("--data-dir", type=Path, help="dossier des données (var/demo, ou var/once)")
    parser.add_argument("--letters", type=int, help="seulement les N premiers courriers")
    return parser.parse_args(argv)


def run(options: argparse.Namespace, data_dir: Path, port: int) -> int:
    environment = environment_of(data_dir, port)
    if in_use(port):
        raise DemoError(f"le port {port} est pris : choisissez-en un autre avec --port")
    say("Base de données et fichiers du site…")
    prepare(environment)
    from demo.commune import found

    say("Commune, services, comptes…")
    _organisation, password, accounts = found(data_dir, TRUSTED if options.once else NEVER)
    scans = rendered(options.letters)
    processes = Processes(data_dir / "logs", environment)
    try:
        start(processes, port)
        base = f"http://127.0.0.1:{port}"
        if not Client(base).wait_until_up(60):
            raise DemoError(f"le site ne répond pas.\n{processes.last_lines('web')}")
        ids = feed(base, scans)
        follow(ids, processes)
        if options.once:
            return finish(base, ids)
        qualify_morning(base, ids)
        show(base, password, accounts, ids)
        stay(processes)
        return 0
    finally:
        say("Arrêt des processus…")
        processes.stop()


def start(processes: Processes, port: int) -> None:
    say("Démarrage : site, ouvrier, horloge…")
    threads = ["--threads", "8", "--workers", "1", "--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    if not Path(threads[-1]).is_dir():
        del threads[-2:]
    processes.start("web", ["gunicorn", "courrier.wsgi", "--bind", f"127.0.0.1:{port}", *threads])
    cores = str(os.cpu_count() or 1)
    worker = ["worker", "--queues", "letters,steps,clock", "--concurrency", cores, "--loglevel", "info"]
    processes.start("worker", ["celery", "-A", "courrier", *worker, "--without-mingle", "--without-gossip"])
    processes.start("beat", ["celery", "-A", "courrier", "beat", "--loglevel", "info", "--pidfile="])


def rendered(limit: int | None) -> list[tuple[Path, str | None]]:
    """The scans, made once and kept, with the date each was received where its stamp says so."""
    from demo.letter import load_letters
    from demo.render import render_letter

    letters = load_letters("demo")[:limit]
    folder = ROOT / "var" / "demo-scans"
    made = []
    for letter in progress(letters, "Numérisation des courriers"):
        path = render_letter(letter, folder)
        made.append((path, letter.stamp.isoformat() if letter.stamp else None))
    return made


def feed(base: str, scans: list[tuple[Path, str | None]]) -> list[int]:
    """Hand every scan in as the reception's scanner would; one that is there already is left."""
    desk = client(base, "accueil")
    ids = []
    for path, received_on in progress(scans, "Dépôt à l'accueil"):
        fields = {"channel": "scan", **({"received_on": received_on} if received_on else {})}
        try:
            ids.append(int(desk.upload(path, **fields)["id"]))
        except ApiError as error:
            if error.status != 409:
                raise
    return ids


def follow(ids: list[int], processes: Processes) -> None:
    from demo.watching import wait_for

    with tqdm(total=len(ids), desc="Lecture et compréhension", unit="courrier", disable=None) as bar:

        def told(done: int, total: int) -> None:
            bar.update(done - bar.n)

        problem = wait_for(ids, 60 + SECONDS_PER_LETTER * len(ids), processes.dead, told)
    if problem:
        raise DemoError(f"{problem}\n{processes.last_lines('worker')}")


def qualify_morning(base: str, ids: list[int]) -> None:
    """Have the reception account accept what was understood of most letters."""
    desk = client(base, "accueil")
    morning = [mail_id for place, mail_id in enumerate(ids, start=1) if place % LEFT_TO_TRY]
    for mail_id in progress(morning, "Qualification des premiers courriers"):
        try:
            desk.post(f"/api/v1/mails/{mail_id}/qualify/")
        except ApiError as error:
            if error.status != 409:
                raise


def finish(base: str, ids: list[int]) -> int:
    """Play one department's part, print the table, and say whether all went well."""
    from courrier.mail.models import Mail, MailState
    from demo.journey import JourneyError, play
    from demo.watching import rows, table

    problems = []
    try:
        play(client(base, "accueil"), client(base, "agent.urb"), "URB", ids, say)
    except (JourneyError, ApiError) as error:
        problems.append(str(error))
    print()
    print(table(rows(ids), shutil.get_terminal_size((160, 40)).columns))
    print()
    lost = Mail.objects.filter(
        pk__in=ids, state__in=[MailState.RECEIVED, MailState.READING, MailState.FAILED]
    )
    problems += [
        f"{mail.number} est resté « {mail.get_state_display()} » {mail.failure_reason}" for mail in lost
    ]
    problems += search_problems(base, ids)
    for problem in problems:
        print(f"Échec : {problem}", file=sys.stderr)
    if not problems:
        print(f"{len(ids)} courriers reçus, lus, compris et indexés ; un courrier suivi jusqu'à sa clôture.")
    return 1 if problems else 0


def search_problems(base: str, ids: list[int]) -> list[str]:
    """A letter has to be found by its number, and by a word that was read on it."""
    from courrier.mail.models import Mail

    desk = client(base, "direction")
    mail = Mail.objects.filter(pk__in=ids).exclude(subject="").order_by("sequence").first()
    if mail is None:
        return ["aucun courrier n'a d'objet"]
    word = max(mail.subject.split(), key=len)
    problems = []
    for query in (mail.number, word):
        found = [hit["number"] for hit in desk.get("/api/v1/search/", q=query)["results"]]
        if mail.number not in found:
            problems.append(f"la recherche « {query} » ne trouve pas {mail.number}")
    return problems


def show(base: str, password: str, accounts: Sequence[object], ids: list[int]) -> None:
    from demo.commune import Account

    print(f"\nCourrier tourne : {base}/   (Ctrl-C pour arrêter)\n")
    print(f"Mot de passe de tous les comptes : {password}\n")
    for each in accounts:
        if isinstance(each, Account):
            print(f"  {each.username:<14} {each.role:<22} {each.place}")
    print(f"\n{len(ids)} courriers viennent d'être déposés." if ids else "\nLes courriers y étaient déjà.")


def stay(processes: Processes) -> None:
    while True:
        if dead := processes.dead():
            raise DemoError(f"le processus « {dead} » s'est arrêté.\n{processes.last_lines(dead)}")
        time.sleep(1)


def client(base: str, username: str) -> Client:
    from rest_framework.authtoken.models import Token

    from courrier.organisations.models import User

    token, _new = Token.objects.get_or_create(user=User.objects.get(username=username))
    return Client(base, token.key)


def say(text: str) -> None:
    print(text, flush=True)


def progress(items: Sequence[object], title: str) -> tqdm[object]:
    return tqdm(items, desc=title, unit="courrier", disable=None)


def in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main())
