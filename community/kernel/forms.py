"""Form fields that every app uses."""

from typing import Any

from django import forms

CONTROL = dict.fromkeys([*range(32), 127, *range(8203, 8208), *range(8234, 8239), *range(8294, 8298)])
del CONTROL[0x09], CONTROL[0x0A], CONTROL[0x0D]


class PlainText(forms.CharField):
    """Text without control, zero-width and direction characters, which nobody types and nobody sees."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value.translate(CONTROL) if isinstance(value, str) else value)
