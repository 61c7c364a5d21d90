"""The response contract: every object the double emits fits the SDK's resource classes.

`build` makes an object from a class's annotations, `check` judges one before it leaves. A field the
SDK no longer knows, a missing required one or a type that moved raises ContractBroken.
"""

from __future__ import annotations

import ast
import inspect
import sys
import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

from stripe._list_object import ListObject
from stripe._object_classes import OBJECT_CLASSES
from stripe._stripe_object import StripeObject, UntypedStripeObject

from .errors import ContractBroken

Values = dict[str, Any]

# The annotations say Optional both for "null" and for "left out". These are left out by Stripe unless
# there is something to say (line items and refunds: unless expanded), so the double leaves them out too.
ABSENT: dict[str, frozenset[str]] = {
    "checkout.session": frozenset({"line_items", "name_collection", "optional_items",
        "phone_number_collection", "presentment_details", "redirect_on_completion", "return_url",
        "tax_id_collection", "excluded_payment_method_types"}),
    "payment_intent": frozenset({"amount_details", "hooks", "presentment_details", "payment_details",
        "excluded_payment_method_types", "payment_record"}),
    "charge": frozenset({"refunds", "authorization_code", "presentment_details", "radar_options",
        "source", "transfer"}),
    "refund": frozenset({"description", "destination_details", "failure_balance_transaction",
        "failure_reason", "instructions_email", "next_action", "pending_reason",
        "presentment_details", "customer", "customer_account", "payment_method"}),
    "event": frozenset({"account", "context"}),
    "price": frozenset({"currency_options", "deleted", "tiers"}),
    "item": frozenset({"discounts", "taxes", "adjustable_quantity"}),
    "account": frozenset({"deleted", "company", "individual", "external_accounts", "groups",
        "future_requirements", "requirements", "tos_acceptance"}),
    "dispute": frozenset({"network_reason_code", "intended_submission_method"}),
    "customer": frozenset({"deleted", "cash_balance", "customer_account", "invoice_credit_balance", "sources",
        "subscriptions", "tax", "tax_ids", "individual_name", "business_name"}),
    "payment_method": frozenset({"customer_account", "radar_options"}),
}  # fmt: skip


def build(kind: str, **given: Any) -> Values:
    """An object of this kind: what is given, null for the rest. Raises ContractBroken."""
    cls = resource(kind)
    values: Values = {"object": kind, **given}
    for name, hint in fields_of(cls).items():
        if name not in values and _nullable(hint) and name not in ABSENT.get(kind, ()):
            values[name] = None
    check(values)
    return values


def check(values: Values) -> None:
    """Raises ContractBroken with every disagreement between an object and its class."""
    kind = values.get("object", "?")
    if kind == "list":
        problems = list(_list_problems(values, None, "list"))
    else:
        problems = list(_object_problems(resource(kind), values, kind))
    if kind == "event":
        check(values["data"]["object"])
    if problems:
        raise ContractBroken("; ".join(problems))


def expansions(kind: str, field: str) -> list[str]:
    """What `expand` may find behind a field: kinds of objects, a list as "list:kind"; none: refused."""
    hint = fields_of(resource(kind)).get(field)
    options = typing.get_args(hint)
    lists = [f"list:{typing.get_args(option)[0].OBJECT_NAME}" for option in options if _is_list(option)]
    if str not in options:
        return lists
    return lists + [option.OBJECT_NAME for option in options if hasattr(option, "OBJECT_NAME")]


@cache
def resource(kind: str) -> Any:
    try:
        module, name = OBJECT_CLASSES[kind]
    except KeyError:
        raise ContractBroken(f"the SDK has no class for {kind!r}") from None
    return getattr(import_module(module), name)


@cache
def fields_of(cls: Any) -> dict[str, Any]:
    """Fields of a resource class with resolved types, without class variables."""
    own = inspect.get_annotations(cls)
    hints = typing.get_type_hints(types.SimpleNamespace(__annotations__=own), globalns=_names(cls.__module__))
    return {name: hint for name, hint in hints.items() if typing.get_origin(hint) is not typing.ClassVar}


