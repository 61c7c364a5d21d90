"""The tables invented history is written into.

The rest of this floor never touches a table. Thousands of past years can't be lived through the services one press
at a time, so the builder writes them as a migration would, in bulk; the stories of the demo accounts do go through
the services.
"""

from typing import Any

from django.apps import apps
from django.db import connection


def table(label: str) -> Any:
    """`table("members.Person")`: the model's manager."""
    return apps.get_model(label)._default_manager


def row(label: str, **fields: Any) -> Any:
    """An unsaved row."""
    return apps.get_model(label)(**fields)


def count_rows() -> None:
    """Thousands of rows came in one transaction: without fresh statistics what follows would be planned for empty tables.

    Our own tables only: those the whole server shares would stay locked to the transaction's end.
    """
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in apps.get_models())
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {names}")
