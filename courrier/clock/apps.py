from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClockConfig(AppConfig):
    name = "courrier.clock"
    verbose_name = _("délais")

    def ready(self) -> None:
        from django.core.checks import register

        from courrier.audit.signals import recorded
        from courrier.clock.checks import own_rules_are_read
        from courrier.clock.events import hear

        recorded.connect(hear, dispatch_uid="clock")
        register(own_rules_are_read)
