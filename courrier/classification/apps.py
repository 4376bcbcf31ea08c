from django.apps import AppConfig


class ClassificationConfig(AppConfig):
    name = "courrier.classification"
