"""What happens to letters on their way through a scanner: each kind of damage as a function of a seed.

Every function takes a clean gray page (uint8, height x width, 255 paper) and returns gray or BGR pixels.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from bench.ocr_letters import font_file, letter

Pixels = NDArray[np.uint8]
STAMP_WORDS = ("COURRIER", "ARRIVÉ", "REÇU", "LE", "SECRÉTARIAT", "GÉNÉRAL", "URGENT", "COPIE")


def scanner(page: Pixels, chance: random.Random) -> Pixels:
    """What every scanner does: a little blur, a little noise, paper that is not quite white."""
    noise = np.random.default_rng(chance.randrange(2**32))
    blurred = cv2.GaussianBlur(page, (0, 0), chance.uniform(0.5, 0.9) * page.shape[1] / 2480)
    paper, ink = chance.uniform(240, 252), chance.uniform(15, 45)
    values = ink + blurred.astype(np.float32) / 255 * (paper - ink)
    values += noise.normal(0, chance.uniform(1.5, 4), page.shape).astype(np.float32)
    return np.clip(values, 0, 255).astype(np.uint8)


def clean(page: Pixels, chance: random.Random) -> Pixels:
    return scanner(page, chance)


def turned_left(page: Pixels, chance: random.Random) -> Pixels:
    return np.ascontiguousarray(np.rot90(scanner(page, chance)))


def turned_right(page: Pixels, chance: random.Random) -> Pixels:
    return np.ascontiguousarray(np.rot90(scanner(page, chance), -1))


def upside_down(page: Pixels, chance: random.Random) -> Pixels:
    return np.ascontiguousarray(np.rot90(scanner(page, chance), 2))


def skewed(page: Pixels, chance: random.Random) -> Pixels:
    angle = chance.choice((-1, 1)) * chance.uniform(2.0, 5.0)
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    border = 255 if page.ndim == 2 else (255, 255, 255)
    return np.asarray(
        cv2.warpAffine(
            scanner(page, chance), turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=border
        )
    )


def stamped(page: Pixels, chance: random.Random) -> Pixels:
    """A rubber stamp in blue, red or violet across the text."""
    height, width = page.shape[:2]
    unit = width / 2480
    stamp = Image.new("L", (round(900 * unit), round(420 * unit)), 0)
    pen = ImageDraw.Draw(stamp)
    face = ImageFont.truetype(str(font_file("LiberationSans-Bold.ttf")), round(84 * unit))
    w, h = stamp.size
    pen.rectangle((8, 8, w - 9, h - 9), outline=255, width=max(round(9 * unit), 2))
    for i, text in enumerate(
        chance.choice((("COURRIER ARRIVÉ", "LE", "SECRÉTARIAT"), ("REÇU LE", "GÉNÉRAL", "COPIE")))
    ):
        pen.text((w // 2, h * (i + 1) // 4), text, font=face, fill=255, anchor="mm")
    angled = np.asarray(stamp.rotate(chance.uniform(-18, 18), expand=True, resample=Image.Resampling.BICUBIC))
    top, left = round(height * chance.uniform(0.3, 0.6)), round(width * chance.uniform(0.12, 0.5))
    worn = np.random.default_rng(chance.randrange(2**32)).uniform(0.55, 1.0, angled.shape)
    cover = angled.astype(np.float32) / 255 * cv2.GaussianBlur(worn, (0, 0), 1.5)
    ink = np.array(chance.choice(((150, 60, 40), (50, 40, 190), (150, 50, 110))), np.float32)
    out = np.repeat(scanner(page, chance)[:, :, None], 3, 2).astype(np.float32)
    part = out[top : top + angled.shape[0], left : left + angled.shape[1]]
    cover = cover[: part.shape[0], : part.shape[1], None]
    part *= 1 - cover + cover * ink / 255
    return np.clip(out, 0, 255).astype(np.uint8)


def folded(page: Pixels, chance: random.Random) -> Pixels:
    """Two folds, each with a soft shadow and a sharp crease."""
    out = scanner(page, chance).astype(np.float32)
    height, width = out.shape[:2]
    for place in (chance.uniform(0.30, 0.36), chance.uniform(0.63, 0.7)):
        rows = np.arange(height) - place * height
        shadow = np.exp(-np.abs(rows) / (0.035 * height)) * np.where(rows > 0, 1.0, 0.35)
        out *= 1 - chance.uniform(0.45, 0.65) * shadow[:, None]
        crease = round(place * height)
        out[crease : crease + max(width // 900, 1)] *= 0.7
    side = np.linspace(1.0, chance.uniform(0.55, 0.75), width)[None]
    return np.clip(out * side, 0, 255).astype(np.uint8)


def shown_through(page: Pixels, chance: random.Random) -> Pixels:
    """The reverse side shines through thin paper."""
    other = letter(chance.randrange(10_000), round(page.shape[1] / 8.268)).gray
    back = cv2.resize(other, (page.shape[1], page.shape[0]))[:, ::-1]
    back = cv2.GaussianBlur(back, (0, 0), 2.2 * page.shape[1] / 2480).astype(np.float32)
    strength = chance.uniform(0.25, 0.42)
    mixed = page.astype(np.float32) * (1 - strength * (1 - back / 255))
    return scanner(np.clip(mixed, 0, 255).astype(np.uint8), chance)


def faxed(page: Pixels, chance: random.Random) -> Pixels:
    """Bilevel at fax resolution (204 x 196 dpi), with speckles and lost lines, brought back to its size."""
    height, width = page.shape[:2]
    noise = np.random.default_rng(chance.randrange(2**32))
    small = cv2.resize(
        page,
        (round(width * min(204 * 8.268 / width, 1)), round(height * min(196 * 11.693 / height, 1))),
        interpolation=cv2.INTER_AREA,
    )
    rough = small.astype(np.float32) + noise.normal(0, 26, small.shape)
    bilevel = np.where(rough > chance.uniform(120, 150), 255, 0).astype(np.uint8)
    specks = noise.random(small.shape) < chance.uniform(0.0004, 0.0015)
    bilevel[specks] = 0
    for row in noise.integers(0, small.shape[0], 4):
        bilevel[row] = np.roll(bilevel[row], 3)
    return np.asarray(cv2.resize(bilevel, (width, height), interpolation=cv2.INTER_NEAREST))


def photographed(page: Pixels, chance: random.Random) -> Pixels:
    """A telephone's photograph: on a dark desk, in perspective, light from one side, JPEG."""
    height, width = page.shape[:2]
    side = lambda: chance.uniform(0.02, 0.075)  # noqa: E731
    target = np.array(
        [
            (side() * width, side() * height),
            ((1 - side()) * width, side() * height),
            ((1 - side()) * width, (1 - side()) * height),
            (side() * width, (1 - side()) * height),
        ],
        np.float32,
    )
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    noise = np.random.default_rng(chance.randrange(2**32))
    desk = cv2.GaussianBlur(
        noise.uniform(30, 110, (height // 8 + 1, width // 8 + 1)).astype(np.float32), (0, 0), 3
    )
    desk = cv2.resize(desk, (width, height))
    sheet = cv2.warpPerspective(scanner(page, chance), matrix, (width, height), flags=cv2.INTER_AREA)
    mask = (
        cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (width, height)).astype(
            np.float32
        )
        / 255
    )
    mixed = desk * (1 - mask) + sheet * mask
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    fall = np.hypot((x / width - chance.uniform(0, 0.4)), (y / height - chance.uniform(0, 0.4)))
    mixed *= 1.05 - chance.uniform(0.35, 0.55) * fall
    mixed = cv2.GaussianBlur(mixed, (0, 0), 1.0 * width / 2480) + noise.normal(0, 4, mixed.shape)
    warm = np.stack([mixed * 0.86, mixed * 0.96, mixed], 2)
    encoded = cv2.imencode(".jpg", np.clip(warm, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 72])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR))


