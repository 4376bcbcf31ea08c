"""One letter played to its end as people do it: qualified if need be, accepted, annotated, answered, closed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from demo.client import Client

PATIENCE = 90.0
"""Seconds in which a reply has to leave."""

BODY = (
    "Madame, Monsieur,\n\nNous avons bien reçu votre demande. Le dossier est complet ; il est inscrit à notre "
    "prochaine commission et vous recevrez notre décision dans le délai légal.\n\n"
    "Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées."
)


class JourneyError(Exception):
    """A step that did not do what it should; the message says which."""


def play(
    desk: Client, agent: Client, department: str, mail_ids: list[int], told: Callable[[str], None]
) -> int:
    """Play `department`'s part to the end on one of `mail_ids`; returns that letter's id.

    `desk` qualifies a letter for the department where none has reached it by itself.
    """
    assignment = waiting(agent, department, mail_ids) or qualified(desk, agent, department, mail_ids)
    number = assignment["mail"]["number"]
    at = f"/api/v1/assignments/{assignment['id']}/"
    told(f"{number} : {assignment['department_name']} prend en charge")
    expect(agent.post(at + "accept/"), "accepted")
    told(f"{number} : annotation")
    agent.post(at + "annotate/", {"text": "Dossier complet, vu avec le demandeur au téléphone."})
    told(f"{number} : réponse")
    reply = agent.post(at + "reply/", {"body": BODY, "channel": "post", "send": True})
    wait_until_sent(agent, assignment["mail"]["id"], reply["id"])
    told(f"{number} : clôture")
    expect(agent.post(at + "close/"), "done")
    mail = agent.get(f"/api/v1/mails/{assignment['mail']['id']}/")
    if mail["state"] != "closed":
        raise JourneyError(f"{number} : clos par le service, mais dans l'état « {mail['state']} »")
    return int(mail["id"])


def waiting(agent: Client, department: str, mail_ids: list[int]) -> dict[str, Any] | None:
    found = agent.get("/api/v1/assignments/", department=department, state="pending", limit="100")["results"]
    mine = [each for each in found if each["role"] == "action" and each["mail"]["id"] in mail_ids]
    return mine[-1] if mine else None


def qualified(desk: Client, agent: Client, department: str, mail_ids: list[int]) -> dict[str, Any]:
    """Have reception send the department the letter whose first suggestion it is."""
    for mail_id in mail_ids:
        mail = desk.get(f"/api/v1/mails/{mail_id}/")
        best = mail["suggestions"]["department"][:1]
        if mail["state"] == "to_qualify" and best and best[0]["value"] == department:
            desk.post(f"/api/v1/mails/{mail_id}/qualify/")
            break
    assignment = waiting(agent, department, mail_ids)
    if assignment is None:
        raise JourneyError(f"aucun courrier n'est arrivé au service {department}")
    return assignment


def wait_until_sent(agent: Client, mail_id: int, reply_id: int) -> None:
    deadline = time.monotonic() + PATIENCE
    state = ""
    while time.monotonic() < deadline:
        replies = agent.get(f"/api/v1/mails/{mail_id}/")["replies"]
        state = next((each["state"] for each in replies if each["id"] == reply_id), "")
        if state == "sent":
            return
        if state == "failed":
            break
        time.sleep(0.5)
    raise JourneyError(f"la réponse n'est pas partie : état « {state} »")


def expect(assignment: dict[str, Any], state: str) -> None:
    if assignment["state"] != state:
        raise JourneyError(f"état « {assignment['state']} » au lieu de « {state} »")
