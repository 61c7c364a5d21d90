"""Rows of any table by their label: marked when they are made, compared and taken back when an import is undone."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import connection

Key = tuple[str, int]  # label, key


def columns_of(label: str) -> list[str]:
    """The columns of a table as they are today."""
    return [field.column for field in apps.get_model(label)._meta.concrete_fields if field.column is not None]


def marks(label: str, keys: Collection[int], columns: Iterable[str]) -> dict[int, str]:
    """Key → a mark of what is in the row; rows that are gone have none. One statement."""
    if not keys:
        return {}
    table, key = _table(label)
    named = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, md5(ROW({named})::text) FROM {table} WHERE {key} = ANY(%s)", [list(keys)])
        return dict(cursor.fetchall())


def values(label: str, keys: Collection[int], columns: Collection[str]) -> dict[int, dict[str, Any]]:
    """Key → some columns as plain JSON; one statement."""
    table, key = _table(label)
    named = ", ".join(f"'{column}', {connection.ops.quote_name(column)}" for column in sorted(columns))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, jsonb_build_object({named}) FROM {table} WHERE {key} = ANY(%s)", [list(keys)])
        return {pk: found if isinstance(found, dict) else json.loads(found) for pk, found in cursor.fetchall()}


def put_back(label: str, before: Mapping[int, Mapping[str, Any]]) -> None:
    """Write earlier values again; one statement for all rows whose columns are the same."""
    table, key = _table(label)
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for pk, columns in before.items():
        alike.setdefault(tuple(sorted(columns)), []).append({"key": pk, "values": columns})
    for names, rows in alike.items():
        named = [connection.ops.quote_name(name) for name in names]
        sql = f"""
            UPDATE {table} SET {", ".join(f"{name} = old.{name}" for name in named)}
            FROM jsonb_to_recordset(%s::jsonb) AS given(key bigint, "values" jsonb),
                 LATERAL jsonb_populate_record(NULL::{table}, given."values") AS old
            WHERE {table}.{key} = given.key
        """
        with connection.cursor() as cursor:
            cursor.execute(sql, [json.dumps(rows)])


def referring(label: str, keys: Collection[int], ours: Mapping[str, set[int]]) -> list[tuple[int, str]]:
    """(key, label of what points at it) for rows of other origin that point at these; a statement a relation."""
    found: list[tuple[int, str]] = []
    if not keys:
        return found
    for relation in apps.get_model(label)._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        model = relation.related_model
        if not model._meta.managed:
            continue  # a view says again what tables say
        column = connection.ops.quote_name(relation.field.column)
        table, key = _table(model._meta.label)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT DISTINCT {column} FROM {table} WHERE {column} = ANY(%s) AND NOT {key} = ANY(%s)",
                [list(keys), list(ours.get(model._meta.label, ()))],
            )
            found += [(row[0], model._meta.label) for row in cursor.fetchall()]
    return found


def remove(label: str, keys: Collection[int]) -> None:
    table, key = _table(label)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {key} = ANY(%s)", [list(keys)])


def _table(label: str) -> tuple[str, str]:
    meta = apps.get_model(label)._meta
    assert meta.pk is not None
    return connection.ops.quote_name(meta.db_table), connection.ops.quote_name(meta.pk.column)
