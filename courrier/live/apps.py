from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "courrier.live"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from courrier.audit.signals import recorded
        from courrier.live.waking import on_event, on_logout

        recorded.connect(on_event, dispatch_uid="live")
        user_logged_out.connect(on_logout, dispatch_uid="live")
