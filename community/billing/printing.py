"""Invoices and receipts as PDF, in the reader's language; everything on it comes from the invoice's own record."""

import io
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.billing import states
from community.billing.models import Invoice
from community.kernel import formats

FONT = "STSong-Light"  # of the standard CJK fonts: every reader of PDF draws it, nothing is embedded
INK, MUTED, LINE = "#1B1F1D", "#5C615F", "#E4DFD4"


def title_of(invoice: Invoice) -> str:
    """ "Invoice" while it is owed, "Receipt" once it was paid."""
    return _("Receipt") if invoice.status in states.WAS_PAID else _("Invoice")


def pdf(invoice: Invoice, payments: list[Any], *, payee: str, company: Any, at: datetime) -> bytes:
    """One page of A4. `payee`: who receives; `company`: whom the payer stands for, or None."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    page = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=22 * mm, rightMargin=22 * mm, topMargin=24 * mm, bottomMargin=20 * mm,
        title=f"{title_of(invoice)} {invoice.number}", author=payee, invariant=1,
    )  # fmt: skip
    page.build(_story(invoice, payments, payee, company, at))
    return out.getvalue()


def _story(invoice: Invoice, payments: list[Any], payee: str, company: Any, at: datetime) -> list[Any]:
    from reportlab.platypus import Paragraph, Spacer

    big, text, small = _styles()
    rows = [(label, value) for label, value in _facts(invoice, payee, company, at) if value]
    money = [(_day(p.received_at, at), f"{p.get_channel_display()} · {_money(p.money)}") for p in payments]
    gone = [
        (_day(r.requested_at, at), f"{_('Refund')} · {_money(r.money)} · {r.get_status_display()}")
        for p in payments
        for r in p.refunds.all()
        if r.status not in states.REFUND_GONE
    ]
    story = [Paragraph(f"{title_of(invoice)} {invoice.number}", big), Spacer(1, 18), _table(rows, text)]
    if money or gone:
        story += [Spacer(1, 18), Paragraph(_("Payments"), small), Spacer(1, 4), _table([*money, *gone], text)]
    return [*story, Spacer(1, 24), Paragraph(_("This is no fapiao."), small)]


def _facts(invoice: Invoice, payee: str, company: Any, at: datetime) -> list[tuple[str, str]]:
    return [
        (_("For"), f"{invoice.tier_name} · {invoice.get_purpose_display()}"),
        *_reduction(invoice),
        (_("Amount"), _money(invoice.money)),
        (_("Status"), str(invoice.get_status_display())),
        (_("Payee"), payee),
        (_("Payer"), invoice.person.name),
        (_("Payer’s company"), f"{company.legal_name} · {company.credit_code}" if company else ""),
        (_("Issued on"), _day(invoice.issued_at, at)),
        (_("Due"), _day(invoice.due_at, at) if invoice.is_open and invoice.due_at else ""),
        (_("Paid on"), _day(invoice.paid_at, at) if invoice.paid_at else ""),
    ]


def _reduction(invoice: Invoice) -> list[tuple[str, str]]:
    if invoice.coupon is None:
        return []
    label = _("Code %(code)s") % {"code": invoice.coupon.code}
    return [(_("Price"), _money(invoice.price)), (label, _money(-invoice.off))]


def _styles() -> tuple[Any, Any, Any]:
    from reportlab.lib.styles import ParagraphStyle

    plain = {"fontName": FONT, "textColor": INK, "wordWrap": "CJK"}
    return (
        ParagraphStyle("big", fontSize=20, leading=28, **plain),
        ParagraphStyle("text", fontSize=10.5, leading=17, **plain),
        ParagraphStyle("small", fontSize=9, leading=14, **(plain | {"textColor": MUTED})),
    )


def _table(rows: list[tuple[str, str]], style: Any) -> Any:
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, Table, TableStyle

    cells = [[Paragraph(_escaped(label), style), Paragraph(_escaped(value), style)] for label, value in rows]
    ruled = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return Table(cells, colWidths=[42 * mm, 124 * mm], style=ruled)


def _escaped(text: str) -> str:
    """What people typed is text, never mark-up."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _day(value: datetime, at: datetime) -> str:
    return formats.day_time(value, at=at, language=get_language() or "zh-hans")


def _money(money: Any) -> str:
    return formats.money(money.amount, money.currency, language=get_language() or "zh-hans")
