"""What each stream is told at a look: letters, progress, notifications, who else is there, and when a session ends."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from typing import Any

from courrier.live import presence
from courrier.live.audience import Audience
from courrier.live.changes import (
    SILENT,
    Happened,
    Progress,
    Tail,
    happened_after,
    in_hand,
    tail_of_events,
    tail_of_notifications,
)
from courrier.live.sessions import ended
from courrier.live.stream import Stream, message
from courrier.notifications.reading import unread_counts

MOST_REPLAYED = 200
"""Events told to a page that comes back; one that missed more is told to ask for everything."""

PROGRESS_EVERY = 1.0
PRESENCE_EVERY = 2.0
SESSIONS_EVERY = 5.0
BEAT_EVERY = 20.0
OLD_EVERY = 3600.0
"""Seconds between two of the same look; a beat is written where nothing else was."""

LOST_AFTER = 60.0
"""Seconds in which a reader took nothing of what waits for it."""


class Teller:
    """Looks at what happened and writes it to the streams of those who may know."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew after a time without streams."""
        self.events: Tail | None = None
        self.notifications: Tail | None = None
        self.progress: dict[int, Progress] | None = None
        self.new: list[Stream] = []
        self.done_at: dict[str, float] = {}

    def due(self, name: str, every: float) -> bool:
        now = time.monotonic()
        if now - self.done_at.get(name, -every) < every:
            return False
        self.done_at[name] = now
        return True

    def greet(self, stream: Stream) -> None:
        self.new.append(stream)

    def gone(self, stream: Stream, others: Collection[Stream]) -> None:
        """A page was closed: its reader has left the letter, unless they have it open in another window here."""
        there = (stream.mail_id, stream.user_id)
        if stream.mail_id and all((each.mail_id, each.user_id) != there for each in others):
            presence.leave(stream.mail_id, stream.user_id)
            self.done_at.pop("presence", None)

    def look(self, streams: Collection[Stream], *, sessions: bool = False) -> None:
        if sessions or self.due("sessions", SESSIONS_EVERY):
            end_sessions(streams)
        alive = [each for each in streams if not each.over]
        self.tell_letters(alive)
        self.tell_notifications(alive)
        if self.due("progress", PROGRESS_EVERY):
            self.tell_progress(alive)
        if self.due("presence", PRESENCE_EVERY):
            self.tell_presence(alive)
        beat(alive, self.place)
        if self.due("old", OLD_EVERY):
            presence.forget_old()

    @property
    def place(self) -> int:
        return self.events.last if self.events else 0

    def tell_letters(self, streams: list[Stream]) -> None:
        """What happened to letters, each event once to each stream: new ones, and what a page that came back missed."""
        self.events = self.events or tail_of_events()
        before = self.events.last
        fresh = [Happened(*row) for row in self.events.look() if row[1] is not None and row[2] not in SILENT]
        new, self.new = [each for each in self.new if not each.over], []
        missed = {stream: self.missed(stream, before) for stream in new}
        known = {each.mail_id for events in missed.values() for each in events or ()}
        letters = known | {each.mail_id for each in fresh}
        for stream in new:
            stream.write(message("hello", {"all": missed[stream] is None}, self.place))
        if not letters:
            return
        audience = Audience({stream.user_id for stream in streams}, letters)
        for stream in streams:
            events = [*(missed.get(stream) or ()), *fresh]
            told = [
                told_of(each, stream.user_id)
                for each in events
                if audience.lists(stream.user_id, each.mail_id)
            ]
            if told:
                stream.write(message("letters", told, self.place))

    def missed(self, stream: Stream, until: int) -> list[Happened] | None:
        """Events since the page's last one, up to the place where the common look begins; None for too many."""
        found = happened_after(stream.after, MOST_REPLAYED + 1) if stream.after < until else []
        return None if len(found) > MOST_REPLAYED else [each for each in found if each.pk <= until]

    def tell_notifications(self, streams: list[Stream]) -> None:
        if self.notifications is None:
            self.notifications = tail_of_notifications()
            return
        here = {stream.user_id for stream in streams}
        concerned = {user_id for _pk, user_id in self.notifications.look() if user_id in here}
        if concerned:
            unread = unread_counts(concerned)
            for stream in streams:
                if stream.user_id in concerned:
                    stream.write(message("counts", {"notifications": unread[stream.user_id]}))

    def tell_progress(self, streams: list[Stream]) -> None:
        """How far reading is, and which letters a job has just left: their state changes without an event."""
        before, self.progress = self.progress, in_hand()
        if before is None:
            return
        moved = [each for task, each in self.progress.items() if before.get(task) != each]
        left = {each.mail_id for task, each in before.items() if task not in self.progress}
        left |= {each.mail_id for task, each in self.progress.items() if task not in before}
        if not moved and not left:
            return
        audience = Audience({stream.user_id for stream in streams}, left | {each.mail_id for each in moved})
        for stream in streams:
            pages = [step(each) for each in moved if audience.lists(stream.user_id, each.mail_id)]
            letters = [{"letter": each} for each in sorted(left) if audience.lists(stream.user_id, each)]
            if pages:
                stream.write(message("progress", pages))
            if letters:
                stream.write(message("letters", letters))

    def tell_presence(self, streams: list[Stream]) -> None:
        """To who has a letter open, who else has; only to those who may read it."""
        watching = [each for each in streams if each.mail_id]
        letters = {each.mail_id for each in watching if each.mail_id}
        if not letters:
            return
        audience = Audience({each.user_id for each in watching}, letters)
        allowed = [each for each in watching if audience.reads(each.user_id, each.mail_id or 0)]
        if self.due("sign", presence.SIGN_EVERY.total_seconds()) or any(
            each.shown is None for each in allowed
        ):
            presence.touch((each.mail_id or 0, each.user_id) for each in allowed)
        there = presence.present(letters)
        for stream in allowed:
            others = frozenset(each for each in there[stream.mail_id or 0] if each.pk != stream.user_id)
            if others != stream.shown:
                stream.shown = others
                stream.write(message("present", named(stream.mail_id or 0, others)))


def told_of(event: Happened, user_id: int) -> dict[str, Any]:
    return {
        "id": event.pk,
        "letter": event.mail_id,
        "verb": event.verb,
        "mine": event.actor_id == user_id,
    }


def step(progress: Progress) -> dict[str, Any]:
    return {
        "letter": progress.mail_id,
        "job": progress.job,
        "done": progress.done,
        "total": progress.total,
    }


def named(mail_id: int, people: Iterable[presence.Person]) -> dict[str, Any]:
    return {"letter": mail_id, "people": [each.name for each in sorted(people)]}


def end_sessions(streams: Collection[Stream]) -> None:
    """Close the streams of sessions that are over, with a word to the page."""
    over = ended([(each.session_key, each.user_id, each.password) for each in streams])
    for stream in streams:
        if (stream.session_key, stream.user_id, stream.password) in over:
            stream.write(message("end", {}))
            stream.over = True


def beat(streams: Collection[Stream], place: int) -> None:
    """Keep connections open through proxies, and give up those whose reader takes nothing."""
    now = time.monotonic()
    for stream in streams:
        if stream.unsent and now - stream.wrote_at > LOST_AFTER:
            stream.over = True
        elif now - stream.wrote_at > BEAT_EVERY:
            stream.write(f": .\nid: {place}\n\n".encode())
