"""What a suspended member reads about it, and their one appeal."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.kernel.days import day_of
from community.kernel.errors import RuleBroken
from community.kernel.forms import refuse
from community.members import policies
from community.members.forms.standing import AppealForm
from community.members.selectors import standing as selectors
from community.members.services import suspending


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The page exists for whoever is or was suspended."""
    at, rows = timezone.now(), selectors.suspensions_of(request.user)
    if not rows:
        raise Http404
    form = AppealForm(request.POST or None)
    if form.is_valid():
        try:
            suspending.appeal(rows[0].pk, words=form.cleaned_data["words"], by=request.user, at=at)
        except RuleBroken as refused:
            refuse(form, refused, {"appeal.empty": "words"})
        else:
            messages.success(request, _("Sent. A colleague answers here and by letter."))
            return redirect("my_standing")
    may_appeal = policies.may_appeal(request.user, rows[0], at=at)
    context = {"rows": rows, "form": form, "may_appeal": may_appeal, "today": day_of(at), "at": at}
    return render(request, "members/my_standing.html", context, status=422 if form.errors else 200)
