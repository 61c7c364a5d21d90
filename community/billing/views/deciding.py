"""Decisions at the treasurers' desk that need something typed. What is refused stands on a page of its own, with all of it."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from community.kernel.errors import RuleBroken

FIELDS = {
    "money.no_invoice": "number",
    "refund.too_much": "amount",
    "refund.serial": "serial",
    "payout.differs": "reason",
    "payout.currency": "serial",
    "payout.before": "serial",
    "payout.more": "serial",
    "payout.unknown_row": "serial",
}  # what a refusal is about


def decide(request: HttpRequest, form: Form, act: Callable[..., object], *, done: str, back: str) -> HttpResponse:
    """`act` with what was typed, then `done` said on the list `back`. Refused: 422, the sentence at its field or above."""
    if form.is_valid():
        try:
            act(**form.cleaned_data)
        except RuleBroken as refused:
            field = FIELDS.get(refused.code)
            form.add_error(field if field in form.fields else None, refused.sentence)
        else:
            messages.success(request, done)
            return redirect(back)
    return render(request, "billing/desk_again.html", {"form": form, "back": reverse(back)}, status=422)
