from django.apps import AppConfig


class MovingConfig(AppConfig):
    name = "community.moving"
    label = "moving"
    default_auto_field = "django.db.models.BigAutoField"
