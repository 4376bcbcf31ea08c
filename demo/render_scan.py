"""What an office scanner, a fax or a telephone makes of a sheet, and the file it writes."""

import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]
_DATED = time.struct_time((2026, 10, 1, 8, 0, 0, 3, 274, 0))


@dataclass(frozen=True)
class Machine:
    """How one device scans: resolution in dots per inch, damage in degrees and gray levels."""

    dpi: int
    color: bool = False
    bilevel: bool = False
    skew: float = 0.6
    noise: float = 5.0
    blur: float = 0.5
    specks: int = 25
    fold: bool = False
    suffix: str = ".pdf"
    quality: int = 72


MACHINES = {
    "gray200": Machine(200, fold=True, skew=0.9),
    "gray300": Machine(300, skew=0.5, noise=4, quality=68),
    "color200": Machine(200, color=True, noise=4, quality=74),
    "color300": Machine(300, color=True, noise=3, quality=66, fold=True),
    "bw200": Machine(200, bilevel=True, skew=0.5, specks=40),
    "bw300": Machine(300, bilevel=True, skew=0.8, specks=90),
    "fax": Machine(200, bilevel=True, skew=0.7, noise=16, blur=0.6, specks=120),
    "photo": Machine(220, color=True, skew=0.0, noise=4, blur=0.7, suffix=".jpg", quality=80, specks=0),
    "jpeg": Machine(200, color=True, suffix=".jpg", quality=72),
    "tiff": Machine(300, bilevel=True, suffix=".tif", specks=60),
    "digital": Machine(0),
}


def scan(
    paper: bytes, scanner: str, target: Path, rng: np.random.Generator, *, clean: bool, turn: int
) -> Path:
    """Scan `paper` (a PDF) into `target` with the machine's suffix; `turn` degrees turn the first page.

    A clean scan has the machine's resolution and file format but no skew, noise, fold or specks.
    """
    machine = MACHINES[scanner]
    target = target.with_name(target.name + machine.suffix)
    if scanner == "digital":
        _write(target, paper)
        return target
    pages = [_damaged(page, scanner, machine, rng) if not clean else page for page in _sheets(paper, machine)]
    if turn:
        pages[0] = np.ascontiguousarray(np.rot90(pages[0], turn // 90))
    save_pages(pages, machine, target)
    return target


def _sheets(paper: bytes, machine: Machine) -> list[Pixels]:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "paper.pdf")
        source.write_bytes(paper)
        gray = [] if machine.color else ["-gray"]
        subprocess.run(
            ["pdftoppm", "-r", str(machine.dpi), *gray, str(source), str(Path(folder, "page"))], check=True
        )
        flag = cv2.IMREAD_COLOR if machine.color else cv2.IMREAD_GRAYSCALE
        return [_read(path, flag) for path in sorted(Path(folder).glob("page*"))]


def _read(path: Path, flag: int) -> Pixels:
    pixels = cv2.imread(str(path), flag)
    if pixels is None:
        raise RuntimeError(f"pdftoppm wrote no readable page: {path.name}")
    return np.asarray(pixels, dtype=np.uint8)


def _damaged(page: Pixels, scanner: str, machine: Machine, rng: np.random.Generator) -> Pixels:
    page = _paper_tint(page, rng) if machine.color else page
    if scanner == "photo":
        return _grain(_telephone(page, rng), machine.noise, rng)
    page = _skewed(page, rng.uniform(-machine.skew, machine.skew))
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), machine.blur * machine.dpi / 250), dtype=np.uint8)
    page = _shaded(page, machine, rng)
    page = _specked(page, machine, rng)
    page = _grain(page, machine.noise, rng)
    if machine.bilevel:
        page = np.where(page > 150 + rng.integers(-12, 12), 255, 0).astype(np.uint8)
    return _fax_line(page, rng) if scanner == "fax" else page


def _skewed(page: Pixels, degrees: float) -> Pixels:
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    white = (244, 244, 244)
    return np.asarray(cv2.warpAffine(page, turn, (width, height), borderValue=white), dtype=np.uint8)


def _paper_tint(page: Pixels, rng: np.random.Generator) -> Pixels:
    tint = np.array(
        [rng.uniform(0.93, 0.98), rng.uniform(0.965, 0.99), rng.uniform(0.97, 1.0)], dtype=np.float32
    )
    return np.asarray((page * tint).astype(np.uint8))


