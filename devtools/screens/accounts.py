"""Signing in by a text message: the number, the code, and a wrong one."""

from devtools.screens.states import Screen
from devtools.screens.ways import filling, pressing, then

CODE, NEXT = "/accounts/login/code/", pressing("form.form button[type=submit]")
ACCOUNTS = [
    Screen("Account", "sign in by code, nothing typed", None, then(CODE, NEXT)),
    Screen("Account", "code of a text message, to sign in", None, then(CODE, filling(phone="139 5555 0123"), NEXT)),
    Screen("Account", "code of a text message, wrong", None,
           then(CODE, filling(phone="139 5555 0124"), NEXT, filling(code="123456"), NEXT)),
]  # fmt: skip
