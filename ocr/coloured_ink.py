"""Reads what is written in colour over black writing: what the stamp says, headings in colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ocr.cleaning import geometry, paper, turn
from ocr.layout import Line, lines_of, quad_of
from ocr.line_vote import is_plausible
from ocr.programs import tesseract
from ocr.programs.tesseract import Found
from ocr.raster import Gray

_SURE = 0.55
_SLANTED = 2.0
_BLOCK = -1_000_000


def coloured_lines(layer: Gray, *, language: str, dpi: int) -> list[Line]:
    """Lines of the coloured layer, in its pixels; a slanted stamp is laid level to be read."""
    angle = turn.skew_of(paper.thumb_of(layer) < 200)
    matrix = np.eye(3)
    level = layer
    if abs(angle) > _SLANTED:
        height, width = layer.shape
        matrix, new_width, new_height = geometry.levelling(angle, width, height)
        level = np.asarray(
            cv2.warpAffine(layer, matrix[:2], (new_width, new_height), borderValue=255), np.uint8
        )
    words = tesseract.words(level, language=language, dpi=dpi, mode=tesseract.SPARSE)
    back = np.asarray(np.linalg.inv(matrix), np.float64)
    sure = [
        word for word in words if word.confidence >= _SURE and len(word.text) > 1 and is_plausible(word.text)
    ]
    return lines_of(_moved(word, back) for word in sure)


def _moved(word: Found, back: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Found:
    quad = quad_of(word.left, word.top, word.left + word.width, word.top + word.height, back)
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return replace(
        word,
        left=round(left),
        top=round(top),
        width=round(right - left),
        height=round(bottom - top),
        block=word.block + _BLOCK,
    )


def with_coloured(lines: Sequence[Line], coloured: Sequence[Line]) -> list[Line]:
    """Coloured lines between the black ones where they stand alone, after them where they cross them."""
    result = list(lines)
    for line in coloured:
        if any(_cross(line, other) for other in lines):
            result.append(line)
        else:
            result.insert(_place(result, line), line)
    return result


def _cross(line: Line, other: Line) -> bool:
    return any(_overlap(word, black) for word in line for black in other)


def _overlap(one: Found, other: Found) -> bool:
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.top + other.height
        and other.top < one.top + one.height
    )


def _place(lines: Sequence[Line], new: Line) -> int:
    top = min(word.top for word in new)
    for index, line in enumerate(lines):
        if min(word.top for word in line) > top:
            return index
    return len(lines)
