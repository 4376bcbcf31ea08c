"""What a PDF page is made of: one scan, its own text, or something to be drawn first."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Stream

LARGEST_CONTENT = 8 * 1024 * 1024
"""Bytes of drawing instructions looked into; above, the page is drawn by poppler without a look."""

COVERED = 0.95
"""Share of the page that one image must cover to be the page."""

_PAINTS = frozenset(("f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "EI", "INLINE IMAGE"))
_SHOWS = frozenset(("Tj", "TJ", "'", '"'))
_INVISIBLE = 3


@dataclass(frozen=True, slots=True)
class Drawn:
    """An image on the page: its object and the matrix that places it, in the page's units."""

    image: Stream
    matrix: pikepdf.Matrix


@dataclass(slots=True)
class Contents:
    """What the drawing instructions do. `whole` is false where they were too long or damaged to look into."""

    images: list[Drawn] = field(default_factory=list)
    visible_text: bool = False
    invisible_text: bool = False
    paints: bool = False
    forms: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Shape:
    """The page as shown: `box` is the part that shows (x0, y0, x1, y1, points), `rotation` clockwise
    degrees."""

    box: tuple[float, float, float, float]
    rotation: int

    @property
    def width(self) -> float:
        """Points, after the rotation."""
        x0, y0, x1, y1 = self.box
        return y1 - y0 if self.rotation in (90, 270) else x1 - x0

    @property
    def height(self) -> float:
        x0, y0, x1, y1 = self.box
        return x1 - x0 if self.rotation in (90, 270) else y1 - y0

    def to_user_space(self) -> pikepdf.Matrix:
        """Takes fractions of the page as shown (from the top left corner) to the page's own coordinates."""
        x0, y0, x1, y1 = self.box
        w, h = x1 - x0, y1 - y0
        if self.rotation == 90:
            return pikepdf.Matrix(0, h, w, 0, x0, y0)
        if self.rotation == 180:
            return pikepdf.Matrix(-w, 0, 0, h, x1, y0)
        if self.rotation == 270:
            return pikepdf.Matrix(0, -h, -w, 0, x1, y1)
        return pikepdf.Matrix(w, 0, 0, -h, x0, y1)


A4 = (0.0, 0.0, 595.0, 842.0)


def shape(page: Page) -> Shape:
    """Crop box within media box, as viewers show it; A4 where the boxes make no sense."""
    media = _box(_inherited(page, "/MediaBox")) or A4
    crop = _box(_inherited(page, "/CropBox")) or media
    x0, y0 = max(media[0], crop[0]), max(media[1], crop[1])
    x1, y1 = min(media[2], crop[2]), min(media[3], crop[3])
    box = (x0, y0, x1, y1) if x1 - x0 >= 1 and y1 - y0 >= 1 else media
    return Shape(box, _rotation(page))


def _rotation(page: Page) -> int:
    try:
        return round(float(str(_inherited(page, "/Rotate") or 0)) / 90) * 90 % 360
    except (ValueError, OverflowError):
        return 0


def _inherited(page: Page, key: str) -> object:
    node: object = page.obj
    for _ in range(50):
        if not isinstance(node, pikepdf.Object) or not isinstance(node, Dictionary):
            return None
        if key in node:
            return node[key]
        node = node.get("/Parent")
    return None


def _box(value: object) -> tuple[float, float, float, float] | None:
    if not isinstance(value, pikepdf.Object) or not isinstance(value, Array) or len(value) != 4:
        return None
    try:
        a, b, c, d = (float(edge) for edge in value)
    except (TypeError, ValueError):
        return None
    box = (min(a, c), min(b, d), max(a, c), max(b, d))
    return box if box[2] - box[0] >= 1 and box[3] - box[1] >= 1 else None


def contents(page: Page) -> Contents:
    """Look at the drawing instructions of the page itself (not of forms it draws)."""
    found = Contents()
    if not _content_within_bounds(page):
        return Contents(whole=False)
    try:
        _follow(page, found)
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError, ArithmeticError):
        return Contents(whole=False)
    return found


def _follow(page: Page, found: Contents) -> None:
    xobjects = _xobjects(page)
    matrix, mode = pikepdf.Matrix(), 0
    kept: list[tuple[pikepdf.Matrix, int]] = []
    for instruction in pikepdf.parse_content_stream(page):
        operands, name = instruction.operands, str(instruction.operator)
        if name == "q":
            kept.append((matrix, mode))
        elif name == "Q":
            if kept:
                matrix, mode = kept.pop()
        elif name == "cm":
            matrix = pikepdf.Matrix(*(float(value) for value in operands)) @ matrix
        elif name == "Tr":
            mode = int(operands[0])
        elif name in _SHOWS:
            if mode == _INVISIBLE:
                found.invisible_text = True
            else:
                found.visible_text = True
        elif name in _PAINTS:
            found.paints = True
        elif name == "Do":
            _draw(xobjects.get(str(operands[0])), matrix, found)


def _draw(drawn: object, matrix: pikepdf.Matrix, found: Contents) -> None:
    if not isinstance(drawn, pikepdf.Object) or not isinstance(drawn, Stream):
        return
    if drawn.get("/Subtype") == Name.Image:
        found.images.append(Drawn(drawn, matrix))
    else:
        found.forms = True


