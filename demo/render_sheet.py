"""A letter as sheets of paper: HTML and CSS laid out by WeasyPrint, before any scanner has seen it."""

import random
from html import escape
from typing import Any

import weasyprint
from weasyprint.text.fonts import FontConfiguration

from demo.letter import Letter
from demo.render_markup import lines_to_html, to_html

FAMILIES = {
    "sans": "Liberation Sans",
    "serif": "Liberation Serif",
    "mono": "Liberation Mono",
    "dejavu": "DejaVu Sans",
    "dejavu-serif": "DejaVu Serif",
    "condensed": "DejaVu Sans Condensed",
}
MONTHS = ["JANV.", "FÉVR.", "MARS", "AVRIL", "MAI", "JUIN", "JUIL.", "AOÛT", "SEPT.", "OCT.", "NOV.", "DÉC."]
INKS = ["#3b3f9a", "#a3263a", "#4a4a52", "#5a3a8c"]
ACCENTS = ["#1d4e89", "#2f6b3c", "#7a1f2b", "#3a3a3a", "#0d6f74", "#8a5a00"]

_PAGE = """
@page { size: A4; margin: 18mm 20mm 20mm 22mm; }
body { font-family: "%(family)s"; font-size: %(size)spt; line-height: 1.32; color: #111; margin: 0; }
p { margin: 0 0 2.6mm; text-align: %(align)s; hyphens: none; }
ul { margin: 0 0 2.6mm; padding-left: 7mm; }
h2 { font-size: 1.06em; margin: 4mm 0 2mm; }
table { border-collapse: collapse; margin: 2mm 0 4mm; width: 100%%; font-size: 0.94em; }
td, th { border: 0.3mm solid #444; padding: 1mm 2mm; text-align: left; vertical-align: top; }
th { background: #e4e4e4; }
td.number { text-align: right; white-space: nowrap; }
.framed { border: 0.4mm solid #222; padding: 2mm 3mm; }
.tick { margin: 0 0 1mm; }
.box { display: inline-block; width: 3.4mm; height: 3.4mm; line-height: 3.4mm; border: 0.3mm solid #222;
       text-align: center; font-size: 8pt; margin-right: 2mm; }
.break { break-before: page; }
.sender { width: 86mm; line-height: 1.25; }
.recipient { margin: 5mm 0 5mm 90mm; line-height: 1.25; }
.date { margin: 0 0 6mm 90mm; }
.registered { font-weight: bold; margin: 0 0 4mm; }
.object { font-weight: bold; margin: 0 0 5mm; }
.references { margin: 0 0 3mm; font-size: 0.92em; }
.signature { margin: 6mm 0 0 95mm; break-inside: avoid; }
.scribble { display: block; width: 46mm; height: 15mm; margin: 1mm 0 0 4mm; }
.annex { break-before: page; }
.footer { position: fixed; bottom: -14mm; left: 0; right: 0; font-size: 7.6pt; text-align: center; color: #333;
          border-top: 0.2mm solid #999; padding-top: 1mm; line-height: 1.2; }
.stamp { position: absolute; width: 50mm; border: 0.7mm solid; padding: 1.2mm 0; text-align: center; opacity: 0.82;
         font-family: "Liberation Sans"; font-size: 9.5pt; line-height: 1.3; font-weight: bold; }
.stamp b { font-size: 12.5pt; letter-spacing: 0.3mm; }
"""

