import pytest

from courrier.correspondents.identity import keys_of, skeleton
from courrier.correspondents.matching import match_or_create, matches, name_likeness
from courrier.correspondents.models import Correspondent, Kind
from courrier.organisations.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Organisation:
    return Organisation.objects.create(slug="valmont", name="Mairie de Valmont")


def known(town: Organisation, **more: str) -> Correspondent:
    return Correspondent.objects.create(
        organisation=town, **{"name": "Thierry LACOMBE", "postcode": "40100", **more}
    )


@pytest.mark.parametrize(
    ("record", "sender"),
    [
        (
            {"email": "t.lacombe@courriel.example"},
            {"name": "T. Lacombe", "email": "T.Lacombe@courriel.example"},
        ),
        ({"phone": "+33639981207"}, {"name": "Thierry Lacombe", "phone": "06 39 98 12 07"}),
        (
            {"name": "Scierie Lafargue", "siret": "99281948200033", "kind": Kind.COMPANY},
            {"name": "SARL LAFARGUE", "siret": "992 819 482 00033"},
        ),
        ({}, {"name": "M. Lacombe Thierry", "postcode": "40100"}),
        ({}, {"name": "Thierry LACOMRE", "postcode": "40100"}),
    ],
)
def test_a_sender_known_already_is_not_created_again(
    town: Organisation, record: dict[str, str], sender: dict[str, str]
) -> None:
    before = known(town, **record)
    assert match_or_create(town, sender) == before
    assert Correspondent.objects.count() == 1


@pytest.mark.parametrize(
    "sender",
    [
        {"name": "Thierry Lacombe", "postcode": "75011"},
        {"name": "Thérèse Lacombe", "postcode": "40100"},
        {"name": "Thierry Lacoste", "postcode": "40100"},
        {"name": "Jeanne Lacombe", "email": "famille@courriel.example", "postcode": "40100"},
    ],
)
def test_somebody_else_is_created(town: Organisation, sender: dict[str, str]) -> None:
    before = known(town, email="famille@courriel.example")
    assert match_or_create(town, sender) != before


def test_what_the_record_lacked_is_filled_in(town: Organisation) -> None:
    before = known(town)
    match_or_create(
        town,
        {
            "name": "Thierry Lacombe",
            "postcode": "40100",
            "email": "t@courriel.example",
            "phone": "0639981207",
        },
    )
    before.refresh_from_db()
    assert (before.email, before.phone, before.name) == (
        "t@courriel.example",
        "+33639981207",
        "Thierry LACOMBE",
    )


def test_a_record_chosen_by_a_person_is_taken_wherever_it_was_merged_to(town: Organisation) -> None:
    kept = known(town, name="Autre Nom")
    merged = known(town, merged_into=kept)  # type: ignore[arg-type]
    assert match_or_create(town, {"name": "Qui Que Ce Soit", "correspondent": merged.pk}) == kept


def test_a_record_of_another_town_is_never_taken(town: Organisation) -> None:
    other = Organisation.objects.create(slug="autre", name="Autre")
    foreign = known(other, email="t@courriel.example")
    found = match_or_create(
        town, {"name": "Thierry Lacombe", "email": "t@courriel.example", "correspondent": foreign.pk}
    )
    assert found.organisation == town


def test_a_sender_without_a_name_is_refused(town: Organisation) -> None:
    with pytest.raises(ValueError, match="nom"):
        match_or_create(town, {"name": "  ", "email": ""})


def test_two_firms_with_one_name_and_two_siret_are_two(town: Organisation) -> None:
    known(town, name="Garage du Centre", siret="99281948200033", kind=Kind.COMPANY)
    found = matches(town, {"name": "Garage Centre", "siret": "99574911600076"})
    assert [match.score for match in found if match.score > 0.85] == []


def test_an_initial_stands_for_a_first_name() -> None:
    assert name_likeness("N. Vignaud", "Nadège VIGNAUD") > 0.8
    assert name_likeness("B. Vignaud", "Nadège VIGNAUD") < 0.9


def test_a_misread_vowel_leaves_the_skeleton() -> None:
    assert skeleton("lacombe") == skeleton("lacombee") == skeleton("lacornbe").replace("rn", "m")
    assert keys_of("M. LACOMBE") & keys_of("Lacambe Thierry")