@cache
def _names(module_name: str) -> Values:
    """What the module would see if its TYPE_CHECKING imports ran: names of other resources."""
    module = sys.modules[module_name]
    names = dict(vars(module))
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for imported in node.body:
                if isinstance(imported, ast.ImportFrom) and imported.module:
                    home = import_module(imported.module)
                    for alias in imported.names:
                        names[alias.asname or alias.name] = getattr(home, alias.name)
    return names


# Judging ------------------------------------------------------------------------------------------


def _object_problems(cls: type, values: Any, at: str) -> Iterator[str]:
    if not isinstance(values, dict):
        yield f"{at}: {values!r} is not an object of {cls.__name__}"
        return
    hints = fields_of(cls)
    for name in values:
        if name not in hints:
            yield f"{at}.{name}: unknown to {cls.__qualname__}"
    for name, hint in hints.items():
        if name in values:
            yield from _problems(hint, values[name], f"{at}.{name}")
        elif not _nullable(hint):
            yield f"{at}.{name}: required by {cls.__qualname__}"


def _problems(hint: Any, value: Any, at: str) -> Iterator[str]:
    origin = typing.get_origin(hint)
    if hint is Any:
        return
    if origin in (typing.Union, types.UnionType):
        yield from _union_problems(typing.get_args(hint), value, at)
    elif origin is typing.Literal:
        if value not in typing.get_args(hint):
            yield f"{at}: {value!r} is none of {typing.get_args(hint)}"
    elif origin is list:
        yield from _items_problems(typing.get_args(hint)[0], value, at)
    elif _is_list(hint):
        yield from _list_problems(value, typing.get_args(hint)[0], at)
    elif origin is UntypedStripeObject or origin is dict:
        yield from _map_problems(typing.get_args(hint)[-1], value, at)
    elif isinstance(hint, type) and issubclass(hint, StripeObject):
        yield from _object_problems(hint, value, at)
    elif not _is_scalar(hint, value):
        yield f"{at}: {value!r} is not {getattr(hint, '__name__', hint)}"


def _union_problems(options: tuple[Any, ...], value: Any, at: str) -> Iterator[str]:
    # An enum is typed `Literal[…] | str`; the double keeps to the documented values.
    if any(typing.get_origin(o) is typing.Literal for o in options) and str in options:
        options = tuple(option for option in options if option is not str)
    if isinstance(value, dict):
        options = tuple(o for o in options if _fits_kind(o, value)) or options
    tries = [list(_problems(option, value, at)) for option in options]
    if all(tries):
        yield from min(tries, key=len)


def _fits_kind(option: Any, value: Values) -> bool:
    if _is_list(option):
        return value.get("object") == "list"
    if not (isinstance(option, type) and issubclass(option, StripeObject)):
        return typing.get_origin(option) is UntypedStripeObject
    return getattr(option, "OBJECT_NAME", value.get("object")) == value.get("object")


def _items_problems(item: Any, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{at}: {value!r} is not a list"
        return
    for index, entry in enumerate(value):
        yield from _problems(item, entry, f"{at}[{index}]")


def _list_problems(value: Any, item: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict) or set(value) != {"object", "data", "has_more", "url"}:
        yield f"{at}: not a list object"
        return
    for entry in value["data"]:
        if item is None:
            check(entry)
        else:
            yield from _problems(item, entry, f"{at}.data")


def _map_problems(item: Any, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: {value!r} is not a hash"
        return
    for key, entry in value.items():
        yield from _problems(item, entry, f"{at}[{key}]")


def _is_scalar(hint: Any, value: Any) -> bool:
    if hint is type(None):
        return value is None
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    # Decimals travel as text (`_field_encodings` of the SDK's classes).
    return isinstance(value, str if hint is Decimal else hint)


def _nullable(hint: Any) -> bool:
    return type(None) in typing.get_args(hint)


def _is_list(hint: Any) -> bool:
    return hint is ListObject or typing.get_origin(hint) is ListObject