def pale(page: Pixels, chance: random.Random) -> Pixels:
    """A tired ribbon or toner on gray recycled paper."""
    noise = np.random.default_rng(chance.randrange(2**32))
    height, width = page.shape[:2]
    blurred = cv2.GaussianBlur(page, (0, 0), 0.9 * width / 2480).astype(np.float32) / 255
    paper = chance.uniform(165, 200)
    ink = paper - chance.uniform(28, 48)
    grain = cv2.resize(
        noise.normal(0, 5, (height // 6 + 1, width // 6 + 1)).astype(np.float32), (width, height)
    )
    values = ink + blurred * (paper - ink) + grain + noise.normal(0, 4, page.shape)
    return np.clip(values, 0, 255).astype(np.uint8)


KINDS: dict[str, Callable[[Pixels, random.Random], Pixels]] = {
    "clean": clean,
    "turned left": turned_left,
    "turned right": turned_right,
    "upside down": upside_down,
    "skewed": skewed,
    "stamped": stamped,
    "folded": folded,
    "shown through": shown_through,
    "faxed": faxed,
    "photographed": photographed,
    "pale": pale,
}

PAIRS = (
    ("stamped", "skewed"),
    ("folded", "turned left"),
    ("pale", "skewed"),
    ("shown through", "photographed"),
    ("faxed", "upside down"),
    ("folded", "photographed"),
    ("pale", "turned right"),
    ("shown through", "skewed"),
    ("stamped", "upside down"),
    ("faxed", "skewed"),
)


def damaged(page: Pixels, kinds: tuple[str, ...], seed: int) -> Pixels:
    """One damage or several, in the order given; colour is kept where a later damage can."""
    chance = random.Random(seed)
    out: Pixels = page
    for kind in kinds:
        out = _on_colour(KINDS[kind], out, chance) if out.ndim == 3 else KINDS[kind](out, chance)
    return out


def _on_colour(
    damage: Callable[[Pixels, random.Random], Pixels], page: Pixels, chance: random.Random
) -> Pixels:
    """Each channel gets the same damage."""
    state = chance.getstate()
    channels = []
    for channel in range(3):
        chance.setstate(state)
        done = damage(np.ascontiguousarray(page[:, :, channel]), chance)
        channels.append(done if done.ndim == 2 else done[:, :, channel])
    return np.stack(channels, 2)
