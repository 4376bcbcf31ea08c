from datetime import date
from pathlib import Path

import pytest

from courrier.clock.checks import own_rules_are_read
from courrier.clock.months import Length
from courrier.clock.reckoning import reckon
from courrier.clock.rules import LOCAL, SHIPPED, RuleError, law, read_law
from courrier.organisations.calendar import public_holidays

OWN = """
[[rule]]
code = "dia"
name = "Déclaration d'intention d'aliéner"
article = "article propre"
length = "3 months"
types = ["dia"]

[[rule]]
code = "taxi"
name = "Autorisation de stationnement de taxi"
article = "article des taxis"
length = "3 months"
silence = "refus"
"""


@pytest.fixture
def own_file(settings: object, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path / LOCAL


def test_the_administrators_entries_replace_and_add(own_file: Path) -> None:
    assert law().rules["dia"].length == Length(months=2)
    own_file.write_text(OWN, encoding="utf-8")
    assert law().rules["dia"].length == Length(months=3)
    assert law().rules["taxi"].article == "article des taxis"
    assert law().rules["cada"] == read_law(SHIPPED, 0).rules["cada"]
    own_file.unlink()
    assert law().rules["dia"].length == Length(months=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[rule]\n", "ne se lit pas"),
        (OWN.replace('"3 months"', '"trois mois"'), "trois mois"),
        (OWN.replace('"refus"', '"peut-être"'), "peut-être"),
        (OWN.replace("silence", "sillence"), "sillence"),
        (OWN.replace('"article propre"', '" "'), "article"),
        ('[[extension]]\ncode="x"\nname="x"\narticle="x"\nrules=["dia"]\n', "adds"),
        ('[[extension]]\ncode="x"\nname="x"\narticle="x"\nrules=["rien"]\nadds="1 month"\n', "rien"),
    ],
)
def test_a_wrong_file_is_named_and_set_aside(
    own_file: Path, text: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    own_file.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match=said):
        read_law(own_file, 1)
    assert law().rules == read_law(SHIPPED, 0).rules
    assert said in caplog.text
    assert [each.id for each in own_rules_are_read()] == ["clock.E001"]


def test_without_a_file_there_is_nothing_to_say(own_file: Path) -> None:
    assert own_rules_are_read() == []


@pytest.mark.parametrize("text", ["", "2", "2 ans", "0 days", "-1 month", "2 month s"])
def test_a_length_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="durée"):
        Length.parse(text)


def test_no_rule_that_is_not_sure_gives_a_date() -> None:
    unsure = [rule for rule in law().rules.values() if not rule.sure]
    assert unsure
    for rule in unsure:
        assert reckon(rule, date(2026, 1, 10)).deadlines == []
        assert rule.note


def test_the_types_of_the_rules_are_those_of_the_taxonomy() -> None:
    from courrier.classification.taxonomy.catalogue import town_hall

    known = {kind.code for kind in town_hall().kinds}
    assert {code for rule in law().rules.values() for code in rule.types} <= known


def test_types_with_a_legal_delay_in_the_taxonomy_have_a_rule_of_the_same_length() -> None:
    from courrier.classification.taxonomy.catalogue import town_hall

    for kind in town_hall().kinds:
        if kind.legal_delay:
            lengths = {rule.length for rule in law().rules_of(kind.code)}
            assert Length.parse(kind.legal_delay) in lengths


def test_names_of_holidays_are_those_the_calendar_knows_as_customary() -> None:
    assert public_holidays("67", 2026)[date(2026, 4, 3)] == "Vendredi saint"
