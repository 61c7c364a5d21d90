from django.urls import path, register_converter

from community.billing.views import (
    auto_renewals,
    changing,
    coupons,
    fapiao,
    fapiao_desk,
    leaving,
    paying,
    paying_back,
    reconciling,
    renewing,
    seats,
    statements,
    tiers,
    transfer_desk,
    transfers,
    treasury,
    webhooks,
)


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
    path("billing/leave/", leaving.page, name="billing_leave"),
    path("billing/leave/now/", leaving.leave, name="billing_leave_now"),
    path("billing/leave/undo/", leaving.change_mind, name="billing_change_mind"),
    path("billing/tier/", changing.page, name="billing_tier"),
    path("billing/tier/up/", changing.move_up, name="billing_tier_up"),
    path("billing/tier/wish/", changing.wish, name="billing_tier_wish"),
    path("billing/renewal/", renewing.renewal, name="renewal"),
    path("billing/renewal/quiet/<str:token>/", renewing.quiet, name="renewal_quiet"),
    path("billing/auto-renewal/off/", auto_renewals.switch_off, name="auto_renewal_off"),
    path("billing/auto-renewal/off/<str:token>/", auto_renewals.by_letter, name="auto_renewal_off_by_letter"),
    path("year/", renewing.my_year, name="year"),
    path("billing/invoices/<number:number>/", paying.invoice, name="invoice"),
    path("billing/invoices/<number:number>/pdf/", paying.as_pdf, name="invoice_pdf"),
    path("billing/invoices/<number:number>/pay/", paying.pay, name="invoice_pay"),
    path("billing/invoices/<number:number>/code/", paying.code, name="invoice_code"),
    path("billing/invoices/<number:number>/fapiao/", fapiao.mine, name="invoice_fapiao"),
    path("billing/fapiao/<pid:public_id>/withdraw/", fapiao.withdraw, name="fapiao_withdraw"),
    path("billing/fapiao/<pid:public_id>/file/", fapiao.file, name="fapiao_file"),
    path("billing/invoices/<number:number>/return/", paying.come_back, name="invoice_return"),
    path("billing/invoices/<number:number>/transfer/", transfers.transfer, name="invoice_transfer"),
    path("billing/refunds/<pid:public_id>/", paying_back.my_refund, name="my_refund"),
    path("events/<pid:public_id>/pay/", seats.pay, name="event_pay"),
    path("desk/events/<pid:public_id>/money/", seats.money, name="desk_event_money"),
    path("desk/events/<pid:public_id>/price/", seats.price, name="desk_event_price"),
    path("desk/events/<pid:public_id>/price/take-back/", seats.price_take_back, name="desk_event_price_take_back"),
    path("billing/slips/<pid:public_id>/", transfers.slip, name="slip"),
    path("webhooks/stripe/", webhooks.stripe, name="stripe_webhook"),
    path("desk/billing/codes/", coupons.coupons, name="desk_coupons"),
    path("desk/billing/codes/new/", coupons.new_coupon, name="desk_coupon_new"),
    path("desk/billing/codes/<slug:code>/", coupons.coupon, name="desk_coupon"),
    path("desk/billing/codes/<slug:code>/end/", coupons.end, name="desk_coupon_end"),
    path("desk/billing/fapiao/", fapiao_desk.fapiaos, name="desk_fapiaos"),
    path("desk/billing/fapiao/<pid:public_id>/", fapiao_desk.fapiao, name="desk_fapiao"),
    path("desk/billing/fapiao/<pid:public_id>/return/", fapiao_desk.send_back, name="desk_fapiao_return"),
    path("desk/billing/fapiao/<pid:public_id>/flush/", fapiao_desk.flush, name="desk_fapiao_flush"),
    path("desk/billing/fapiao/<pid:public_id>/void/", fapiao_desk.void, name="desk_fapiao_void"),
    path("desk/billing/fapiao/<pid:public_id>/file/", fapiao_desk.file, name="desk_fapiao_file"),
    path("desk/billing/leavings/", leaving.cases, name="desk_leavings"),
    path("desk/billing/leavings/<pid:public_id>/decide/", leaving.decide, name="desk_leaving_decide"),
    path("desk/tiers/", tiers.tier_list, name="desk_tiers"),
    path("desk/tiers/new/", tiers.new_tier, name="desk_tier_new"),
    path("desk/tiers/<slug:code>/", tiers.tier, name="desk_tier"),
    path("desk/tiers/<slug:code>/price/", tiers.price, name="desk_tier_price"),
    path("desk/tiers/<slug:code>/price/take-back/", tiers.price_take_back, name="desk_tier_price_take_back"),
    path("desk/billing/", treasury.billing, name="desk_billing"),
    path("desk/billing/people/<pid:public_id>/", treasury.person, name="desk_money_person"),
    path("desk/billing/months/", treasury.month, name="desk_month"),
    path("desk/billing/transfers/", transfer_desk.desk_transfers, name="desk_transfers"),
    path("desk/billing/transfers/<pid:public_id>/confirm/", transfer_desk.confirm, name="desk_transfer_confirm"),
    path("desk/billing/transfers/<pid:public_id>/withdraw/", transfer_desk.withdraw, name="desk_transfer_withdraw"),
    path("desk/billing/transfers/<pid:public_id>/reverse/", transfer_desk.reverse, name="desk_transfer_reverse"),
    path("desk/billing/reconciliation/", reconciling.differences, name="desk_reconciliation"),
    path("desk/billing/reconciliation/compare/", reconciling.compare, name="desk_reconciliation_compare"),
    path(
        "desk/billing/reconciliation/<pid:public_id>/explain/", reconciling.explain, name="desk_reconciliation_explain"
    ),
    path("desk/billing/payouts/<slug:external_id>/arrived/", reconciling.arrived, name="desk_payout_arrived"),
    path("desk/billing/arrivals/<pid:public_id>/take-back/", reconciling.take_back, name="desk_arrival_take_back"),
    path("desk/billing/refunds/", paying_back.desk_refunds, name="desk_refunds"),
    path("desk/billing/refunds/batches/<pid:public_id>/", paying_back.batch, name="desk_refund_batch"),
    path("desk/billing/refunds/<pid:public_id>/account/", paying_back.desk_account, name="desk_refund_account"),
    path("desk/billing/refunds/<pid:public_id>/sent/", paying_back.sent, name="desk_refund_sent"),
    path("desk/billing/refunds/<pid:public_id>/back/", paying_back.back, name="desk_refund_back"),
    path("desk/billing/statements/", statements.statements, name="desk_statements"),
    path("desk/billing/statements/<pid:public_id>/", statements.statement, name="desk_statement"),
    path("desk/billing/statements/<pid:public_id>/take-back/", statements.take_back, name="desk_statement_take_back"),
    path("desk/billing/rows/<pid:public_id>/record/", statements.record, name="desk_row_record"),
    path("desk/billing/rows/<pid:public_id>/aside/", statements.set_aside, name="desk_row_aside"),
    path("desk/billing/rows/<pid:public_id>/reopen/", statements.reopen, name="desk_row_reopen"),
    path("desk/billing/slips/<pid:public_id>/", transfer_desk.slip, name="desk_slip"),
    path("desk/billing/accounts/", transfer_desk.entities, name="desk_entities"),
    path("desk/billing/money/<pid:public_id>/accept/", treasury.accept, name="desk_money_accept"),
    path("desk/billing/money/<pid:public_id>/refund/", treasury.refund, name="desk_money_refund"),
]
