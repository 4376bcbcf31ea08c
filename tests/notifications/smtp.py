"""A real mail server on loopback that keeps what it is given, or refuses it."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Box:
    """What arrived; `refusals` has what the server answers to messages for an address, `answer` to all others."""

    messages: list[EmailMessage] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.refusals.get(envelope.rcpt_tos[0], self.answer)
        if answer.startswith("250"):
            message = email.message_from_bytes(envelope.content or b"", policy=default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
        return answer


@contextmanager
def mail_server() -> Iterator[Box]:
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()
