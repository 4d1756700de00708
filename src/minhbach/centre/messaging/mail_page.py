"""A mail's words once more as a page, for the mail programs that show one: headings, lists, addresses to click.

Owns how our plain mails are read: a heading in capitals, lines after "- ", an address below its line, a foot after
"-- ". Promises the same words in the same order, that nothing is loaded from anywhere, and that nothing which somebody
typed becomes markup or leads anywhere but to this site: an official mail is no place for a stranger's link.
"""

import re
from html import escape

#: Behind the site's own address; a sign that closes a sentence or a bracket is not of it, and no name goes on there.
_BEHIND = r"""(?:[/?#](?:[^\s<>"]*[^\s<>".,;:!?)\]»”])?)?(?=[.,;:!?)\]»”]*(?:[\s<>"]|$))"""
_NEVER = re.compile(r"(?!)")
_HEAD = """<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"></head>
<body style="margin:0;padding:16px;font:16px/1.5 'Segoe UI',Roboto,Arial,sans-serif"><div style="max-width:640px">
"""
_TAIL = "</div></body></html>\n"
_H2, _UL, _LI = 'style="font-size:15px;margin:20px 0 6px"', 'style="margin:0;padding-left:20px"', 'style="margin:6px 0"'
_FOOT = 'style="font-size:13px;opacity:.75;border-top:1px solid #8888;margin-top:24px;padding-top:8px"'


def page_of(body: str, site: str) -> str:
    """The page of a plain text; only what begins with the address ``site`` is to click, nothing where that is empty."""
    words, _, foot = body.partition("\n-- \n")
    own = re.compile(r"(?<![^\s(\[<>\"«“:])" + re.escape(site) + _BEHIND) if site else _NEVER
    blocks = [_block(block.split("\n"), own) for block in re.split(r"\n{2,}", words.strip("\n"))]
    end = f"<div {_FOOT}>{_lines(foot.strip().splitlines(), own)}</div>" if foot.strip() else ""
    return _HEAD + "\n".join(blocks) + end + _TAIL


def _block(lines: list[str], own: re.Pattern[str]) -> str:
    made = ""
    if len(lines) > 1 and lines[0].isupper():
        made, lines = f"<h2 {_H2}>{escape(lines[0])}</h2>", lines[1:]
    if not lines[0].startswith("- "):
        return made + f"<p>{_lines(lines, own)}</p>"
    items: list[list[str]] = []
    for line in lines:
        if line.startswith("- "):
            items.append([line[2:]])
        else:
            items[-1].append(line.strip())
    return made + f"<ul {_UL}>" + "".join(f"<li {_LI}>{_item(item, own)}</li>" for item in items) + "</ul>"


def _item(lines: list[str], own: re.Pattern[str]) -> str:
    """A line; with its address below it, the line itself is the way there."""
    if len(lines) == 2 and own.fullmatch(lines[1]):
        return f'<a href="{escape(lines[1])}">{escape(lines[0])}</a>'
    return _lines(lines, own)


def _lines(lines: list[str], own: re.Pattern[str]) -> str:
    return "<br>".join(_linked(line, own) for line in lines)


def _linked(line: str, own: re.Pattern[str]) -> str:
    made, at = "", 0
    for found in own.finditer(line):
        url = escape(found[0])
        made += f'{escape(line[at : found.start()])}<a href="{url}">{url}</a>'
        at = found.end()
    return made + escape(line[at:])
