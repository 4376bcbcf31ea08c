"""A town hall with something on every screen."""

from __future__ import annotations

from dataclasses import dataclass

from courrier.annotations.notes import annotate
from courrier.classification.models import RoutingRule
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Confidentiality, Mail
from courrier.mailboxes.models import Mailbox, Message, Outcome
from courrier.organisations.models import Role, User
from courrier.replies.drafting import draft_reply
from courrier.replies.models import Reply, Template
from courrier.search import flush
from courrier.search.saved import save_search
from courrier.statistics.tasks import count_all
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
    sender: Correspondent
    twin: Correspondent
    rule: RoutingRule
    mailbox: Mailbox


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
        "far_administrator": build.member(far, Role.ADMINISTRATOR),
        "far_direction": build.member(far, Role.DIRECTION),
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
    twin = Correspondent.objects.create(
        organisation=here, name="Jeanne MARTIN", address="3 r. Haute", email="jeanne@exemple.fr"
    )
    rule = RoutingRule.objects.create(
        organisation=here, name="Cantine", words="cantine, menu", department=town.fin
    )
    mailbox = Mailbox(
        organisation=here, address="mairie@cazalis.example", host="imap.exemple.fr", username="mairie"
    )
    mailbox.give_password("lettre")
    mailbox.save()
    Message.objects.create(mailbox=mailbox, sha256="0" * 64, outcome=Outcome.REFUSED, reason="Trop gros.")
    save_search(town.direction, "Permis", "permis", alert=True)
    count_all()
    return Furnished(
        town,
        people,
        waiting,
        free.mail,
        taken.mail,
        withheld.mail,
        reply,
        template,
        sender,
        twin,
        rule,
        mailbox,
    )
