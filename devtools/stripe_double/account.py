"""The club's account as the double pretends it: where it is, what it may offer, what it pays."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from .response_contract import Values, build

# In which currencies a wallet can be shown (for an account in Hong Kong). Cards: in all.
_WALLET_CURRENCIES = {
    "alipay": {"aud", "cad", "cny", "eur", "gbp", "hkd", "jpy", "myr", "nzd", "sgd", "usd"},
    "wechat_pay": {"aud", "cad", "chf", "cny", "dkk", "eur", "gbp", "hkd", "jpy", "nok", "sek", "sgd", "usd"},
}  # fmt: skip
REFUND_DAYS = {"alipay": 90, "wechat_pay": 180}


@dataclass(frozen=True)
class Account:
    """`settles_in` is the currency of the balance; `rates` say what one unit of another is worth in it.

    Fees are taken from the settled amount: `fee_percent` of it and `fee_fixed` minor units.
    `refund_seconds`: how long an asynchronous refund stays pending.
    """

    id: str = "acct_1TongzhuoDouble00"
    country: str = "HK"
    settles_in: str = "hkd"
    methods: tuple[str, ...] = ("card", "alipay", "wechat_pay")
    rates: dict[str, str] = field(default_factory=lambda: {"cny": "1.0850", "usd": "7.8000"})
    fee_percent: str = "3.4"
    fee_fixed: int = 235
    refund_seconds: float = 60
    dispute_fee: int = 8500

    def offers(self, currency: str) -> list[str]:
        """Methods that can be shown for a payment in this currency."""
        return [m for m in self.methods if currency in _WALLET_CURRENCIES.get(m, {currency})]

    def takes(self, currency: str) -> bool:
        return currency == self.settles_in or currency in self.rates

    def settled(self, amount: int, currency: str) -> tuple[int, float | None]:
        """Amount in minor units of the settlement currency, and the rate (None: no conversion)."""
        if currency == self.settles_in:
            return amount, None
        rate = Decimal(self.rates[currency])
        return _rounded(amount * rate), float(rate)

    def fee(self, settled: int) -> int:
        return _rounded(settled * Decimal(self.fee_percent) / 100) + self.fee_fixed

    def values(self) -> Values:
        """The account object as Stripe shows it to its owner."""
        capabilities = {f"{m}_payments": "active" for m in self.methods if m != "wechat_pay" and m != "alipay"}
        return build(
            "account",
            id=self.id,
            type="standard",
            country=self.country,
            default_currency=self.settles_in,
            capabilities={**capabilities, "transfers": "active"},
            charges_enabled=True,
            payouts_enabled=True,
            details_submitted=True,
            email="treasurer@demo.test",
            created=1_760_000_000,
            metadata={},
        )


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
