"""What a look through a file says, in the reader's language: faults with what to do about them, subjects, columns."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.moving.rules.columns import SUBJECTS

# %(found)s: what stands in the cell; %(more)s: what it was compared with.
FAULTS = {
    "needed": _("This must not be empty."),
    "needed_new": _("A new member needs this."),
    "formula": _("A formula. Copy the column and paste it as values."),
    "sheet_error": _("The spreadsheet shows an error here. Type the value."),
    "long": _("Too long: at most %(more)s characters."),
    "email": _("Not an e-mail address. It reads like name@example.com."),
    "phone": _("Not a phone number. Mainland numbers have 11 digits; others begin with + and the country code."),
    "phone_number": _("The spreadsheet has shortened this number. Format the column as text and type it again."),
    "code_number": _("The spreadsheet has made a number of this code. Format the column as text and type it again."),
    "code_length": _("A credit code has 18 characters."),
    "code_characters": _("A credit code has only digits and capital letters, without I, O, S, V and Z."),
    "code_check": _("The last character doesn't fit the others: one is mistyped. Compare it with the licence."),
    "percent": _("Not a share. Type a number up to 100, with at most two decimals."),
    "amount": _("Not an amount. Type yuan, with at most two decimals."),
    "amount_positive": _("The amount must be more than nothing. Leave the row out when nothing is left."),
    "day": _("Not a date. Type it like 2026-03-01."),
    "day_none": _("There is no such day."),
    "day_far": _("This year can't be right."),
    "hour": _("There is no such time of day."),
    "table": _("Not a table. Type its number, 1 to %(more)s."),
    "yes": _("Type yes or no."),
    "language": _("Type Chinese or English."),
    "listed": _("Not in the list. There are: %(more)s. The sheet Lists has them all."),
    "twice": _("Row %(more)s says the same thing already. Keep one of them."),
    "several": _("This fits more than one person: %(more)s. Name them by e-mail."),
    "two_people": _("The e-mail is one person's, the phone another's: %(more)s. Correct one of the two."),
    "phone_elsewhere": _("This phone belongs to %(more)s. Use that e-mail if it is the same person, else correct the phone."),
    "phone_shared": _("This phone stands at %(more)s, too. Correct one of the two."),
    "name_differs": _("The phone or code belongs to %(more)s. Correct the name, or add the e-mail of whom you mean."),
    "unknown_member": _("Nobody is called so, neither in the club nor in the sheet Members."),
    "unknown_company": _("This company is neither in the club nor in the sheet Companies."),
    "sponsor_unknown": _("The sponsor is neither in the club nor in the sheet Members."),
    "sponsor_needed": _("A trainee needs a sponsor: a member's e-mail or phone."),
    "sponsor_self": _("Nobody sponsors themselves."),
    "no_term": _("A new member needs a row in the sheet Terms."),
    "no_row": _("This person has an account and no membership yet: add a row in the sheet Members."),
    "no_membership": _("This person isn't a member: add a row in the sheet Terms, or leave these cells empty."),
    "no_card": _("There is no application to write this to. Leave the cell empty; they write it themselves."),
    "applying": _("This person has an application under way. It is decided under Applications."),
    "shut": _("This account is closed. Nothing is written to it."),
    "decided": _("The club has: %(more)s. Company, role and sponsor are shown by the member and decided under Companies."),
    "trainee_tier": _("A trainee holds the trainees' tier."),
    "trainee_end": _("Say on which day the trainee's months end."),
    "term_backwards": _("The end must come after the beginning, %(more)s."),
    "term_long": _("Longer than %(more)s years. Check both days."),
    "term_ahead": _("This begins more than a year from now. Check the year."),
    "early_outside": _("This day is outside the term."),
    "overlap": _("Overlaps the member's term %(more)s. Terms never overlap."),
    "overlap_row": _("Overlaps the term in row %(more)s. Terms never overlap."),
    "term_differs": _("The club has: %(more)s. A recorded term changes by renewing or leaving, not by a file."),
    "balance_ahead": _("This day is still to come."),
    "balance_outside": _("No term of this member covers this day."),
    "balance_differs": _("The books have %(more)s. A booking is not changed by a file."),
    "event_ahead": _("This isn't over yet. Only past attendance is taken."),
    "event_here": _("This event is in the club already, without this person. Its roster is the place for them."),
    "event_city": _("Row %(more)s has another city for the same event."),
    "no_tables": _("This kind of event has no tables. Leave the cell empty."),
    "table_full": _("This table has %(more)s people already. Give another table's number."),
    "room_full": _("This event has %(more)s people already, the most there can be."),
}  # fmt: skip

REFUSED = {
    "file.size": _("The file is larger than 10 MB. Hand it in by parts."),
    "file.kind": _("This is no workbook and no table. Hand in XLSX, CSV, or a ZIP of CSV files."),
    "file.old_excel": _("This is an old or protected workbook. Save it as XLSX without a password."),
    "file.unpacked": _("Unpacked, this file would be far larger than a club's. It wasn't opened."),
    "file.macros": _("The file holds macros, links or embedded objects. Save it as a plain XLSX."),
    "file.sheets": _("Too many sheets. Start from the template."),
    "file.sheet": _("The sheet “%(name)s” isn't one of ours. Name it as in the template, or delete it."),
    "file.sheet_twice": _("The sheet “%(name)s” is there twice."),
    "file.entry": _("“%(name)s” in the archive is no CSV file."),
    "file.headings": _("The first row doesn't have the template's headings, so nobody can tell what it is."),
    "file.columns": _("The sheet “%(sheet)s” has more than %(most)s columns. Start from the template."),
    "file.column": _("The sheet “%(sheet)s” has a column “%(name)s” that we don't know. Rename or delete it."),
    "file.column_twice": _("The sheet “%(sheet)s” has the column “%(name)s” twice."),
    "file.column_missing": _("The sheet “%(sheet)s” has no column “%(name)s”."),
    "file.beside": _("In the sheet “%(sheet)s”, row %(row)s, “%(found)s” stands outside the columns. Give its column a heading, or delete it."),
    "file.rows": _("More than %(most)s rows. Delete empty rows at the end, or hand it in by parts."),
    "file.empty": _("There are no rows in it."),
    "file.failed": _("The file couldn't be read to its end. Save it anew from the template and try again."),
}  # fmt: skip


def language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def fault(code: str, found: str = "", more: str = "") -> str:
    return str(FAULTS[code]) % {"found": found, "more": more} if more else str(FAULTS[code])


def refused(code: str, params: dict[str, Any]) -> str:
    return str(REFUSED[code]) % params if params else str(REFUSED[code])


def subject(name: str) -> str:
    return SUBJECTS[name].title(language())


def column(subject_name: str, name: str) -> str:
    """The heading of a column as the reader's template has it."""
    if name == "membership":
        return str(_("Membership"))
    return SUBJECTS[subject_name].column(name).title(language()).rstrip("*") if name else ""


