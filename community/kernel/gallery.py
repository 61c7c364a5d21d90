"""The living page of all interface parts, mounted in demo mode at /demo/components/. Invented content only."""

from datetime import datetime, timedelta

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


class SampleForm(forms.Form):
    company = forms.CharField(label="公司名称 Company", help_text="与营业执照一致。As on the licence.")
    email = forms.EmailField(label="邮箱 E-mail")
    credit_code = forms.CharField(label="统一社会信用代码 Credit code", help_text="18 位。18 characters.")
    stage = forms.ChoiceField(
        label="阶段 Stage", choices=[("first", "第一年 First year"), ("growing", "成长中 Growing")]
    )
    role = forms.ChoiceField(
        label="身份 Role",
        widget=forms.RadioSelect,
        choices=[("lr", "法定代表人 Legal representative"), ("sh", "股东 Shareholder")],
    )
    about = forms.CharField(label="我在做什么 About", widget=forms.Textarea, required=False)
    licence = forms.FileField(label="营业执照 Licence", help_text="PDF, JPEG, PNG ≤ 10 MB")
    consent = forms.BooleanField(label="我已阅读并同意隐私说明 I agree to the privacy note")


STEPS = [
    {"label": "提交资料 Papers", "state": "done", "detail": "11 月 18 日 · 营业执照与身份核对一致"},
    {"label": "审核通过 Review", "state": "done", "detail": "11 月 21 日 · 周宁"},
    {"label": "三周内到场 Attend", "state": "current", "detail": "12 月 12 日 24:00 前"},
    {"label": "缴纳会费 Fee", "state": "todo", "detail": "标准会员 ¥3,800 / 年"},
]
BAR = [
    {"label": "我 I", "state": "done", "url": "#"},
    {"label": "我的公司 Company", "state": "current", "url": "#"},
    {"label": "资料与提交 Papers", "state": "todo", "url": "#"},
]
TABS = [
    {"label": "待核对 To match", "url": "#", "count": 4, "current": True},
    {"label": "待开票 Fapiao", "url": "#", "count": 6},
    {"label": "已到账 Done", "url": "#"},
]


@require_safe
@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    wrong = SampleForm({"email": "lin@", "credit_code": "91440300MA5FAKE123", "stage": "first", "consent": ""})
    wrong.is_valid()
    wrong.add_error(
        "credit_code", _("The last character does not fit the others: please compare with the business licence.")
    )
    context = {
        "form": SampleForm(auto_id="new_%s"),
        "wrong": wrong,
        "starts_at": at.replace(hour=6, minute=0) + timedelta(days=6),
        "ends_at": at.replace(hour=9, minute=0) + timedelta(days=6),
        "steps": STEPS,
        "bar": BAR,
        "tabs": TABS,
        "entries": _entries(at),
        "people": ["陈明", "李婷", "王凯", "Ann Lee"],
        "page": Paginator(range(60), 20).get_page(2),
    }
    return render(request, "components/gallery.html", context)


def _entries(at: datetime) -> list[dict[str, object]]:
    asked = "请补一份股东名册。"
    return [
        {"at": at - timedelta(days=2), "title": "审核通过 Approved", "by": "周宁", "tone": "done"},
        {
            "at": at - timedelta(days=3),
            "title": "请补资料 More needed",
            "by": "周宁",
            "detail": asked,
            "tone": "waiting",
        },
        {"at": at - timedelta(days=4), "title": "提交申请 Submitted"},
    ]
