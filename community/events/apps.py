from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "community.events"
    label = "events"
    default_auto_field = "django.db.models.BigAutoField"
