from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """The composition root. Last in INSTALLED_APPS, so that every floor stands when the ports are plugged in."""

    name = "community"

    def ready(self) -> None:
        from community.wiring import plug_in

        plug_in()
