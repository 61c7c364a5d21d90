"""The days off and the working weekends of mainland China, from the library of holidays into a file of the product.

A web worker that loads the library itself grows by eight megabytes. `python -m devtools.china_days` writes the file
anew when a newer library knows what the State Council has announced since; a test says when that is due.
"""

import json
import re
from pathlib import Path

import holidays

FILE = Path(__file__).parent.parent / "community/kernel/china_days.json"
YEARS = range(2025, 2041)


def text() -> str:
    """{"off": {day: [Chinese name, English name]}, "working": [weekend day, …]}, a day a line; a substituted day off
    has no name."""
    chinese, english = (holidays.China(years=YEARS, language=language) for language in ("zh_CN", "en_US"))
    off = (
        f'"{on}": {json.dumps([_name(chinese[on]), _name(english[on])], ensure_ascii=False)}' for on in sorted(chinese)
    )
    working = (f'"{on}"' for on in sorted(chinese.weekend_workdays))
    return '{"off": {\n' + ",\n".join(off) + '\n}, "working": [\n' + ",\n".join(working) + "\n]}\n"


def _name(words: str) -> str:
    """Of the holiday alone: "day off, substituted from 10/10/2026" names none, "(observed)" is dropped."""
    return "" if re.search(r"[0-9]", words) else re.sub(r"\s*[(\uff08].*?[)\uff09]", "", words)


if __name__ == "__main__":
    FILE.write_text(text())
