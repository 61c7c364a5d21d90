"""Addresses that are not like the others of `access.py`, each with its reason."""

# Pages that are only read answer a POST with 405; those that write on a GET say why.
WRITES_ON_GET = {
    "post": "that a need was opened by a member whom it found is a figure its author sees (R31)",
    "fapiao_file": "each opening of a fapiao is on record (R21)",
    "desk_fapiao_file": "each opening of a fapiao is on record (R21)",
    "data_export_file": "each opening of a file of one's own data is on record (R52)",
    "desk_export": "each opening of the whole club's file is on record (R50)",
    "slip": "each opening of a bank slip is on record (R19)",
    "desk_slip": "each opening of a bank slip is on record (R19)",
    "invoice_return": "the way back from the payment page asks the provider and books what it says",
    "document": "each opening of evidence is on record (R3)",
    "desk_document": "each opening of evidence is on record (R3)",
    "desk_document_original": "each opening of evidence is on record (R3)",
    "desk_document_page": "each opening of evidence is on record (R3)",
}

# Reminders that are always so, however long they waited (R51); every other one says what it needs to stand.
ALWAYS_SO = {
    "pages/week": "it lists what the week brings, and leads to pages that say what has become of each",
    "pages/desk_waiting": "it counts piles as they were this morning, and is worth nothing at midnight",
    "programmes/challenge_over": "what came of a challenge changes no more",
}

# The sign-in library's pages: these are for people who are not signed in (or not yet); all the others ask to sign in.
PUBLIC_ACCOUNT_PAGES = {
    "account_login", "account_logout", "account_signup", "account_inactive",
    "account_email_verification_sent", "account_request_login_code", "account_confirm_login_code",
    "account_verify_phone", "account_reset_password", "account_confirm_password_reset_code", "account_complete_password_reset",
    "account_password_reset_completed", "mfa_authenticate", "mfa_login_webauthn",
}  # fmt: skip
