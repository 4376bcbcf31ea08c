import pytest

from courrier.classification.models import RoutingRule
from courrier.classification.rules import facts_of_mail, fits
from courrier.classification.trials import try_rule
from courrier.classification.understanding import understand
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Assignment, AssignmentRole, Channel
from courrier.organisations.models import Organisation
from tests.classification.conftest import CANTEEN, read_letter


def rule(town: Organisation, **more: object) -> RoutingRule:
    return RoutingRule.objects.create(
        organisation=town,
        **{"name": "essai", "active": True, "department": town.departments.get(code="FIN"), **more},
    )


def test_a_rule_that_fits_decides_and_is_the_reason(town: Organisation) -> None:
    rule(town, name="Cantine aux finances", words="cantine scolaire")
    first = next(each for each in understand(read_letter(town, CANTEEN)) if each.field == "department")
    assert (first.value, first.rank, first.reason) == ("FIN", 0, "règle « Cantine aux finances »")
    assert first.confidence > 0.99


def test_the_first_rule_in_order_wins(town: Organisation) -> None:
    rule(town, name="seconde", position=2, words="cantine")
    rule(town, name="première", position=1, words="cantine", department=town.departments.get(code="CAB"))
    assert (
        next(each.value for each in understand(read_letter(town, CANTEEN)) if each.field == "department")
        == "CAB"
    )


def test_a_rule_out_of_service_does_nothing(town: Organisation) -> None:
    rule(town, words="cantine", active=False)
    assert (
        next(each.value for each in understand(read_letter(town, CANTEEN)) if each.field == "department")
        == "SCO"
    )


def test_a_rule_sets_copies_confidentiality_and_tag(town: Organisation) -> None:
    made = rule(
        town, words="allergique", department=None, confidentiality="restricted", tag="santé", priority="high"
    )
    made.copies.set([town.departments.get(code="CCAS")])
    found = {each.field: each.value for each in understand(read_letter(town, CANTEEN)) if each.rank == 0}
    assert (found["copies"], found["confidentiality"], found["tag"], found["priority"]) == (
        ["CCAS"],
        "restricted",
        "santé",
        "high",
    )
    assert found["department"] == "SCO"


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"words": "cantine"}, True),
        ({"words": "permis, cantines"}, True),
        ({"words": "permis de construire"}, False),
        ({"words": "cantine", "without_words": "arachide"}, False),
        ({"sender_words": "martin"}, True),
        ({"sender_words": "durand"}, False),
        ({"channel": Channel.SCAN}, True),
        ({"channel": Channel.EMAIL}, False),
        ({"reference_pattern": "PC 040*"}, True),
        ({"reference_pattern": "DP*"}, False),
        ({"reference_pattern": "PC ### ### ## X*"}, True),
        ({"reference_pattern": "PC ###X*"}, False),
        ({"words": "cantine", "channel": Channel.EMAIL}, False),
        ({}, False),
    ],
)
def test_every_condition_that_is_filled_must_hold(
    town: Organisation, conditions: dict[str, str], expected: bool
) -> None:
    person = Correspondent.objects.create(organisation=town, name="Sylvie Martin")
    mail = read_letter(
        town, CANTEEN, sender=person, references=[{"kind": "permit", "value": "PC 040 088 26 X0147"}]
    )
    assert fits(rule(town, **conditions), facts_of_mail(mail)) is expected


@pytest.mark.parametrize(
    "words", ["cheval", "chevaux", "le numéro 12", "n° 12", "allergie, tuyau", "L'ÉCOLE"]
)
def test_words_are_found_however_they_are_written(town: Organisation, words: str) -> None:
    mail = read_letter(town, "Les chevaux du N° 12 ont bu au tuyau de l'école.")
    assert fits(rule(town, words=words), facts_of_mail(mail))


def test_a_pattern_made_to_be_slow_is_not(town: Organisation) -> None:
    mail = read_letter(town, CANTEEN, references=[{"kind": "file", "value": "A" * 200}])
    assert not fits(rule(town, reference_pattern="*A" * 40 + "B"), facts_of_mail(mail))


def test_a_rule_is_tried_on_past_letters_before_it_is_switched_on(town: Organisation) -> None:
    mail = read_letter(town, CANTEEN)
    Assignment.objects.create(
        organisation=town, mail=mail, department=town.departments.get(code="SCO"), role=AssignmentRole.ACTION
    )
    read_letter(town, "Bonjour,\n\nUn trou dans la chaussée.")
    draft = RoutingRule(
        organisation=town, name="essai", words="cantine", department=town.departments.get(code="FIN")
    )
    trials = try_rule(draft)
    assert [(trial.mail, trial.went_to, trial.would_go_to, trial.agrees) for trial in trials.found] == [
        (mail, ("SCO",), "FIN", False)
    ]
