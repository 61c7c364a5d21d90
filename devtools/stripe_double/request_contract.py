"""The request contract: what Stripe accepts, read from the installed SDK itself.

Every `*_service.py` of the SDK names a verb, a path and a parameter type; the parameter types are
TypedDicts in `stripe.params`. Nothing is copied here, so an upgrade of the SDK moves the contract.
"""

from __future__ import annotations

import ast
import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import stripe
import stripe._request_options
from stripe._request_options import RequestOptions
from stripe._stripe_object import StripeObject
from typing_extensions import is_typeddict

from .errors import Refusal
from .form import Raw

_VERBS = {"get", "post", "delete"}


@dataclass(frozen=True)
class Call:
    """One call of the API, e.g. post /v1/checkout/sessions/{session}/expire."""

    verb: str
    path: str
    params_module: str | None
    params_name: str | None

    @property
    def fields(self) -> dict[str, Any]:
        """Name of each documented parameter and its type, `NotRequired` still around it."""
        if self.params_module is None or self.params_name is None:
            return {}
        return _fields(getattr(import_module(self.params_module), self.params_name))


def find(verb: str, path: str) -> tuple[Call, dict[str, str]]:
    """The call behind a request and the ids in its path. Raises Refusal (404) as Stripe would."""
    verb = verb.lower()
    exact = calls().get((verb, path))
    if exact:
        return exact, {}
    for pattern, call in _patterns():
        match = pattern.match(path)
        if call.verb == verb and match:
            return call, match.groupdict()
    raise Refusal(f"Unrecognized request URL ({verb.upper()}: {path}).", 404)


@cache
def calls() -> dict[tuple[str, str], Call]:
    """Every v1 call of the installed SDK, found in the source of its services."""
    root = Path(stripe.__file__).parent
    found = {}
    for file in sorted(root.rglob("*_service.py")):
        source = file.read_text(encoding="utf-8")
        if '"/v1/' in source:
            for call in _calls_in(ast.parse(source)):
                found[call.verb, call.path] = call
    return found


