"""python -m tests.journeys.founding: the town hall of the demonstration, where the environment says.

Prints its common password. Replies about permits are signed by an elected member.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    from demo.installation import prepare

    prepare({})
    from courrier.organisations.models import User
    from demo.commune import found
    from workflows.models import StepKind, Who
    from workflows.models.circuit import Step, draw

    never = 1.01
    here, password, _accounts = found(Path(os.environ["DATA_DIR"]), never)
    kind = here.document_types.get(code="permis-construire")
    draw(here, kind, [Step(StepKind.SIGNATURE, Who.ELECTED)], User.objects.get(username="admin"))
    sys.stdout.write(password)


if __name__ == "__main__":
    main()
