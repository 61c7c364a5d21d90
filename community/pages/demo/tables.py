"""The tables invented history is written into.

The rest of this floor never touches a table. Thousands of past years can't be lived through the services one press
at a time, so the builder writes them as a migration would, in bulk; the stories of the demo accounts do go through
the services.
"""

from typing import Any

from django.apps import apps


def table(label: str) -> Any:
    """`table("members.Person")`: the model's manager."""
    return apps.get_model(label)._default_manager


def row(label: str, **fields: Any) -> Any:
    """An unsaved row."""
    return apps.get_model(label)(**fields)
