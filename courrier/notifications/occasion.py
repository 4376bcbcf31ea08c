"""What is to be told of one event, or of all those of a bulk action: looked up, gathered, and written once for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from courrier.audit.models import Event
from courrier.mail.models import Assignment, Mail
from courrier.notifications.audience import People, Replacements, hearing, readers, replacements
from courrier.notifications.models import Kind, Notification
from courrier.notifications.notifying import keep, notification, settle
from courrier.organisations.models import Organisation, User


@dataclass(slots=True)
class Telling:
    """A thing that people are told of; `told` has who hears of it, with the names of those they replace."""

    people: list[User]
    kind: Kind
    mail: Mail | None
    key: str
    organisation_id: int
    actor: User | None
    line_only: bool
    data: dict[str, Any]
    settled: bool = False
    told: dict[int, list[str]] = field(default_factory=dict)

    def is_about(self, key: str) -> bool:
        return self.key == key or self.key.startswith(f"{key}:")


class Occasion:
    """As many queries for many events as for one of each verb."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events
        self.tellings: list[Telling] = []
        self.settled: list[tuple[int, str]] = []
        self._letters: dict[str, dict[int, Mail]] = {}
        self._assignments: dict[tuple[str, str], dict[int, Assignment]] = {}
        self._around: dict[tuple[int, frozenset[int]], People] = {}
        self._placed: dict[int, User | None] | None = None
        self._sent: dict[int, User | None] | None = None

    # what events are about

    def letter(self, event: Event) -> Mail:
        if event.verb not in self._letters:
            rows = Mail.objects.select_related("organisation")
            self._letters[event.verb] = rows.in_bulk(
                [each.mail_id or 0 for each in self.events if each.verb == event.verb]
            )
        return self._letters[event.verb][event.mail_id or 0]

    def assignment(self, event: Event, name: str = "assignment") -> Assignment | None:
        """The assignment that the event names so, if it is of its letter."""
        if (event.verb, name) not in self._assignments:
            rows = Assignment.objects.select_related(
                "department", "mail__organisation", "came_from", "asked_by"
            )
            named = [each.data.get(name) or 0 for each in self.events if each.verb == event.verb]
            self._assignments[event.verb, name] = rows.in_bulk(named)
        found = self._assignments[event.verb, name].get(event.data.get(name) or 0)
        return found if found is not None and found.mail_id == event.mail_id else None

    def around(self, organisation_id: int, departments: Iterable[int]) -> People:
        places = frozenset(departments)
        if (organisation_id, places) not in self._around:
            self._around[organisation_id, places] = People.around(organisation_id, places)
        return self._around[organisation_id, places]

    def who_placed(self, mail_id: int) -> User | None:
        """Who qualified or dispatched the letter last."""
        if self._placed is None:
            self._placed = {
                each.mail_id or 0: each.actor for each in self._earlier("qualified", "arbitrated")
            }
        return self._placed.get(mail_id)

    def who_sent(self, assignment: Assignment) -> User | None:
        """Who redirected or split the letter, so that it came to this assignment."""
        if self._sent is None:
            self._sent = {
                each.data.get("new", 0): each.actor for each in self._earlier("redirected", "split")
            }
        return self._sent.get(assignment.pk)

    def _earlier(self, *verbs: str) -> Iterable[Event]:
        letters = {each.mail_id for each in self.events}
        rows = Event.objects.filter(mail_id__in=letters, verb__in=verbs).select_related("actor")
        return rows.order_by("mail_id", "sequence")

    # what is told

    def notify(
        self,
        people: Iterable[User],
        kind: Kind,
        mail: Mail | None,
        key: str,
        *,
        organisation: Organisation | None = None,
        actor: User | None = None,
        line_only: bool = False,
        **data: Any,
    ) -> None:
        """Tell `people`, and who replaces those that are away, of what `key` names, when the occasion is over.

        Nobody hears twice of one key, nor of what they did themselves; only who may read the letter hears of it, unless
        `line_only` says that its line, without its content, is before them already. The caller is in a transaction.
        """
        place = organisation.pk if organisation else mail.organisation_id if mail else None
        assert place is not None, "a notification belongs to an organisation"  # noqa: S101
        self.tellings.append(Telling(list(people), kind, mail, key, place, actor, line_only, data))

    def settle(self, mail_id: int, key: str) -> None:
        """Nothing is left to do about a thing: who has not read of it yet need not."""
        self.settled.append((mail_id, key))
        for each in self.tellings:
            if each.mail is not None and each.mail.pk == mail_id and each.is_about(key):
                each.settled = True

    def sign(self, event: Event, key: str) -> None:
        """Say who is behind what was told with this key; they need not hear of it."""
        mine = [each for each in self.tellings if each.key == key]
        for each in mine:
            each.actor = event.actor
        if not mine:
            told = Notification.objects.filter(mail=event.mail_id, key=key)
            told.filter(user=event.actor).delete()
            told.update(by=str(event.actor or "")[:320])

    def over(self) -> None:
        """Write all of it."""
        settle_all(self.settled)
        for place in {each.organisation_id for each in self.tellings}:
            here = [each for each in self.tellings if each.organisation_id == place]
            concerned = {person.pk: person for each in here for person in each.people}
            away: Replacements = replacements(concerned.values(), place) if concerned else {}
            for each in here:
                each.told = hearing(each.people, away)
                if each.actor is not None:
                    each.told.pop(each.actor.pk, None)
        allowed = may_read([each for each in self.tellings if each.mail is not None and not each.line_only])
        keep(
            row_of(each, person, names)
            for each in self.tellings
            for person, names in each.told.items()
            if each.mail is None or each.line_only or (each.mail.pk, person) in allowed
        )


def may_read(tellings: Collection[Telling]) -> set[tuple[int, int]]:
    people = {person for each in tellings for person in each.told}
    return (
        readers([each.mail.pk for each in tellings if each.mail and each.told], people) if people else set()
    )


def row_of(telling: Telling, user_id: int, names: Collection[str]) -> Notification:
    row = notification(
        telling.organisation_id,
        telling.mail,
        user_id,
        telling.kind,
        telling.key,
        telling.actor,
        names,
        telling.data,
    )
    if telling.settled:
        row.read_at = timezone.now()
    return row


def settle_all(settled: Sequence[tuple[int, str]]) -> None:
    """One statement for one thing; for many, what is unread of all their letters is looked through."""
    if len(settled) < 2:
        for mail, key in settled:
            settle(mail, key)
        return
    keys: dict[int, list[str]] = defaultdict(list)
    for mail, key in settled:
        keys[mail].append(key)
    unread = Notification.objects.unread().filter(mail__in=keys).values_list("pk", "mail", "key")
    done = [
        pk
        for pk, mail, told in unread
        if any(told == key or told.startswith(f"{key}:") for key in keys[mail or 0])
    ]
    if done:
        Notification.objects.filter(pk__in=done).update(read_at=timezone.now())
