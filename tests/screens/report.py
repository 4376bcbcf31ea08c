"""python -m tests.screens.report: what the last look at every screen found, kept for the statement of accessibility."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

from tests.screens.audit import AXE, pictures
from tests.servers import chromium

KEPT = Path(__file__).parents[2] / "courrier" / "web" / "accessibility" / "audit.json"
UNMET = [
    (
        "13.3",
        "les courriers numérisés sont des images ; leur texte, reconnu par le logiciel, est à côté, imparfait",
    ),
    ("13.3", "les fichiers PDF reçus sont gardés tels qu'ils sont arrivés, souvent sans balises"),
    ("", "aucun essai n'a encore été fait avec NVDA, JAWS ou VoiceOver par des personnes qui s'en servent"),
    ("", "encadrer un passage demande une souris ; au clavier, une note sur la page entière en tient lieu"),
]


def main() -> None:
    seen: list[dict[str, Any]] = []
    for path in sorted(pictures().glob("audit-*.json")):
        seen += json.loads(path.read_text())
    if not seen:
        raise SystemExit("run the tests of tests/screens first")
    version = re.search(r"axe v([\d.]+)", AXE)
    program = chromium.find()
    told = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout
    kept = {
        "day": date.today().isoformat(),  # noqa: DTZ011
        "tool": f"axe-core {version[1] if version else ''}",
        "browser": " ".join(told.split()[:2]),
        "rules": max(each["passed"] for each in seen),
        "screens": sorted(each["name"] for each in seen),
        "faults": [{"screen": each["name"], "fault": fault} for each in seen for fault in each["faults"]],
        "unmet": [{"criterion": criterion, "what": what} for criterion, what in UNMET],
    }
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
