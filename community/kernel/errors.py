"""How the house says no: a rule that would be broken, with a code that every app turns into a sentence."""

from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import get_language

from community.kernel import formats


@dataclass(frozen=True)
class Verdict:
    """The answer of a policy. A refusal's code names the sentence that says why and what to do next."""

    ok: bool
    code: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.ok

    @property
    def sentence(self) -> str:
        return "" if self.ok else refusal(self.code, self.params)

    def insist(self) -> None:
        """Raise RuleBroken when the answer is no."""
        if not self.ok:
            raise RuleBroken(self.code, **self.params)


YES = Verdict(True)


def no(code: str, **params: Any) -> Verdict:
    return Verdict(False, code, params)


class RuleBroken(Exception):
    """A service refused. `code` is stable ("seat.full"); `sentence` is for the person, in the active language."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def sentence(self) -> str:
        return refusal(self.code, self.params)


def refusal(code: str, params: dict[str, Any]) -> str:
    """The sentence for a refusal code in the active language; every app keeps its own in `refusals.REFUSALS`."""
    sentence = str(all_refusals()[code])
    return sentence % {name: _said(value, params.get("at")) for name, value in params.items()} if params else sentence


def _said(value: Any, at: Any) -> Any:
    """A day or an instant as people read it, seen from the instant of the refusal, which it brings along as `at`."""
    if type(value) is date and at is not None:
        return formats.month_day(value, at=at, language=get_language() or "zh-hans")
    if isinstance(value, datetime) and at is not None:
        return formats.day_time(value, at=at, language=get_language() or "zh-hans")
    return value


def all_refusals() -> dict[str, Any]:
    sentences: dict[str, Any] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("community.") and find_spec(f"{config.name}.refusals"):
            sentences |= import_module(f"{config.name}.refusals").REFUSALS
    return sentences
