"""Two readings of one page put together: the better of each place, nothing twice."""

from __future__ import annotations

from ocr.line_vote import voted
from ocr.programs.tesseract import Found


def _line(text: str, top: int, *sure: float, left: int = 100, block: int = 1) -> list[Found]:
    words = []
    for word, confidence in zip(text.split(), sure, strict=True):
        words.append(Found(word, left, top, 20 * len(word), 30, confidence, block, 1, 1))
        left += 20 * len(word) + 15
    return words


def _texts(lines: object) -> list[str]:
    return [" ".join(word.text for word in line) for line in lines]  # type: ignore[attr-defined]


def test_of_each_word_the_surer_reading_is_kept() -> None:
    one = _line("Madare la Maire de Rennes", 100, 0.5, 0.9, 0.9, 0.9, 0.9)
    other = _line("Madame la Malre de Rernes", 102, 0.9, 0.9, 0.5, 0.9, 0.5)
    assert _texts(voted([one], [other])) == ["Madame la Maire de Rennes"]


def test_what_only_one_reading_saw_is_put_in_its_place() -> None:
    seen = [_line("première ligne", 100, 0.9, 0.9), _line("troisième ligne", 200, 0.9, 0.9)]
    missed = _line("deuxième ligne", 150, 0.9, 0.9)
    assert _texts(voted(seen, [*seen, missed])) == ["première ligne", "deuxième ligne", "troisième ligne"]


def test_a_line_cut_in_two_by_the_other_reading_is_not_doubled() -> None:
    line = _line("Juste en face de moi à côté du", 100, *[0.8] * 8)
    begun, rest = (
        _line("Juste en face de", 101, *[0.7] * 4),
        _line("moi à côté du", 103, *[0.7] * 4, left=435, block=2),
    )
    assert _texts(voted([line], [begun, rest])) == ["Juste en face de moi à côté du"]


def test_blocks_that_overlap_do_not_read_a_line_twice() -> None:
    line, again = (
        _line("La pelote basque", 100, 0.9, 0.9, 0.9),
        _line("Ia pelote basque", 104, 0.6, 0.9, 0.9, block=2),
    )
    assert _texts(voted([line, again], [])) == ["La pelote basque"]


def test_noise_that_one_reading_saw_in_a_line_goes() -> None:
    clean = [*_line("quarante", 100, 0.9), *_line("ans ancien", 100, 0.9, 0.9, left=330)]
    noisy = [*_line("quarante #", 100, 0.9, 0.2), *_line("ans ancien", 100, 0.9, 0.9, left=330)]
    assert _texts(voted([noisy], [clean])) == ["quarante ans ancien"]
