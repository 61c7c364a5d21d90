"""What the register's interface answered, beside the form it fills in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.kernel.access import REVIEWER, desk
from community.kernel.days import day_of
from community.kernel.middleware import back
from community.members import gateway
from community.members.models import Company, RegisterAnswer
from community.members.selectors import companies as lists
from community.members.services import registering


@require_POST
@desk(REVIEWER)
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    company = get_object_or_404(Company, public_id=public_id)
    answer = registering.ask(company, by=request.user, at=timezone.now())
    if answer.outcome == RegisterAnswer.Outcome.FAILED:
        messages.warning(request, _("The register didn't answer. Look it up yourself, or try again later."))
    else:
        messages.success(request, _("The register answered. The form below is filled in: compare, then record it."))
    return redirect(back(request))


def context(company: Company | None) -> dict[str, Any]:
    """For `_company_checks.html`: the last answer, and whether there is anybody to ask."""
    return {"answer": lists.last_answer(company), "can_ask": gateway.can_be_asked()}


def prefilled(company: Company | None, *, names: list[str] | None = None) -> dict[str, Any]:
    """The form's first values, from the last answer; without one the form's own."""
    answer = lists.last_answer(company)
    if company is None or answer is None or answer.outcome == RegisterAnswer.Outcome.FAILED:
        return {}
    whose = names if names is not None else lists.holders(company)
    return {
        "source": answer.source,
        "checked_on": day_of(answer.asked_at),
        "result": registering.suggested(answer, whose),
    }
