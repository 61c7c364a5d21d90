"""The quarter's question, as its member reads it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.figures import policies
from community.figures.forms import QuestionForm
from community.figures.selectors import voices
from community.figures.services import asking


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    verdict = policies.may_answer(voices.asking_of(request.user, at), at=at)
    form = QuestionForm(request.POST or None)
    if request.method == "POST":
        verdict.insist()
        if form.is_valid():
            typed = form.cleaned_data
            asking.answer(request.user, typed["score"], typed["words"], named=typed["named"], at=at)
            messages.success(request, _("Thank you. The office reads the number and the line."))
            return redirect("question")
    status = 422 if request.method == "POST" else 200
    return render(request, "figures/question.html", {"form": form, "verdict": verdict}, status=status)
