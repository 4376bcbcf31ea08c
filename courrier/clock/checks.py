"""What `manage.py check` says of the administrator's rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Error

from courrier.clock.rules import LOCAL, RuleError, read_law


def own_rules_are_read(**_options: Any) -> list[Error]:
    local = Path(settings.DATA_DIR) / LOCAL
    if not local.exists():
        return []
    try:
        read_law(local, local.stat().st_mtime_ns)
    except RuleError as error:
        return [
            Error(
                str(error),
                hint=f"Corrigez {local} ; tant qu'il est faux, il est laissé de côté.",
                id="clock.E001",
            )
        ]
    return []