def _shaded(page: Pixels, machine: Machine, rng: np.random.Generator) -> Pixels:
    """Uneven light from one edge to the other and, where the letter was folded in three, its two soft shadows."""
    height, width = page.shape[:2]
    rows = np.linspace(rng.uniform(0.95, 1.0), rng.uniform(0.97, 1.0), height, dtype=np.float32)
    columns = np.linspace(1.0, rng.uniform(0.95, 1.0), width, dtype=np.float32)
    if machine.fold:
        for third in (1 / 3, 2 / 3):
            crease = (third + rng.uniform(-0.012, 0.012)) * height
            distance = (np.arange(height) - crease) / (machine.dpi * 0.05)
            rows *= 1 - rng.uniform(0.08, 0.16) * np.exp(-(distance**2)).astype(np.float32)
    light = rows[:, None] * columns[None, :]
    light = light[:, :, None] if page.ndim == 3 else light
    return np.asarray((page * light).astype(np.uint8))


def _specked(page: Pixels, machine: Machine, rng: np.random.Generator) -> Pixels:
    page = page.copy()
    height, width = page.shape[:2]
    largest = max(2, machine.dpi // 130)
    for _ in range(machine.specks):
        center = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        shade = int(rng.integers(40, 150))
        cv2.circle(page, center, int(rng.integers(1, largest)), (shade, shade, shade), -1)
    return page


def _grain(page: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Sensor noise: one tile of it laid over the whole page, which is quick and looks the same."""
    height, width = page.shape[:2]
    tile = rng.standard_normal((512, 512), dtype=np.float32) * strength
    grain = np.tile(tile, (height // 512 + 1, width // 512 + 1))[:height, :width]
    grain = grain[:, :, None] if page.ndim == 3 else grain
    return np.asarray(np.clip(page + grain, 0, 255).astype(np.uint8))


def _telephone(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A sheet photographed on a table: seen a little from one side, lit from one corner."""
    height, width = page.shape[:2]
    margin = width * 0.045
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    seen = np.array([[margin, margin], [width - margin, margin], [width - margin, height - margin],
                     [margin, height - margin]], dtype=np.float32)  # fmt: skip
    seen += rng.uniform(-0.55, 0.55, (4, 2)).astype(np.float32) * margin
    matrix = cv2.getPerspectiveTransform(corners, seen)
    table = (70, 98, 128)
    photo = np.asarray(
        cv2.warpPerspective(page, matrix, (width, height), borderValue=table), dtype=np.float32
    )
    photo = np.asarray(cv2.GaussianBlur(photo, (0, 0), 0.6), dtype=np.float32)
    across = np.linspace(rng.uniform(0.78, 0.9), 1.0, width, dtype=np.float32)
    down = np.linspace(1.0, rng.uniform(0.8, 0.92), height, dtype=np.float32)
    return np.asarray(np.clip(photo * (across[None, :] * down[:, None])[:, :, None], 0, 255).astype(np.uint8))


def _fax_line(page: Pixels, rng: np.random.Generator) -> Pixels:
    """The line the fax machine prints on top, and a few scan lines lost on the way."""
    page = page.copy()
    page[:56] = 255
    text = f"FAX 05 36 49 {rng.integers(10, 99)} {rng.integers(10, 99)}     TRANSMISSION OK     P.01"
    cv2.putText(page, text, (110, 40), cv2.FONT_HERSHEY_PLAIN, 1.7, (0,), 2, cv2.LINE_8)
    for row in rng.integers(100, page.shape[0] - 4, 5):
        page[row : row + 1] = 255
    return page


def save_pages(pages: Sequence[Pixels], machine: Machine, target: Path) -> None:
    images = [_image(page, machine) for page in pages]
    first, rest = images[0], images[1:]
    options: dict[str, Any] = {"save_all": True, "append_images": rest} if rest else {}
    if not machine.bilevel:
        options["quality"] = machine.quality
    draft = target.with_name(f".{target.name}.part")
    if machine.suffix == ".pdf":
        first.save(
            draft, "PDF", resolution=machine.dpi, title="", creator="Copieur accueil",
            producer="Copieur accueil", creationDate=_DATED, modDate=_DATED, **options,
        )  # fmt: skip
    elif machine.suffix == ".tif":
        first.save(draft, "TIFF", compression="group4", dpi=(machine.dpi, machine.dpi), **options)
    else:
        first.save(draft, "JPEG", **options, dpi=(machine.dpi, machine.dpi))
    draft.replace(target)


def _image(page: Pixels, machine: Machine) -> Image.Image:
    if page.ndim == 3:
        return Image.fromarray(cv2.cvtColor(page, cv2.COLOR_BGR2RGB))
    image = Image.fromarray(page)
    return image.point(lambda level: 255 if level > 150 else 0, "1") if machine.bilevel else image


def _write(target: Path, content: bytes) -> None:
    draft = target.with_name(f".{target.name}.part")
    draft.write_bytes(content)
    draft.replace(target)
