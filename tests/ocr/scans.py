"""Scans drawn for the tests: French letters of our own, with the damage scanners and people do to them."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import img2pdf
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

Pixels = NDArray[np.uint8]

LETTER = (
    "Monsieur Anatole Guérin",
    "5 rue des Mésanges",
    "72400 La Ferté-Bernard",
    "",
    "Objet : éclairage du chemin communal",
    "",
    "Madame la Maire,",
    "",
    "Depuis le début du mois, trois lampadaires du chemin des",
    "Bruyères ne fonctionnent plus. Les enfants qui rentrent de",
    "l'école à pied marchent dans l'obscurité dès dix-sept heures.",
    "",
    "Je vous demande de faire intervenir vos services avant les",
    "vacances de février, et de me tenir informé de la date prévue.",
    "Plusieurs voisins ont déjà signalé cette panne par téléphone.",
    "",
    "Je vous prie d'agréer, Madame la Maire, l'expression de mes",
    "salutations respectueuses.",
)


def font(size: int, name: str = "LiberationSerif-Regular.ttf") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path("/usr/share/fonts/truetype/liberation") / name), size)


def sheet(dpi: int = 200) -> Image.Image:
    return Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), 255)


def write(
    page: Image.Image, lines: tuple[str, ...], left: float, top: float, dpi: int = 200, points: int = 12
) -> None:
    """`left` and `top` in inches."""
    pen = ImageDraw.Draw(page)
    face = font(round(points * dpi / 72))
    for number, line in enumerate(lines):
        pen.text((left * dpi, top * dpi + number * points * 1.4 * dpi / 72), line, font=face, fill=0)


def letter(dpi: int = 200, lines: tuple[str, ...] = LETTER) -> Pixels:
    page = sheet(dpi)
    write(page, lines, 1, 1, dpi)
    return np.asarray(page, np.uint8)


def scanned(pixels: Pixels, seed: int = 1) -> Pixels:
    noise = np.random.default_rng(seed).normal(0, 3, pixels.shape)
    return np.clip(25 + pixels.astype(np.float32) * 0.86 + noise, 0, 255).astype(np.uint8)


def turned(pixels: Pixels, quarters: int) -> Pixels:
    """Clockwise."""
    return np.ascontiguousarray(np.rot90(pixels, -quarters))


def skewed(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(pixels, matrix, (width, height), borderValue=230), np.uint8)


def pale(pixels: Pixels) -> Pixels:
    noise = np.random.default_rng(3).normal(0, 4, pixels.shape)
    return np.clip(150 + pixels.astype(np.float32) / 255 * 38 + noise, 0, 255).astype(np.uint8)


def shaded(pixels: Pixels) -> Pixels:
    """A dark gradient from left to right and a fold."""
    height, width = pixels.shape
    fall = (
        np.linspace(1.0, 0.4, width)[None]
        * (1 - 0.5 * np.exp(-np.abs(np.arange(height) - height * 0.3) / 60))[:, None]
    )
    return np.clip(scanned(pixels) * fall, 0, 255).astype(np.uint8)


def photographed(pixels: Pixels) -> Pixels:
    height, width = pixels.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    target = np.array(
        [
            (0.08 * width, 0.05 * height),
            (0.93 * width, 0.03 * height),
            (0.97 * width, 0.96 * height),
            (0.04 * width, 0.93 * height),
        ],
        np.float32,
    )
    matrix = cv2.getPerspectiveTransform(corners, target)
    ground = cv2.warpPerspective(scanned(pixels), matrix, (width, height), borderValue=60)
    return np.clip(ground * np.linspace(1.0, 0.6, height)[:, None], 0, 255).astype(np.uint8)


def stamped(pixels: Pixels) -> Pixels:
    """A red stamp across the text; BGR."""
    height, width = pixels.shape
    stamp = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(stamp)
    box = (round(width * 0.2), round(height * 0.24), round(width * 0.6), round(height * 0.34))
    pen.rectangle(box, outline=255, width=6)
    face = font(round(width / 24), "LiberationSans-Bold.ttf")
    pen.text(
        ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2), "MAIRIE REÇU", font=face, fill=255, anchor="mm"
    )
    cover = np.asarray(stamp.rotate(8), np.float32)[:, :, None] / 255 * 0.85
    page = np.repeat(scanned(pixels)[:, :, None], 3, 2).astype(np.float32)
    ink = np.array((60, 50, 200), np.float32)
    return np.clip(page * (1 - cover + cover * ink / 255), 0, 255).astype(np.uint8)


def jpeg(pixels: Pixels, dpi: int = 200) -> bytes:
    image = Image.fromarray(pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, ::-1]))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85, dpi=(dpi, dpi))
    return buffer.getvalue()


def pdf(path: Path, *pages: Pixels, dpi: int = 200) -> Path:
    """A PDF of one JPEG scan a page."""
    path.write_bytes(img2pdf.convert([jpeg(page, dpi) for page in pages]))
    return path


def error(got: str, lines: tuple[str, ...] = LETTER) -> float:
    """Share of wrong characters, white space evened out."""
    truth = " ".join(" ".join(lines).split())
    read = " ".join(got.replace("’", "'").split())
    return Levenshtein.distance(truth, read) / len(truth)
