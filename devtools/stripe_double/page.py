"""The stand-in payment page: plain HTML, no script, works on a phone."""

from __future__ import annotations

from html import escape
from pathlib import Path

from .response_contract import Values
from .words import LANGUAGES, OTHER, SHOWN_CARDS, WORDS, amount, chooses_language, why

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"


def render(session: Values | None, items: list[Values], intent: Values | None, lang: str, now: int) -> str:
    """The page for a session in whatever state it is."""
    words = WORDS[lang]
    if session is None:
        return _frame(lang, words["unknown"], f"<p>{words['unknown_text']}</p>")
    if session["status"] == "complete":
        return _closed(session, lang, "complete", success_url(session))
    if session["status"] == "expired":
        return _closed(session, lang, "expired", session["cancel_url"])
    if intent and intent["status"] == "requires_action":
        return _frame(lang, words["challenge"], _challenge(session, lang))
    left = max(1, (session["expires_at"] - now) // 60)
    parts = [_switch(session, lang), _bill(session, items, lang), _trouble(intent, lang), _form(session, lang)]
    parts.append(f'<p class="quiet">{words["minutes"].format(n=left)}</p>')
    if session["cancel_url"]:
        parts.append(f'<p class="leave"><a href="{escape(session["cancel_url"])}">{words["cancel"]}</a></p>')
    return _frame(lang, words["heading"], "\n".join(part for part in parts if part))


def success_url(session: Values) -> str:
    """Where the customer goes after paying, with the session's id filled in."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _frame(lang: str, heading: str, content: str) -> str:
    words = WORDS[lang]
    return f"""<!doctype html>
<html lang="{LANGUAGES[lang]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex">
<title>{words["title"]}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/page.css">
</head>
<body>
<header class="notice"><p>{words["notice"]}</p></header>
<main>
<h1>{heading}</h1>
{content}
</main>
</body>
</html>
"""


def _switch(session: Values, lang: str) -> str:
    if not chooses_language(session):
        return ""
    other, name = OTHER[lang]
    code = LANGUAGES[other]
    return f'<p class="switch"><a href="?lang={other}" lang="{code}" hreflang="{code}">{name}</a></p>'


def _bill(session: Values, items: list[Values], lang: str) -> str:
    lines = "".join(
        f"<li><span>{escape(item['description'])}</span> "
        f"<span>{amount(item['amount_total'], item['currency'])}</span></li>"
        for item in items
    )
    total = amount(session["amount_total"], session["currency"])
    return f'<section class="bill"><h2>{WORDS[lang]["due"]}</h2><p class="amount">{total}</p><ul>{lines}</ul></section>'


def _trouble(intent: Values | None, lang: str) -> str:
    if not intent or not intent["last_payment_error"]:
        return ""
    text = WORDS[lang]["failed"].format(why=why(intent["last_payment_error"], lang))
    return f'<p class="trouble" role="alert">{" ".join(text.split())}</p>'


def _form(session: Values, lang: str) -> str:
    words = WORDS[lang]
    methods = session["payment_method_types"]
    rows = "".join(
        f'<label class="method"><input type="radio" name="method" value="{method}"'
        f"{' checked' if method == methods[0] else ''}> {words.get(method, method)}</label>"
        for method in methods
    )
    total = amount(session["amount_total"], session["currency"])
    return f"""<form method="post" action="?lang={lang}">
<fieldset><legend>{words["methods"]}</legend>{rows}</fieldset>
{_card(words) if "card" in methods else ""}
<div class="bar"><button type="submit">{words["pay"].format(amount=total)}</button></div>
</form>"""


def _card(words: dict[str, str]) -> str:
    cards = "".join(f"<li><code>{_grouped(number)}</code> {words[number]}</li>" for number in SHOWN_CARDS)
    return f"""<div class="card">
<label for="number">{words["number"]}</label>
<input id="number" name="number" inputmode="numeric" autocomplete="off" value="{_grouped(SHOWN_CARDS[0])}" \
maxlength="40" aria-describedby="number-hint">
<p id="number-hint" class="quiet">{words["number_hint"]}</p>
<details><summary>{words["cards"]}</summary><ul>{cards}</ul></details>
</div>"""


def _challenge(session: Values, lang: str) -> str:
    words = WORDS[lang]
    return f"""<p>{words["challenge_text"]}</p>
<form method="post" action="?lang={lang}">
<input type="hidden" name="method" value="authenticate">
<div class="bar two"><button type="submit" name="result" value="confirm">{words["confirm"]}</button>
<button type="submit" name="result" value="refuse" class="plain">{words["refuse"]}</button></div>
</form>"""


def _closed(session: Values, lang: str, state: str, back: str | None) -> str:
    words = WORDS[lang]
    link = f'<p><a class="button" href="{escape(back)}">{words["back"]}</a></p>' if back else ""
    return _frame(lang, words[state], f"<p>{words[state + '_text']}</p>{link}")


def _grouped(number: str) -> str:
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))
