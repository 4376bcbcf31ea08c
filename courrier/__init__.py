"""Incoming mail of French local authorities: the register, its domain and its doors."""

from courrier.celery import app as celery_app

__all__ = ["celery_app"]
