from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from courrier.organisations.typed_code import ALPHABET, as_typed, encoded, in_groups, is_whole, new_code

codes = st.integers(0, 32**26 - 1).map(lambda value: encoded(value, 26))


@given(codes)
def test_a_code_is_whole_however_it_is_typed(code: str) -> None:
    assert is_whole(code)
    shown = in_groups(code)
    for typed in (shown, shown.lower(), shown.replace("-", " "), shown.replace("0", "O").replace("1", "l")):
        assert as_typed(typed) == code


@given(codes, st.integers(0, 27), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_seen(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert is_whole(wrong) == (wrong == code)


@given(codes, st.integers(0, 24))
def test_two_neighbours_exchanged_are_seen(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_whole(wrong) == (wrong == code)


@given(st.text(max_size=80))
def test_anything_typed_is_read_without_a_fault(text: str) -> None:
    assert is_whole(as_typed(text)) in {True, False}


def test_no_two_codes_are_the_same() -> None:
    assert len({new_code() for _each in range(2000)}) == 2000
    assert {len(new_code()) for _each in range(50)} == {28}
