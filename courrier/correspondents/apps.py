from django.apps import AppConfig


class CorrespondentsConfig(AppConfig):
    name = "courrier.correspondents"
