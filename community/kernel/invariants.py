"""What `manage.py verify` asks of the live data in SQL."""

from django.db import connection

SHOWN = 20


def broken(sql: str) -> list[str]:
    """The first keys of what breaks an invariant, as text; `sql` selects one column and ends with LIMIT %s."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [SHOWN])
        return [str(row[0]) for row in cursor.fetchall()]
