"""The loop that writes to all streams of a process: one thread, a few queries a look, whatever their number."""

from __future__ import annotations

import logging
import os
import selectors
import socket
import threading
import time
from collections import Counter, deque
from contextlib import suppress

from django.conf import settings
from django.db import close_old_connections, connection

from courrier.live.stream import Stream
from courrier.live.telling import Teller

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5
"""Seconds between two looks into the database while there are streams; none are made without."""

BREATH = 0.1
"""Seconds at least between two looks, however often the process is woken."""

REST_AFTER_ERROR = 5.0

MOST_OF_ONE = 30
"""Streams of one person in a process: nobody takes the places of all."""


class Hub:
    """The streams of this process. Its thread begins with the first stream and sleeps without any."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.arriving: deque[tuple[Stream, bytes]] = deque()
        self.streams: set[Stream] = set()
        self.of_person: Counter[int] = Counter()
        self.running = False
        self.sessions_changed = False
        self.looked_at = 0.0
        self.pid = 0

    def full(self, user_id: int) -> bool:
        """Whether there is no place for one more stream, of anybody or of this person."""
        if not self.running or self.pid != os.getpid():
            return False
        return self.of_person.total() >= settings.LIVE_STREAMS or self.of_person[user_id] >= MOST_OF_ONE

    def take(self, stream: Stream, head: bytes) -> None:
        """Serve this stream from now on; `head` is written first."""
        with self.lock:
            if self.pid != os.getpid():
                self.begin()
            self.arriving.append((stream, head))
            self.of_person[stream.user_id] += 1
        self.wake()

    def begin(self) -> None:
        self.pid, self.running = os.getpid(), True
        self.streams, self.arriving, self.of_person = set(), deque(), Counter()
        self.alarm, self.bell = socket.socketpair()
        self.alarm.setblocking(False)
        self.bell.setblocking(False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.alarm, selectors.EVENT_READ)
        self.teller = Teller()
        threading.Thread(target=self.run, name="live", daemon=True).start()

    def wake(self, *, sessions: bool = False) -> None:
        """Have the loop look now; `sessions` where one has ended."""
        if self.running and self.pid == os.getpid():
            self.sessions_changed = self.sessions_changed or sessions
            with suppress(BlockingIOError):
                self.bell.send(b"!")

    def run(self) -> None:
        while True:
            try:
                self.serve()
            except Exception:
                logger.exception("the streams rest for a moment")
                with suppress(Exception):
                    connection.close()
                time.sleep(REST_AFTER_ERROR)

    def serve(self) -> None:
        """Wait for something to do, and do it."""
        woken = self.wait()
        self.welcome()
        due = time.monotonic() - self.looked_at
        if self.streams and (due >= LOOK_EVERY or (woken and due >= BREATH)):
            close_old_connections()
            sessions, self.sessions_changed = self.sessions_changed, False
            self.looked_at = time.monotonic()
            self.teller.look(self.streams, sessions=sessions)
        elif woken and self.streams:
            time.sleep(max(0.0, BREATH - due))
            self.wake()
        for stream in [each for each in self.streams if each.over]:
            self.drop(stream)

    def wait(self) -> bool:
        """Until a connection or the clock wants something; whether somebody rang."""
        woken = False
        for key, mask in self.selector.select(LOOK_EVERY if self.streams else None):
            if key.data is None:
                woken = True
                with suppress(BlockingIOError):
                    self.alarm.recv(4096)
            elif mask & selectors.EVENT_WRITE:
                key.data.flush()
            else:
                key.data.listen()
        for stream in self.streams:
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if stream.unsent else 0)
            if self.selector.get_key(stream.connection).events != wanted:
                self.selector.modify(stream.connection, wanted, stream)
        return woken

    def welcome(self) -> None:
        if self.arriving and not self.streams:
            self.teller.forget()
        while self.arriving:
            stream, head = self.arriving.popleft()
            self.selector.register(stream.connection, selectors.EVENT_READ, stream)
            self.streams.add(stream)
            stream.write(head)
            self.teller.greet(stream)

    def drop(self, stream: Stream) -> None:
        self.streams.discard(stream)
        with self.lock:
            self.of_person[stream.user_id] -= 1
        self.selector.unregister(stream.connection)
        stream.close()
        self.teller.gone(stream, self.streams)
        if not self.streams:
            connection.close()


hub = Hub()