def _xobjects(page: Page) -> dict[str, object]:
    resources = _inherited(page, "/Resources")
    if not isinstance(resources, pikepdf.Object) or not isinstance(resources, Dictionary):
        return {}
    held = resources.get("/XObject")
    if not isinstance(held, pikepdf.Object) or not isinstance(held, Dictionary):
        return {}
    return dict(held.items())


def _content_within_bounds(page: Page) -> bool:
    held = page.obj.get("/Contents")
    streams = list(held) if isinstance(held, Array) else [held] if held is not None else []
    room = LARGEST_CONTENT
    for stream in streams[:1000]:
        if not isinstance(stream, Stream):
            continue
        room -= _unpacked_size(stream, room)
        if room < 0:
            return False
    return len(streams) <= 1000


def _unpacked_size(stream: Stream, most: int) -> int:
    """Size of the unpacked stream, or more than `most`, without ever unpacking more than that."""
    filters = stream.get("/Filter")
    names = (
        [str(name) for name in filters] if isinstance(filters, Array) else [str(filters)] if filters else []
    )
    raw = bytes(stream.read_raw_bytes())
    if not names:
        return len(raw)
    if names != ["/FlateDecode"]:
        return len(raw) * 8 if names in (["/ASCIIHexDecode"], ["/ASCII85Decode"]) else most + 1
    unpacker = zlib.decompressobj()
    try:
        size = len(unpacker.decompress(raw, most + 1))
    except zlib.error:
        return len(raw)
    return size


def quarter_turn(drawn: Drawn, shown: Shape) -> int | None:
    """The clockwise turn that brings the image's pixels to how the page shows them.

    None where the image does not cover the page, or is skewed, mirrored or partly outside: the page must be
    drawn then.
    """
    x0, y0, x1, y1 = shown.box
    w, h = x1 - x0, y1 - y0
    a, b, c, d, e, f = drawn.matrix.shorthand
    corners = [(e, f), (e + a, f + b), (e + c, f + d), (e + a + c, f + b + d)]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    low, high = min(y for _, y in corners), max(y for _, y in corners)
    slack_x, slack_y = (1 - COVERED) * w / 2, (1 - COVERED) * h / 2
    if left > x0 + slack_x or right < x1 - slack_x or low > y0 + slack_y or high < y1 - slack_y:
        return None
    if left < x0 - slack_x or right > x1 + slack_x or low < y0 - slack_y or high > y1 + slack_y:
        return None
    size = abs(a) + abs(b) + abs(c) + abs(d)
    if a * d - b * c <= 0:
        return None
    if abs(b) + abs(c) < 1e-3 * size:
        own = 0 if a > 0 else 180
    elif abs(a) + abs(d) < 1e-3 * size:
        own = 270 if b > 0 else 90
    else:
        return None
    return (own + shown.rotation) % 360


def placed_exactly(drawn: Drawn, shown: Shape, turn: int) -> tuple[float, float, float, float]:
    """The box of the image as fractions of the page as shown: it may lie a little inside or outside the
    page."""
    del turn
    inverse = shown.to_user_space().inverse()
    a, b, c, d, e, f = drawn.matrix.shorthand
    points = [inverse.transform(point) for point in ((e, f), (e + a + c, f + b + d))]
    (xa, ya), (xb, yb) = ((float(x), float(y)) for x, y in points)
    return (min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))


def image_dpi(drawn: Drawn) -> float:
    """Pixels per inch along the image's longer direction."""
    a, b, c, d, _, _ = drawn.matrix.shorthand
    across, up = (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5
    width, height = image_size(drawn.image)
    return 72 * max(width / across if across else 0.0, height / up if up else 0.0)


def image_size(image: Stream) -> tuple[int, int]:
    try:
        return int(image.get("/Width", 0)), int(image.get("/Height", 0))
    except (TypeError, ValueError):
        return 0, 0


def area_share(drawn: Drawn, shown: Shape) -> float:
    """How much of the page the image may cover, 0..1."""
    a, b, c, d, _, _ = drawn.matrix.shorthand
    page = (shown.box[2] - shown.box[0]) * (shown.box[3] - shown.box[1])
    return min(abs(a * d - b * c) / page, 1.0)


def is_plain(image: Stream) -> bool:
    """Whether the pixels are what is shown: no mask, no inversion, gray or RGB or palette of at most 8
    bits."""
    if any(key in image for key in ("/SMask", "/Mask", "/Decode")) or bool(image.get("/ImageMask", False)):
        return False
    if int(image.get("/BitsPerComponent", 8)) > 8:
        return False
    return _plain_colours(image.get("/ColorSpace"))


def _plain_colours(space: object) -> bool:
    if space in (Name.DeviceGray, Name.DeviceRGB, Name.CalGray, Name.CalRGB):
        return True
    if not isinstance(space, pikepdf.Object) or not isinstance(space, Array) or len(space) < 2:
        return False
    if space[0] in (Name.CalGray, Name.CalRGB):
        return True
    if space[0] == Name.ICCBased:
        return int(space[1].get("/N", 0)) in (1, 3)
    if space[0] == Name.Indexed:
        return _plain_colours(space[1])
    return False


def jpeg_bytes(image: Stream) -> bytes | None:
    """The JPEG file that the image is, or None."""
    filters = image.get("/Filter")
    if filters == Name.DCTDecode or (isinstance(filters, Array) and list(filters) == [Name.DCTDecode]):
        return bytes(image.read_raw_bytes())
    return None
