from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "courrier.notifications"

    def ready(self) -> None:
        from courrier.audit.signals import recorded
        from courrier.notifications.telling import tell

        recorded.connect(tell, dispatch_uid="notifications")