@cache
def _patterns() -> list[tuple[re.Pattern[str], Call]]:
    return [
        (re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", call.path) + "$"), call)
        for call in calls().values()
        if "{" in call.path
    ]


def _calls_in(tree: ast.Module) -> Iterator[Call]:
    homes = {
        alias.asname or alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _is_request(node):
                name = _params_name(function)
                yield Call(
                    typing.cast(str, ast.literal_eval(node.args[0])),
                    _path(node.args[1]),
                    homes.get(name) if name else None,
                    name,
                )


def _is_request(node: ast.Call) -> bool:
    return (
        isinstance(node.func, ast.Attribute)
        and node.func.attr == "_request"
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value in _VERBS
    )


def _path(node: ast.expr) -> str:
    """A literal, or "…{id}…".format(id=…)."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return typing.cast(str, ast.literal_eval(node))


def _params_name(function: ast.FunctionDef) -> str | None:
    for arg in function.args.args:
        if arg.arg == "params" and arg.annotation is not None:
            match = re.search(r"['\"](\w+)['\"]", ast.unparse(arg.annotation))
            return match[1] if match else None
    return None


@cache
def _fields(params: type) -> dict[str, Any]:
    # The parameters inherit the SDK's request options; those never travel and are taken out again.
    names = {**vars(stripe._request_options), "StripeContext": object}
    hints = typing.get_type_hints(params, localns=names, include_extras=True)
    return {name: hint for name, hint in hints.items() if name not in RequestOptions.__annotations__}


# Reading values -----------------------------------------------------------------------------------


def read(call: Call, raw: Raw) -> dict[str, Any]:
    """The request's parameters with their documented types. Raises Refusal with Stripe's `param`."""
    return _read_fields(call.fields, raw, "")


def _read_fields(fields: dict[str, Any], raw: Raw, at: str) -> dict[str, Any]:
    for name in raw:
        if name not in fields:
            param = f"{at}[{name}]" if at else name
            raise Refusal(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)
    values = {}
    for name, hint in fields.items():
        param = f"{at}[{name}]" if at else name
        if name in raw:
            values[name] = read_value(_bare(hint), raw[name], param)
        elif not _optional(hint):
            raise Refusal(f"Missing required param: {param}.", code="parameter_missing", param=param)
    return values


def _optional(hint: Any) -> bool:
    return "NotRequired" in str(typing.get_origin(hint))


def _bare(hint: Any) -> Any:
    return typing.get_args(hint)[0] if _optional(hint) or _required(hint) else hint


def _required(hint: Any) -> bool:
    return str(typing.get_origin(hint)).endswith(".Required")


def read_value(hint: Any, raw: Any, param: str) -> Any:
    """One value of one documented type; a type nobody taught this function is an error of ours."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _read_union(hint, raw, param)
    if origin is typing.Literal:
        return _read_enum(list(typing.get_args(hint)), raw, param)
    if origin is list:
        return _read_list(typing.get_args(hint)[0], raw, param)
    if origin is dict or (isinstance(origin, type) and issubclass(origin, StripeObject)):
        return _read_map(typing.get_args(hint)[-1], raw, param)
    if is_typeddict(hint):
        return _read_fields(_fields(hint), _hash(raw, param), param)
    if hint in _SCALARS:
        return _SCALARS[hint](_text(raw, param), param)
    raise TypeError(f"the request contract cannot read {hint!r} ({param})")


def _read_union(hint: Any, raw: Any, param: str) -> Any:
    options = [arg for arg in typing.get_args(hint) if arg is not type(None)]
    literals = [v for o in options if typing.get_origin(o) is typing.Literal for v in typing.get_args(o)]
    if raw == "" and "" in literals:
        return ""
    # The SDK writes enums as `Literal[…] | str` so that old code survives new values. Here a value
    # outside the documented ones is a typing mistake of ours.
    if any(literals):
        options = [option for option in options if option is not str]
    else:
        options = [option for option in options if typing.get_origin(option) is not typing.Literal]
    refusals = []
    for option in sorted(options, key=_scalar_last):
        try:
            return read_value(option, raw, param)
        except Refusal as refusal:
            refusals.append(refusal)
    # A hash is judged by its hash type, a text by its scalar type.
    raise refusals[0 if isinstance(raw, dict) else -1]


def _scalar_last(option: Any) -> bool:
    return option in _SCALARS or typing.get_origin(option) is typing.Literal


def _read_enum(allowed: list[str], raw: Any, param: str) -> str:
    text = _text(raw, param)
    if text not in allowed:
        *others, last = allowed
        choice = f"one of {', '.join(others)} or {last}" if others else last
        raise Refusal(f"Invalid {param}: must be {choice}", param=param)
    return text


def _read_list(item: Any, raw: Any, param: str) -> list[Any]:
    entries = _hash(raw, param, "array")
    if not all(key.isdigit() for key in entries):
        raise Refusal("Invalid array", param=param)
    ordered = sorted(entries.items(), key=lambda entry: int(entry[0]))
    return [read_value(item, value, f"{param}[{key}]") for key, value in ordered]


def _read_map(item: Any, raw: Any, param: str) -> dict[str, Any]:
    # An empty value is how a key of metadata is taken away.
    return {
        key: "" if value == "" else read_value(item, value, f"{param}[{key}]")
        for key, value in _hash(raw, param).items()
    }


def _hash(raw: Any, param: str, kind: str = "object") -> Raw:
    if not isinstance(raw, dict):
        raise Refusal(f"Invalid {kind}", param=param)
    return raw


def _text(raw: Any, param: str) -> str:
    if not isinstance(raw, str):
        raise Refusal(f"Invalid string: {raw}", param=param)
    return raw


def _string(text: str, param: str) -> str:
    if text == "":
        raise Refusal(
            f"You passed an empty string for '{param}'. We assume empty values are an attempt to "
            f"unset a field; however '{param}' cannot be unset.",
            code="parameter_invalid_empty",
            param=param,
        )
    return text


def _integer(text: str, param: str) -> int:
    if not re.fullmatch(r"-?\d{1,18}", text):
        raise Refusal(f"Invalid integer: {text}", code="parameter_invalid_integer", param=param)
    return int(text)


def _boolean(text: str, param: str) -> bool:
    if text not in ("true", "false"):
        raise Refusal(f"Invalid boolean: {text}", param=param)
    return text == "true"


def _decimal(text: str, param: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Refusal(f"Invalid decimal: {text}", param=param) from None


_SCALARS: dict[Any, Any] = {
    str: _string,
    int: _integer,
    bool: _boolean,
    float: lambda text, param: float(_decimal(text, param)),
    Decimal: _decimal,
    Any: lambda text, param: text,
}
