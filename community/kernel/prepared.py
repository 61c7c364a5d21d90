"""Questions that every page, press and tap asks, worded once: Django spends more time on putting such a question into SQL
than PostgreSQL on answering it. A queryset stays an ordinary one; only its wording is kept (docs/decisions)."""

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    Expression,
    Field,
    Lookup,
    QuerySet,
    TextField,
)
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")
KEY, INSTANT, DAY, TEXT, FLAG = BigIntegerField(), DateTimeField(), DateField(), TextField(), BooleanField()


class Given(Expression):
    """A value that is handed in with the question: `Prepared(...)(name=value)`. `many`: a list of them, for `IsOneOf`."""

    def __init__(self, name: str, output_field: "Field[Any, Any]" = KEY, *, many: bool = False) -> None:
        super().__init__(output_field=output_field)
        self.name, self.many = name, many

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        kind = self.output_field.cast_db_type(connection)
        return f"%s::{kind}{'[]' if self.many else ''}", [self]


class IsOneOf(Lookup):
    """`filter(IsOneOf(F("person"), Given("people", many=True)))`: a list that is one value to the database."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} = ANY({rhs})", [*lhs_params, *rhs_params]


class Prepared(Generic[Row]):
    """What `build` returns, compiled at its first use: a queryset with a `Given` wherever a value differs from one time
    to the next, and nothing in it that depends on the time, the language or the reader. Calling it asks."""

    def __init__(self, build: Callable[[], "QuerySet[Any, Row]"]) -> None:
        self._build = build

    @cached_property
    def _worded(self) -> tuple["QuerySet[Any, Row]", Any, str, tuple[Any, ...]]:
        queryset = self._build()
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        return queryset, compiler, sql, tuple(parameters)

    def within(self, **values: Any) -> tuple[str, tuple[Any, ...]]:
        """The question itself, for a larger one written in SQL: its text and the values in their order."""
        _, _, sql, parameters = self._worded
        return sql, tuple(values[wanted.name] if isinstance(wanted, Given) else wanted for wanted in parameters)

    def __call__(self, **values: Any) -> list[Row]:
        queryset, compiler, _, _ = self._worded
        sql, given = self.within(**values)
        # What Django's iterators ask of a compiler, with the wording at hand and this thread's connection.
        mine = copy(compiler)
        mine.connection = connections[DEFAULT_DB_ALIAS]
        if queryset.query.select_for_update and not mine.connection.in_atomic_block:
            raise TransactionManagementError("A lock lasts as long as its transaction, and there is none.")
        mine.as_sql = lambda *args, **kwargs: (sql, given)
        asked = queryset.all()
        asked.query.get_compiler = lambda *args, **kwargs: mine  # type: ignore[method-assign]  # on this copy alone
        return list(asked)

    def first(self, **values: Any) -> Row | None:
        """The only row there can be, or None; a queryset that may have more limits itself."""
        return next(iter(self(**values)), None)
