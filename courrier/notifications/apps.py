from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "courrier.notifications"

    def ready(self) -> None:
        from courrier.audit.signals import recorded_together
        from courrier.notifications.telling import tell

        recorded_together.connect(tell, dispatch_uid="notifications")
