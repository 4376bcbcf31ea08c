"""The truth beside each letter is complete, agrees with what is printed, and its numbers carry valid keys."""

import re
import tomllib
from pathlib import Path

import phonenumbers
import pytest
from stdnum import iban, luhn
from stdnum.fr import siret

from demo.letter import FOLDER, SPLIT_FOLDERS, Letter, LetterError, load_letters, read_letter

TYPES = Path(__file__).parents[2] / "courrier" / "classification" / "taxonomy" / "types.toml"
DEPARTMENTS = {"DGS", "CAB", "ETC", "URB", "TEC", "FIN", "RH", "SCO", "PET", "CCAS", "POL", "CUL", "JUR"}
KINDS = {"permit", "invoice", "iban", "siret", "registered", "cadastre", "file"}
LETTERS = [*load_letters("all"), *load_letters("held2"), *load_letters("held3")]

every_letter = pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.id)


def bare(text: str) -> str:
    return re.sub(r"[^0-9a-zà-ÿœ]", "", text.lower())


def printed(letter: Letter) -> str:
    return "\n".join(letter.parts.values())


@every_letter
def test_department_and_type_exist(letter: Letter) -> None:
    codes = {kind["code"] for kind in tomllib.loads(TYPES.read_text(encoding="utf-8"))["type"]}
    assert letter.truth.department in DEPARTMENTS
    assert letter.truth.document_type in codes
    assert letter.truth.second_department in DEPARTMENTS | {None}
    assert letter.truth.second_department != letter.truth.department


@every_letter
def test_reference_values_are_printed_and_of_a_known_kind(letter: Letter) -> None:
    for reference in letter.truth.references:
        assert reference.kind in KINDS
        if reference.kind == "cadastre":
            section, number = reference.value.split()
            assert section in printed(letter)
            assert re.search(rf"\b{number}\b", printed(letter))
        else:
            assert bare(reference.value) in bare(printed(letter))


@every_letter
def test_numbers_with_a_key_are_valid(letter: Letter) -> None:
    for reference in letter.truth.references:
        if reference.kind == "iban":
            assert iban.is_valid(reference.value)
        if reference.kind == "siret":
            assert siret.is_valid(reference.value)
            assert luhn.is_valid(re.sub(r"\D", "", reference.value)[:9])


@every_letter
def test_every_printed_iban_and_siret_is_in_the_truth(letter: Letter) -> None:
    text = printed(letter)
    found = {bare(value) for value in re.findall(r"FR\d{2}(?: ?\d{4}){5} ?\d{3}\b", text)}
    found |= {bare(value) for value in re.findall(r"SIRET\s*:?\s*(\d{3} ?\d{3} ?\d{3} ?\d{5})", text)}
    known = {bare(reference.value) for reference in letter.truth.references}
    assert found <= known


@every_letter
def test_the_sender_is_printed(letter: Letter) -> None:
    sender, text = letter.truth.sender, printed(letter)
    words = [word for word in re.split(r"[\s–'’-]+", sender.name) if len(word) > 2]
    assert words
    assert all(bare(word) in bare(text) for word in words if word not in {"Préfecture"})
    assert sender.email in text
    assert sender.postcode in text
    assert sender.email == "" or sender.email.endswith(".example")
    if sender.phone:
        assert phonenumbers.is_possible_number(phonenumbers.parse(sender.phone))
        assert sender.phone.removeprefix("+33") in re.sub(r"\D", "", text)
    if sender.siret:
        assert siret.is_valid(sender.siret)
        assert sender.siret in re.sub(r"\D", "", text)


@every_letter
def test_telephones_come_from_the_ranges_kept_for_fiction(letter: Letter) -> None:
    for number in re.findall(r"(?<![\d/])(?:\+33 ?|0)[1-9](?:[ .]?\d{2}){4}(?!\d)", printed(letter)):
        digits = re.sub(r"\D", "", number.replace("+33", "0"))
        assert digits.startswith(("019900", "026191", "035301", "046571", "053649", "063998")), number


@every_letter
def test_subject_is_printed_or_has_keywords(letter: Letter) -> None:
    truth = letter.truth
    if truth.subject_printed:
        assert bare(truth.subject) in bare(printed(letter))
        assert not truth.keywords
    else:
        assert "object" not in letter.parts
        assert truth.keywords
        assert any(bare(word) in bare(truth.subject) for word in truth.keywords)


@every_letter
def test_dates_follow_one_another(letter: Letter) -> None:
    written = letter.truth.letter_date
    if written and letter.stamp:
        assert 0 <= (letter.stamp - written).days <= 10
    if written and letter.truth.deadline:
        assert letter.truth.deadline > written
    assert written is not None or "no-date" in letter.traits or letter.id == "dgs-publicite-logiciel"


@every_letter
def test_a_registered_letter_says_so(letter: Letter) -> None:
    has_number = any(reference.kind == "registered" for reference in letter.truth.references)
    assert not has_number or letter.truth.registered
    assert not letter.truth.registered or re.search(r"(?i)recommand|r\.?\s?a\.?\s?r", printed(letter))


def test_every_department_has_its_letters() -> None:
    for department in DEPARTMENTS:
        mine = [letter for letter in load_letters("all") if letter.truth.department == department]
        assert len(mine) >= 4, department
        assert {letter.split for letter in mine} == {"demo", "held"}, department


def test_the_splits_live_in_their_folders_and_share_nothing() -> None:
    for split, folder in SPLIT_FOLDERS.items():
        letters = load_letters(split)  # type: ignore[arg-type]
        assert letters
        assert all(letter.split == split and letter.path.parent == folder for letter in letters)
    ids = [letter.id for letter in LETTERS]
    assert len(ids) == len(set(ids))
    assert len(load_letters("all")) >= 60
    assert 0.25 <= len(load_letters("held")) / len(load_letters("all")) <= 0.4


def test_no_number_belongs_to_two_senders() -> None:
    owners: dict[str, str] = {}
    for letter in LETTERS:
        for reference in letter.truth.references:
            if reference.kind in {"iban", "siret", "registered", "invoice"}:
                owner = owners.setdefault(bare(reference.value), letter.truth.sender.name)
                assert owner == letter.truth.sender.name, reference.value


def test_a_misspelt_field_names_the_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    source = (FOLDER / "urb-dp-cloture.toml").read_text(encoding="utf-8")
    broken.write_text(source.replace("date_line", "dateline"), encoding="utf-8")
    with pytest.raises(LetterError, match=r"broken\.toml: unknown fields dateline"):
        read_letter(broken)
