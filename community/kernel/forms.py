"""Form fields that every app uses."""

from collections.abc import Mapping
from typing import Any

from django import forms

from community.kernel.errors import RuleBroken

CONTROL = dict.fromkeys([*range(32), 127, *range(8203, 8208), *range(8234, 8239), *range(8294, 8298)])
del CONTROL[0x09], CONTROL[0x0A], CONTROL[0x0D]


class PlainText(forms.CharField):
    """Text without control, zero-width and direction characters, which nobody types and nobody sees."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value.translate(CONTROL) if isinstance(value, str) else value)


def refuse(form: forms.Form, refused: RuleBroken, fields: Mapping[str, str] | None = None) -> None:
    """A service's refusal stands at the field it is about, else above the form; nothing typed is lost.

    `fields` names the field of a refusal's code.
    """
    name = (fields or {}).get(refused.code)
    form.add_error(name if name in form.fields else None, refused.sentence)