_LAYOUTS = {
    "citizen": ".sender { min-height: 26mm; }",
    "right": """.sender { margin-left: 96mm; width: 72mm; min-height: 26mm; }
        .recipient { margin: -3mm 0 8mm 0; min-height: 18mm; }
        .date { margin-left: 96mm; } .object { text-decoration: underline; } .signature { margin-left: 4mm; }""",
    "column": """.letterhead { text-align: center; line-height: 1.3; font-size: 0.9em; margin-bottom: 9mm;
        border-bottom: 0.2mm solid #888; padding-bottom: 3mm; font-style: italic; }
        .letterhead .name { font-size: 1.9em;
        font-style: normal; letter-spacing: 0.6mm; } .recipient { margin: 0 0 7mm 0; width: 98mm; }
        .date { margin: 0 0 7mm 0; } .object { border-top: 0.2mm solid #888; border-bottom: 0.2mm solid #888;
        padding: 1.5mm 0; } .signature { margin-left: 70mm; }""",
    "note": """.recipient { margin: 0 0 6mm 0; min-height: 19mm; width: 100mm; } .date { margin: 0 0 6mm 0; }
        .sender { margin-top: 4mm; }""",
    "plain": """p { text-align: left; } .recipient, .date { margin-left: 0; } .recipient { margin-top: 8mm; }
        .object { font-weight: normal; text-decoration: underline; } .signature { margin-left: 60mm; }""",
    "letterhead": """.letterhead { display: flex; border-bottom: 0.8mm solid %(accent)s; padding-bottom: 3mm;
        margin-bottom: 6mm; } .logo { width: 17mm; height: 17mm; margin-right: 5mm; flex: none; }
        .recipient { min-height: 27mm; }
        .letterhead div { line-height: 1.25; font-size: 0.9em; }
        .letterhead .name { font-size: 1.7em; font-weight: bold; color: %(accent)s; }""",
    "banner": """@page :first { margin-top: 10mm; } .letterhead { background: %(accent)s; color: white;
        padding: 4mm 6mm; margin-bottom: 8mm; text-align: center; line-height: 1.3; font-size: 0.92em; }
        .letterhead .name { font-size: 1.75em; font-weight: bold; } .recipient { margin-left: 84mm;
        min-height: 28mm; }
        .object { border-left: 1mm solid %(accent)s; padding-left: 3mm; }""",
    "official": """@page { margin-left: 20mm; } .letterhead { position: absolute; left: 0; top: 0; width: 44mm;
        font-size: 0.84em; line-height: 1.3; } .letterhead .name { font-weight: bold; font-size: 1.2em;
        border-top: 1.2mm solid #1d3f8a; border-bottom: 1.2mm solid #c02033; padding: 2mm 0; margin-bottom: 3mm; }
        .content { margin-left: 52mm; } .recipient { margin: 22mm 0 6mm 34mm; } .date { margin: 0 0 8mm 34mm; }
        .signature { margin-left: 50mm; }""",
    "invoice": """.letterhead { line-height: 1.25; font-size: 0.92em; margin-bottom: 2mm; width: 95mm; }
        .letterhead .name { font-size: 1.6em; font-weight: bold; color: %(accent)s; }
        .title { position: absolute; right: 0; top: 0; border: 0.5mm solid %(accent)s; padding: 2.5mm 4mm;
        line-height: 1.35; width: 62mm; } th { background: %(accent)s; color: white; }
        p { text-align: left; } .recipient { margin-top: 10mm; min-height: 26mm; }""",
    "form": """.title { text-align: center; font-weight: bold; font-size: 1.15em; border: 0.5mm solid #222;
        background: #ececec; padding: 3mm; margin: 0 0 5mm; line-height: 1.3; } .letterhead { font-size: 0.85em;
        margin-bottom: 3mm; line-height: 1.25; } .letterhead .name { font-weight: bold; } p { text-align: left; }
        h2 { background: #ddd; padding: 1mm 2mm; } .recipient { margin: 2mm 0 3mm 0; } .date { margin: 4mm 0 0 0; }
        td.number { text-align: left; } td:first-child { width: 38%%; background: #f3f3f3; }""",
    "email": """.headers { border-top: 0.5mm solid #222; border-bottom: 0.2mm solid #888; padding: 2mm 0;
        margin-bottom: 6mm; line-height: 1.45; } p { text-align: left; } .signature { margin: 4mm 0 0; }""",
}
_HEADED = "sender recipient date_line registered_mark references_block object body signature"
_ORDERS = {
    "citizen": "sender registered_mark recipient date_line references_block object body signature",
    "plain": "sender date_line recipient registered_mark references_block object body signature",
    "note": "recipient date_line registered_mark references_block object body signature sender",
    "form": "recipient sender registered_mark references_block object body date_line signature",
    "letterhead": _HEADED,
    "banner": _HEADED,
    "right": _HEADED,
    "column": "sender date_line recipient registered_mark references_block object body signature",
    "official": _HEADED,
}
# Where the reception stamp finds white paper, in millimetres from the top left corner of the text area.
_STAMP_PLACES = {
    "citizen": (92, 0),
    "note": (108, 4),
    "plain": (104, 6),
    "letterhead": (4, 32),
    "banner": (4, 34),
    "right": (2, 0),
    "column": (112, 30),
    "official": (66, 0),
    "invoice": (6, 37),
    "form": (116, 228),
    "email": (108, 205),
}


def paper(letter: Letter, seed: int, stamped: bool) -> bytes:
    """The letter as the PDF its writer would have printed, with the reception stamp where `stamped`."""
    html = sheet_html(letter, random.Random(f"{seed}/{letter.id}"), stamped)
    document = weasyprint.HTML(string=html).render(font_config=FontConfiguration())
    return bytes(document.write_pdf(pdf_identifier=letter.id.encode()))


