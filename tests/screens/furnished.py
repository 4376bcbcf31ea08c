"""A town hall with something on every screen."""

from __future__ import annotations

from dataclasses import dataclass

from courrier.annotations.notes import annotate
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Confidentiality, Mail
from courrier.organisations.models import Role, User
from courrier.replies.drafting import draft_reply
from courrier.replies.models import Reply, Template
from courrier.search import flush
from tests import build
from tests.web import town as towns
from tests.web.desk import placed
from workflows import actions


@dataclass
class Furnished:
    """The town; letters to qualify, free, taken by the agent, and withheld from the desk; a reply being written."""

    town: towns.Town
    people: dict[str, User]
    waiting: Mail
    free: Mail
    taken: Mail
    withheld: Mail
    reply: Reply
    template: Template


def furnish() -> Furnished:
    town = towns.found()
    here = town.organisation
    far = build.organisation("lointaine")
    people = {
        "desk": town.desk,
        "agent": town.agent,
        "direction": town.direction,
        "tec": build.member(here, Role.AGENT, town.tec),
        "elected": build.member(here, Role.ELECTED),
        "administrator": build.member(here, Role.ADMINISTRATOR),
        "far_desk": build.member(far, Role.RECEPTION),
    }
    build.member(here, Role.MANAGER, town.urb)
    template = Template.objects.create(
        organisation=here, name="Accusé", subject="Reçu", body="Bonjour, {number}."
    )
    waiting = town.waiting(2)[0]
    sender = Correspondent.objects.create(
        organisation=here, name="Jeanne Martin", address="3 rue Haute", email="jeanne@exemple.fr"
    )
    free = placed(town, town.urb, subject="Clôture du jardin", sender=sender, due_on="2026-01-05")
    taken = placed(town, town.urb, subject="Permis de construire de la maison Martin", sender=sender)
    withheld = placed(town, town.fin, subject="Arrêt", confidentiality=Confidentiality.RESTRICTED)
    for each in (free, taken, withheld):
        town.page(each.mail)
        town.page(each.mail, 2)
    actions.accept(taken.assignment, town.agent)
    annotate(taken.mail, town.agent, "Vu avec le demandeur : la **clôture** manque au plan.")
    reply = draft_reply(taken.assignment, town.agent)
    while flush(100):
        pass
    return Furnished(town, people, waiting, free.mail, taken.mail, withheld.mail, reply, template)
