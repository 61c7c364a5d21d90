"""Who a row is about: by e-mail, by phone, by the company's code. What names two people is told, never guessed."""

from community.moving.rules.known import Club, Line


class Who:
    """The people of the club and of the file, found by what a cell says of them."""

    def __init__(self, club: Club, lines: list[Line]) -> None:
        self.club = club
        self.lines: dict[str, int] = {}  # e-mail → the row of Members that is about it
        self.file_phones: dict[str, list[str]] = {}
        self._of_line: dict[int, str] = {}
        for line in lines:
            email = self._whose(line)
            if email is None:
                continue
            if email in self.lines:
                line.wrong("email" if "email" in line.values else "phone", "twice", more=str(self.lines[email]))
                continue
            self.lines[email] = line.number
            self._of_line[id(line)] = email
        for line in lines:
            email = self._of_line.get(id(line))
            if email is not None and line.values.get("phone"):
                self.file_phones.setdefault(line.values["phone"], []).append(email)
        for line in lines:
            self._refuse_shared(line)

    def of_line(self, line: Line) -> str | None:
        """The e-mail a row of Members is about, known or new."""
        return self._of_line.get(id(line))

    def has_line(self, email: str) -> bool:
        return email in self.lines

    def named(self, line: Line, column: str = "member") -> str | None:
        """The member a cell names, if that is one person."""
        found = self._called(line.values.get(column, ""))
        return found[0] if len(found) == 1 else None

    def find(self, line: Line, column: str, unknown: str) -> str | None:
        """The same, with the fault written down when it is nobody or several."""
        if column not in line.values:
            return None
        found = self._called(line.values[column])
        if not found:
            line.wrong(column, unknown)
        elif len(found) > 1:
            line.wrong(column, "several", more=", ".join(sorted(found)))
        return found[0] if len(found) == 1 else None

    def _called(self, text: str) -> list[str]:
        if not text:
            return []
        if "@" in text:
            return [text] if text in self.club.people or text in self.lines else []
        return sorted({*self.file_phones.get(text, ()), *self.club.by_phone.get(text, ())})

    def _whose(self, line: Line) -> str | None:
        """By e-mail first; the phone then may name nobody else."""
        email, phone, code = (line.values.get(name) for name in ("email", "phone", "credit_code"))
        if any(fault.column == "email" for fault in line.faults):
            return None
        owners = self.club.by_phone.get(phone, []) if phone else []
        if email:
            others = [owner for owner in owners if owner != email]
            if others and email not in owners:
                line.wrong("phone", "two_people" if email in self.club.people else "phone_elsewhere", phone,
                           ", ".join(others))  # fmt: skip
                return None
            return str(email)
        if any(fault.column == "phone" for fault in line.faults):
            return None
        if len(owners) > 1:
            line.wrong("phone", "several", more=", ".join(owners))
            return None
        if owners:
            return self._agreed(line, owners[0])
        if phone:
            line.wrong("email", "needed_new", "")
            return None
        return self._by_company(line, code)

    def _by_company(self, line: Line, code: str | None) -> str | None:
        holders = self.club.by_code.get(code, []) if code else []
        if len(holders) == 1:
            return self._agreed(line, holders[0])
        if holders:
            line.wrong("credit_code", "several", code, ", ".join(holders))
        elif not any(fault.column == "credit_code" for fault in line.faults):
            line.wrong("email", "needed", "")
        return None

    def _agreed(self, line: Line, email: str) -> str | None:
        """Found without an e-mail: the name must be theirs, or it is another person's row."""
        name, known = line.values.get("full_name"), self.club.people[email].values.get("full_name")
        if name and known and name != known:
            line.wrong("full_name", "name_differs", name, f"{known} {email}")
            return None
        return email

    def _refuse_shared(self, line: Line) -> None:
        """One phone, two people of the file: which of them is meant would be a guess."""
        email = self._of_line.get(id(line))
        sharing = [one for one in self.file_phones.get(line.values.get("phone", ""), ()) if one != email]
        if email is not None and sharing and email not in self.club.people:
            line.wrong("phone", "phone_shared", more=", ".join(sharing))
