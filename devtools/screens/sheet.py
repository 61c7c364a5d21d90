"""The contact sheet: every picture on one page."""

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass
from devtools.screens.states import LANGUAGES, THEMES, WIDTHS, Screen


def file_name(screen: Screen, language: str, width: int, theme: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", f"{screen.page} {screen.state}".lower()).strip("-")
    return f"{words}.{language}.{width}.{theme}.png"


STYLE = """
body { font: 14px/1.5 system-ui, sans-serif; margin: 1rem 1.5rem; color: #1b1f1d; background: #faf8f4 }
nav { position: sticky; top: 0; background: #faf8f4; padding: .5rem 0; border-bottom: 1px solid #e4dfd4 }
nav a, nav label { margin-right: .8rem; white-space: nowrap } nav div { margin-top: .25rem }
h2 { margin: 2rem 0 .5rem; scroll-margin-top: 6rem } h3 { margin: 1rem 0 .25rem; font-size: 14px; color: #626461 }
.row { display: flex; gap: .75rem; overflow-x: auto; align-items: flex-start }
img { border: 1px solid #e4dfd4; display: block } .w390 img { width: 200px } .w1280 img { width: 420px }
"""


def contact_sheet(screens: list[Screen]) -> str:
    """Plain HTML: boxes to tick choose language, width and theme; a picture opens in full size."""
    choices = [*LANGUAGES, *(f"w{width}" for width in WIDTHS), *THEMES]
    hidden = "".join(f"body:has(#{c}:not(:checked)) .{c} {{ display: none }}\n" for c in choices)
    boxes = "".join(f'<label><input type="checkbox" id="{c}" checked> {c.removeprefix("w")}</label>' for c in choices)
    pages = list(dict.fromkeys(screen.page for screen in screens))
    links = "".join(f'<a href="#p{n}">{html.escape(name)}</a>' for n, name in enumerate(pages))
    body = ""
    for n, name in enumerate(pages):
        body += f'<h2 id="p{n}">{html.escape(name)}</h2>\n'
        for screen in (s for s in screens if s.page == name):
            body += f'<h3>{html.escape(screen.state)}</h3><div class="row">'
            for theme in THEMES:
                for language in LANGUAGES:
                    for width in WIDTHS:
                        file = file_name(screen, language, width, theme)
                        body += f'<a class="{language} w{width} {theme}" href="{file}"><img loading="lazy" src="{file}" alt=""></a>'
            body += "</div>\n"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Screens</title><style>{STYLE}{hidden}</style>'
        f"<nav><div>{boxes}</div><div>{links}</div></nav>{body}</html>"
    )
