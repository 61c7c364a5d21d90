from django.urls import path, register_converter

from community.billing.views import paying, treasury, webhooks


class NumberConverter:
    """An invoice number: year and six digits or more."""

    regex = "[0-9]{4}-[0-9]{6,9}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "number")

urlpatterns = [
    path("fees/", paying.fees, name="fees"),
    path("billing/", paying.billing, name="billing"),
    path("billing/join/", paying.join, name="billing_join"),
    path("billing/invoices/<number:number>/", paying.invoice, name="invoice"),
    path("billing/invoices/<number:number>/pay/", paying.pay, name="invoice_pay"),
    path("billing/invoices/<number:number>/return/", paying.come_back, name="invoice_return"),
    path("webhooks/stripe/", webhooks.stripe, name="stripe_webhook"),
    path("desk/billing/", treasury.billing, name="desk_billing"),
    path("desk/billing/money/<pid:public_id>/accept/", treasury.accept, name="desk_money_accept"),
    path("desk/billing/money/<pid:public_id>/refund/", treasury.refund, name="desk_money_refund"),
]
