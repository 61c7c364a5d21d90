"""Asking the register's interface (R2): the question and the answer are kept, a reviewer decides."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from community.kernel import audit
from community.kernel.conflicts import settled
from community.members import gateway
from community.members.models import Company, Person, RegisterAnswer, Verification

Outcome = RegisterAnswer.Outcome
Result = Verification.Result


def ask(company: Company, *, by: Person, at: datetime) -> RegisterAnswer:
    """Ask now, outside every lock, and keep what was answered, also when it was nothing usable."""
    register = gateway.register()
    try:
        entry = register.look_up(company.credit_code)
    except gateway.Unreachable as error:
        return _keep(company, Outcome.FAILED, {}, error.code, register.source, by=by, at=at)
    if entry is None:
        return _keep(company, Outcome.NOT_FOUND, {}, "", register.source, by=by, at=at)
    facts = {
        "name": entry.name,
        "status": entry.status,
        "as_of_on": entry.as_of_on.isoformat(),
        "legal_representative": entry.legal_representative,
        "shareholders": list(entry.shareholders),
    }
    return _keep(company, Outcome.FOUND, facts, "", register.source, by=by, at=at)


def suggested(answer: RegisterAnswer, names: Iterable[str]) -> str:
    """The result an answer speaks for; "" when it says nothing. `names`: whose role must be shown, all of them."""
    if answer.outcome == Outcome.FAILED:
        return ""
    if answer.outcome == Outcome.NOT_FOUND:
        return Result.NOT_FOUND
    if answer.facts["status"] != gateway.ACTIVE:
        return Result.NOT_ACTIVE
    known = {answer.facts["legal_representative"], *answer.facts["shareholders"]}
    return Result.CONFIRMED if set(names) <= known else Result.ROLE_DIFFERS


@settled()
def _keep(
    company: Company, outcome: str, facts: dict[str, Any], error: str, source: str, *, by: Person, at: datetime
) -> RegisterAnswer:
    answer = RegisterAnswer.objects.create(
        company=company, outcome=outcome, facts=facts, error=error, source=source, asked_at=at, asked_by=by
    )
    audit.record("company.ask_register", company, by=by, at=at, data={"result": outcome})
    return answer
