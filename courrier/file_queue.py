"""Celery's queue over files, for one machine: kombu's, with messages that appear whole or not at all."""

from __future__ import annotations

import os
import time
import uuid
from typing import Any

from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu's channel lets a reader take a message that is still being written, and loses it."""

    # kombu's own classes disagree on the name of the second argument.
    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time.monotonic_ns() // 1_000_000:015d}_{uuid.uuid4()}.{queue}.msg"
        place = os.path.join(self.data_folder_out, name)
        with open(f"{place}.new", "wb") as file:
            file.write(str_to_bytes(dumps(payload)))
        os.replace(f"{place}.new", place)


class Transport(filesystem.Transport):
    Channel = Channel