def place(subject_name: str, number: int) -> str:
    return _("%(sheet)s, row %(row)s") % {"sheet": subject(subject_name), "row": number}


def result(name: str) -> str:
    """A kind of result as a tab says it; "" for all rows."""
    return str(
        {
            "": _("All rows"),
            "new": _("New"),
            "changed": _("With changes"),
            "unchanged": _("As it is"),
            "error": _("Mistakes"),
        }[name]
    )


def headings() -> list[str]:
    return [str(one) for one in (_("Sheet"), _("Row"), _("Who"), _("Column"), _("What stands there"), _("What to do"))]


def put_away(name: str) -> str:
    return _("“%(name)s” is put away; nothing of it was written.") % {"name": name}


def returned(code: str) -> str:
    from community.moving.refusals import REFUSALS

    return str(REFUSALS[code])


# What can have happened to a row since: of which kind it is, and what uses it.
THINGS = {
    "members.Person": _("An account"), "members.Application": _("An application"), "members.Company": _("A company"),
    "members.Stake": _("A role in a company"), "members.Term": _("A term"), "events.Event": _("A past event"),
    "events.Signup": _("An attendance"), "billing.OpeningBalance": _("A balance"),
}  # fmt: skip
USES = {
    "billing.Invoice": _("an invoice was issued for it"), "events.Signup": _("they signed up for an event"),
    "kernel.AuditEntry": _("somebody acted on it"), "kernel.Message": _("a letter was written to them"),
    "usersessions.UserSession": _("they have signed in"), "posts.Post": _("they wrote a post"),
}  # fmt: skip


def stays(label: str, key: int, code: str, other: str = "") -> str:
    """Why a row can't be taken back."""
    what = str(THINGS.get(label, _("Something of it")))
    since = {
        "changed": _("was changed since"), "gone": _("was deleted since"),
        "used": USES.get(other, _("something else hangs on it by now")), "earned": _("a part has become income"),
    }[code]  # fmt: skip
    return _("%(what)s (no. %(key)s): %(since)s.") % {"what": what, "key": key, "since": since}
