"""The one helper that turns a database conflict into a second try or a clear refusal; nobody sees a 5xx for one."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, transaction

from community.kernel.errors import RuleBroken

P = ParamSpec("P")
T = TypeVar("T")
DEADLOCK, SERIALIZATION = "40P01", "40001"
TRIES = 3


def settled(refusals: Mapping[str, str] | None = None) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Run the service in one transaction; retry deadlocks, translate constraint names into refusal codes.

    `refusals` maps a constraint's name to the code of RuleBroken. Inside an outer transaction there is no retry:
    the outermost service decides.
    """
    names = refusals or {}

    def decorate(service: Callable[P, T]) -> Callable[P, T]:
        @wraps(service)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            outermost = not transaction.get_connection().in_atomic_block
            for left in reversed(range(TRIES if outermost else 1)):
                try:
                    with transaction.atomic():
                        return service(*args, **kwargs)
                except IntegrityError as error:
                    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
                    if name not in names:
                        raise
                    raise RuleBroken(names[name]) from error
                except OperationalError as error:
                    if getattr(error.__cause__, "sqlstate", None) not in (DEADLOCK, SERIALIZATION) or not outermost:
                        raise
                    if not left:
                        raise RuleBroken("busy") from error
            raise AssertionError("unreachable")

        return run

    return decorate
