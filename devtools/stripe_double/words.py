"""The words of the payment page, in both languages, and how it writes amounts."""

from __future__ import annotations

from .response_contract import Values

LANGUAGES = {"zh": "zh-Hans", "en": "en"}
OTHER = {"zh": ("en", "English"), "en": ("zh", "中文")}

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "title": "付款（演示收银台）",
        "notice": "演示收银台：只是练习，不会动用真实资金，也不要填写真实卡号。",
        "heading": "付款",
        "due": "应付金额",
        "minutes": "请在 {n} 分钟内完成付款。",
        "methods": "付款方式",
        "card": "银行卡",
        "alipay": "支付宝",
        "wechat_pay": "微信支付",
        "number": "测试卡号",
        "number_hint": "已填好一张会成功的测试卡，直接付款即可。",
        "cards": "换一种结果试试",
        "pay": "支付 {amount}",
        "cancel": "先不付，返回",
        "challenge": "银行要确认是你本人",
        "challenge_text": "真实付款时，这里是发卡银行的验证页面。请选择结果：",
        "confirm": "通过验证",
        "refuse": "验证失败",
        "complete": "已经付过了",
        "complete_text": "这笔款项已付清，不用再付一次。",
        "back": "回到网站",
        "expired": "这次付款已失效",
        "expired_text": "请回到网站，重新点一次付款。",
        "unknown": "找不到这次付款",
        "unknown_text": "链接可能不完整。请回到网站，重新点一次付款。",
        "failed": "没有付成。{why}请换一种方式再试。",
        "generic_decline": "这张卡被银行拒绝了。",
        "insufficient_funds": "卡内余额不足。",
        "expired_card": "这张卡已过期。",
        "incorrect_cvc": "安全码不正确。",
        "incorrect_number": "卡号不正确，请核对。",
        "processing_error": "银行处理时出错了。",
        "test_mode_live_card": "这里只收测试卡号。",
        "authentication": "没有通过银行验证。",
        "4242424242424242": "付款成功",
        "4000000000000002": "银行拒绝",
        "4000000000009995": "余额不足",
        "4000000000003220": "需要银行验证",
        "4000000000000259": "付款成功，随后被持卡人拒付",
        "4000000000007726": "付款成功，退款要等一会儿",
        "4000000000005126": "付款成功，退款随后失败",
        "4000000000000341": "付款成功，以后自动续费时被拒",
        "4000002760003184": "需要银行验证，以后自动续费时也要",
    },
    "en": {
        "title": "Pay (practice checkout)",
        "notice": "Practice checkout: no money moves here. Do not enter a real card number.",
        "heading": "Pay",
        "due": "Amount due",
        "minutes": "Please finish within {n} minutes.",
        "methods": "Pay with",
        "card": "Card",
        "alipay": "Alipay",
        "wechat_pay": "WeChat Pay",
        "number": "Test card number",
        "number_hint": "A test card that works is filled in already: just pay.",
        "cards": "Try another outcome",
        "pay": "Pay {amount}",
        "cancel": "Go back without paying",
        "challenge": "Your bank wants to be sure it is you",
        "challenge_text": "In a real payment this is a page of the bank. Choose what happens:",
        "confirm": "Confirm",
        "refuse": "Fail",
        "complete": "Already paid",
        "complete_text": "This payment is complete; there is nothing more to pay.",
        "back": "Back to the site",
        "expired": "This payment page has expired",
        "expired_text": "Go back to the site and press pay again.",
        "unknown": "There is no such payment",
        "unknown_text": "The link may be incomplete. Go back to the site and press pay again.",
        "failed": "The payment did not go through. {why} Please try another way.",
        "generic_decline": "The bank declined this card.",
        "insufficient_funds": "There is not enough money on this card.",
        "expired_card": "This card has expired.",
        "incorrect_cvc": "The security code is wrong.",
        "incorrect_number": "The card number is wrong; please check it.",
        "processing_error": "The bank had a problem.",
        "test_mode_live_card": "Only test cards work here.",
        "authentication": "The bank did not confirm it.",
        "4242424242424242": "is paid",
        "4000000000000002": "is declined",
        "4000000000009995": "has not enough money",
        "4000000000003220": "asks for the bank’s confirmation",
        "4000000000000259": "is paid, then disputed",
        "4000000000007726": "is paid; refunds take a while",
        "4000000000005126": "is paid; refunds fail later",
        "4000000000000341": "is paid; charged again later, it is declined",
        "4000002760003184": "asks for confirmation now and at every later charge",
    },
}
SHOWN_CARDS = [key for key in WORDS["en"] if key.isdigit()]
_SIGNS = {"cny": "¥", "hkd": "HK$", "usd": "US$"}


def language(session: Values | None, query: str | None, accept: str) -> str:
    """ "zh" or "en": the session's locale wins, then ?lang=, then the browser's first known one."""
    wishes = [(session or {}).get("locale"), query, *(part.split(";")[0] for part in accept.split(","))]
    for wish in wishes:
        short = (wish or "").strip().lower()[:2]
        if short in WORDS:
            return short
    return "zh"


def chooses_language(session: Values) -> bool:
    """May the reader switch: only when the session does not prescribe a language."""
    return session["locale"] in (None, "auto")


def amount(minor: int, currency: str) -> str:
    """¥3,800 or ¥3,800.50: no fen where there are none."""
    whole, rest = divmod(minor, 100)
    sign = _SIGNS.get(currency, f"{currency.upper()} ")
    return f"{sign}{whole:,}.{rest:02d}" if rest else f"{sign}{whole:,}"


def why(error: Values, lang: str) -> str:
    """Why the last attempt failed, in one sentence; empty when there is nothing to add."""
    words = WORDS[lang]
    if error["payment_method_type"] != "card":
        return ""
    known = words.get(error.get("decline_code") or error["code"] or "")
    return known or words["authentication"]