def sheet_html(letter: Letter, rng: random.Random, stamped: bool) -> str:
    style: dict[str, Any] = {
        "family": FAMILIES[letter.font],
        "size": letter.size,
        "align": rng.choice(["left", "justify"]),
        "accent": rng.choice(ACCENTS),
    }
    css = (_PAGE + _LAYOUTS[letter.layout]) % style
    stamp = _stamp(letter, rng) if stamped and letter.stamp else ""
    blocks = _email(letter) if letter.layout == "email" else _letter(letter, rng, str(style["accent"]))
    return (
        f'<html lang="fr"><head><title>{escape(letter.id)}</title><style>{css}</style></head>'
        f"<body>{stamp}{blocks}</body></html>"
    )


def _letter(letter: Letter, rng: random.Random, accent: str) -> str:
    order = _ORDERS.get(letter.layout, _ORDERS["citizen"]).split()
    content = "".join(_part(letter, name, rng) for name in order)
    head = _letterhead(letter, rng, accent) + _block("title", lines_to_html(letter.part("title")))
    annex = _block("annex", to_html(letter.part("annex")))
    footer = _block("footer", lines_to_html(letter.part("footer")))
    return f'{head}<div class="content">{content}</div>{annex}{footer}'


def _part(letter: Letter, name: str, rng: random.Random) -> str:
    text = letter.part(name)
    if not text:
        return ""
    if name == "body":
        return f'<div class="body">{to_html(text)}</div>'
    classes = {"date_line": "date", "registered_mark": "registered", "references_block": "references"}
    scribble = _scribble(rng) if name == "signature" and letter.layout != "email" else ""
    return _block(classes.get(name, name), lines_to_html(text) + scribble)


def _block(name: str, html: str) -> str:
    return f'<div class="{name}">{html}</div>' if html else ""


def _letterhead(letter: Letter, rng: random.Random, accent: str) -> str:
    name, _, rest = letter.part("letterhead").partition("\n")
    if not name:
        return ""
    logo = _logo(rng, accent) if letter.layout == "letterhead" else ""
    return (
        f'<div class="letterhead">{logo}<div><div class="name">{lines_to_html(name.replace(" / ", chr(10)))}</div>'
        f"{lines_to_html(rest)}</div></div>"
    )


def _email(letter: Letter) -> str:
    headers = _block("headers", lines_to_html(letter.part("sender")))
    closing = _block("signature", lines_to_html(letter.part("signature")))
    return f'{headers}<div class="body">{to_html(letter.part("body"))}</div>{closing}'


def _logo(rng: random.Random, accent: str) -> str:
    shapes = [
        f'<circle cx="50" cy="50" r="46" fill="none" stroke="{accent}" stroke-width="7"/>'
        f'<path d="M20 62 Q50 15 80 62 Z" fill="{accent}"/>',
        f'<rect x="6" y="6" width="88" height="88" rx="16" fill="{accent}"/>'
        '<path d="M26 74 L50 22 L74 74" fill="none" stroke="white" stroke-width="10"/>',
        f'<path d="M50 4 L94 28 V72 L50 96 L6 72 V28 Z" fill="{accent}"/><circle cx="50" cy="50" r="17" fill="white"/>',
    ]
    return f'<svg class="logo" viewBox="0 0 100 100">{rng.choice(shapes)}</svg>'


def _scribble(rng: random.Random) -> str:
    x, y = 6.0, 30.0
    path = f"M{x:.0f} {y:.0f}"
    for _ in range(rng.randint(5, 8)):
        step = rng.uniform(10, 24)
        path += (
            f" C{x + rng.uniform(-8, 6):.0f} {y - rng.uniform(14, 34):.0f}"
            f" {x + step:.0f} {y + rng.uniform(4, 26):.0f} {x + step:.0f} {28 + rng.uniform(-9, 9):.0f}"
        )
        x += step
        y = 28
    ink = rng.choice(["#1c2d7a", "#111", "#22347f"])
    return (
        f'<svg class="scribble" viewBox="0 0 150 56"><path d="{path}" fill="none" stroke="{ink}" '
        f'stroke-width="1.7" stroke-linecap="round"/></svg>'
    )


def _stamp(letter: Letter, rng: random.Random) -> str:
    if letter.stamp is None:
        return ""
    left, top = _STAMP_PLACES[letter.layout]
    day = f"{letter.stamp.day:02d} {MONTHS[letter.stamp.month - 1]} {letter.stamp.year}"
    turn, ink = rng.uniform(-5, 4), rng.choice(INKS)
    return (
        f'<div class="stamp" style="left:{left}mm;top:{top}mm;color:{ink};border-color:{ink};'
        f'transform:rotate({turn:.1f}deg)">COURRIER ARRIVÉ LE<br><b>{day}</b><br>MAIRIE DE SAINT-AUBIN</div>'
    )
