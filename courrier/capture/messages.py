"""What an e-mail says: who, when, its text, and the files that came with it."""

from __future__ import annotations

import email
import email.policy
import email.utils
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage, MIMEPart

from inscriptis import get_text

LONGEST_TEXT = 200_000
"""Characters of a message's text that are laid out; the message itself is kept whole."""

MOST_FILES = 50
SMALL_PICTURE = 20_000
"""Bytes under which a picture shown inside the text is a logo of the signature."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    name: str
    content: bytes


@dataclass(slots=True)
class Read:
    """A message as it was read; `left_out` counts files beyond MOST_FILES."""

    sender: str = ""
    address: str = ""
    to: str = ""
    subject: str = ""
    sent_at: datetime | None = None
    text: str = ""
    files: list[Enclosed] = field(default_factory=list)
    left_out: int = 0


def read(content: bytes) -> Read:
    """Read a message of RFC 5322; parts that are broken are left out, never the whole."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101
    name, address = email.utils.parseaddr(header(message, "From"))
    found = Read(
        sender=clean(name) or clean(address),
        address=clean(address),
        to=clean(header(message, "To")),
        subject=clean(header(message, "Subject")),
        sent_at=sent_at(message),
        text=text_of(message),
    )
    for part in attachments(message):
        if len(found.files) == MOST_FILES:
            found.left_out += 1
        elif enclosed := file_of(part, len(found.files) + 1):
            found.files.append(enclosed)
    return found


def header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (
        ValueError,
        IndexError,
        AttributeError,
        LookupError,
    ):  # headers that the library cannot take apart
        return ""


def clean(text: str) -> str:
    """One line without what a page or a terminal would obey."""
    return re.sub(r"\s+", " ", re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", " ", text)).strip()[:500]


def sent_at(message: EmailMessage) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(header(message, "Date"))
    except (ValueError, TypeError, IndexError):
        return None


def text_of(message: EmailMessage) -> str:
    """The text, from the plain part where there is one, or else laid out from HTML."""
    body = body_of(message)
    if body is None:
        return ""
    text = decoded(body)
    if body.get_content_subtype() == "html" and text.strip():
        text = get_text(text[: 4 * LONGEST_TEXT])
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text.replace("\r\n", "\n"))[:LONGEST_TEXT].strip()


def body_of(message: EmailMessage) -> MIMEPart | None:
    """The part that is the text, plain where there is one."""
    try:
        return message.get_body(("plain", "html"))
    except (AttributeError, LookupError):
        return None


def decoded(part: MIMEPart) -> str:
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    charset = part.get_content_charset("utf-8")
    try:
        return content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return content.decode("cp1252", "replace")


def attachments(message: EmailMessage) -> list[EmailMessage]:
    """Every part that is a file, messages in messages included as one file each."""
    body = body_of(message)
    found: list[EmailMessage] = []
    waiting: list[EmailMessage] = [message]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_type() == "message/rfc822":
            found.append(part)
        elif part.is_multipart():
            waiting = [each for each in part.iter_parts() if isinstance(each, EmailMessage)] + waiting
        elif part is not body and is_file(part):
            found.append(part)
    return found


def is_file(part: EmailMessage) -> bool:
    """Whether a part is something that was sent, not another form of the text or a logo in it."""
    if part.get_content_disposition() == "attachment":
        return True
    if part.get_content_maintype() == "text":
        return bool(part.get_filename())
    if part.get_content_maintype() == "image" and part.get("Content-ID"):
        raw = part.get_payload(decode=True)
        return isinstance(raw, bytes) and len(raw) >= SMALL_PICTURE
    return True


def file_of(part: EmailMessage, number: int) -> Enclosed | None:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload(0)
        content: object = inner.as_bytes() if hasattr(inner, "as_bytes") else b""
    else:
        content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return None
    name = clean(part.get_filename() or "") or f"piece-{number}"
    return Enclosed(name[:150], content)
