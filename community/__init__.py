"""The composition root: settings, addresses, the worker and the plugs between floors."""

from community.celery import app as celery_app

__all__ = ["celery_app"]
