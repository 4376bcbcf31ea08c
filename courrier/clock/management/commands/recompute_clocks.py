from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from courrier.clock.events import recompute
from courrier.clock.models import Clock, ClockState
from courrier.mail.models import MailState

OVER = (ClockState.ANSWERED, ClockState.TRANSMITTED)


class Command(BaseCommand):
    help = "Recalcule les délais légaux des courriers en cours, par exemple après une modification de delais.toml."

    def handle(self, *args: Any, **options: Any) -> None:
        clocks = Clock.objects.exclude(state__in=OVER).exclude(
            mail__state__in=[MailState.CLOSED, MailState.CANCELLED]
        )
        changed = total = 0
        for mail_id in clocks.order_by("mail").values_list("mail", flat=True).iterator():
            changed += recompute(mail_id)
            total += 1
        self.stdout.write(f"{total} délais recalculés, {changed} changés.")
