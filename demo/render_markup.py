"""The few marks a letter's text may carry, turned into HTML.

Blocks are parted by blank lines or by a change of mark. Lines that start with "- " are a list, with "|" a table ("|!"
for a row of headings), with "# " headings, with "> " a framed text, with "[ ] " or "[x] " boxes to tick, and
"<<page>>" begins a new page. Other line ends are kept; **two stars** print bold.
"""

import re
from html import escape
from itertools import groupby

_MARKS = ("|", "- ", "# ", "> ", "[ ] ", "[x] ", "<<page>>")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_NUMBER = re.compile(r"^[-+]?[\d   ]+([.,]\d+)?(\s*(€|%|h|EUR))?$")


def to_html(text: str) -> str:
    blocks = (block.splitlines() for block in re.split(r"\n\s*\n", text.strip("\n")) if block.strip())
    return "\n".join(_block(list(lines)) for block in blocks for _, lines in groupby(block, _mark))


def lines_to_html(text: str) -> str:
    """Address blocks and other short texts: line ends kept, nothing else."""
    return "<br>".join(_inline(line) for line in text.strip("\n").splitlines())


def _inline(text: str) -> str:
    return _BOLD.sub(r"<b>\1</b>", escape(text, quote=False))


def _mark(line: str) -> str:
    return next((mark for mark in _MARKS if line.startswith(mark)), "").replace("[x] ", "[ ] ")


def _block(lines: list[str]) -> str:
    match _mark(lines[0]):
        case "<<page>>":
            return '<div class="break"></div>'
        case "|":
            return _table(lines)
        case "- ":
            return "<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>"
        case "# ":
            return "".join(f"<h2>{_inline(line[2:])}</h2>" for line in lines)
        case "> ":
            return f'<p class="framed">{"<br>".join(_inline(line[2:]) for line in lines)}</p>'
        case "[ ] ":
            return "".join(_tick(line) for line in lines)
    return "<p>" + "<br>".join(_inline(line) for line in lines) + "</p>"


def _tick(line: str) -> str:
    mark = "X" if line.startswith("[x]") else "&nbsp;"
    return f'<p class="tick"><span class="box">{mark}</span>{_inline(line[4:])}</p>'


def _table(lines: list[str]) -> str:
    rows = []
    for line in lines:
        heading = line.startswith("|!")
        cells = line.removeprefix("|!").removeprefix("|").strip().removesuffix("|").split("|")
        rows.append("<tr>" + "".join(_cell(cell.strip(), heading) for cell in cells) + "</tr>")
    return f"<table>{''.join(rows)}</table>"


def _cell(text: str, heading: bool) -> str:
    tag = "th" if heading else "td"
    side = ' class="number"' if _NUMBER.match(text) else ""
    return f"<{tag}{side}>{_inline(text)}</{tag}>"
