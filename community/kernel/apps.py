from django.apps import AppConfig
from django.urls import register_converter


class KernelConfig(AppConfig):
    name = "community.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from community.kernel.ids import PublicIdConverter

        register_converter(PublicIdConverter, "pid")
