"""The few marks a letter's text may carry, turned into HTML.

Blocks are parted by blank lines. A block is a list where its lines start with "- ", a table where they start with "|"
("|!" for a row of headings), a heading with "# ", a framed text with "> ", a row of boxes to tick with "[ ] " or
"[x] ", and a new page where it is "<<page>>". Other line ends are kept; **two stars** print bold.
"""

import re
from html import escape

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_NUMBER = re.compile(r"^[-+]?[\d   ]+([.,]\d+)?(\s*(€|%|h|EUR))?$")


def to_html(text: str) -> str:
    return "\n".join(
        _block(block.strip("\n")) for block in re.split(r"\n\s*\n", text.strip("\n")) if block.strip()
    )


def lines_to_html(text: str) -> str:
    """Address blocks and other short texts: line ends kept, nothing else."""
    return "<br>".join(_inline(line) for line in text.strip("\n").splitlines())


def _inline(text: str) -> str:
    return _BOLD.sub(r"<b>\1</b>", escape(text, quote=False))


def _block(block: str) -> str:
    lines = block.splitlines()
    first = lines[0]
    if first == "<<page>>":
        return '<div class="break"></div>'
    if first.startswith("|"):
        return _table(lines)
    if first.startswith("- "):
        return "<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>"
    if first.startswith("# "):
        rest = "\n".join(lines[1:])
        return f"<h2>{_inline(first[2:])}</h2>" + (_block(rest) if rest else "")
    if first.startswith("> "):
        return f'<p class="framed">{"<br>".join(_inline(line[2:]) for line in lines)}</p>'
    if first.startswith(("[ ] ", "[x] ")):
        return "".join(_tick(line) for line in lines)
    return f"<p>{lines_to_html(block)}</p>"


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
