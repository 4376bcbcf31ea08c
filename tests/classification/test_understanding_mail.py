from courrier.classification.models import DocumentType, Suggestion
from courrier.classification.taxonomy import install, town_hall
from courrier.classification.understanding import understand
from courrier.correspondents.models import Correspondent
from courrier.organisations.models import Department, Organisation
from tests.classification.conftest import CANTEEN, DAY, read_letter


def best(suggestions: list[Suggestion], field: str) -> Suggestion:
    return next(each for each in suggestions if each.field == field and each.rank == 0)


def test_a_letter_gets_suggestions_for_what_it_says(town: Organisation) -> None:
    found = understand(read_letter(town, CANTEEN))
    assert best(found, "department").value == "SCO"
    assert best(found, "department").label == "Service SCO"
    assert best(found, "document_type").value == "cantine"
    assert best(found, "subject").value == "inscription à la cantine"
    assert best(found, "letter_date").value == "2026-11-12"
    assert best(found, "sender").value["name"] == "Sylvie Martin"
    assert best(found, "registered_post").value is False


def test_suggestions_can_be_saved_and_rank_from_zero(town: Organisation) -> None:
    mail = read_letter(town, CANTEEN)
    Suggestion.objects.bulk_create(understand(mail))
    ranks = list(mail.suggestions.filter(field="department").values_list("rank", flat=True))
    assert ranks == list(range(len(ranks)))
    assert len(ranks) >= 3


def test_confidences_fall_with_the_rank(town: Organisation) -> None:
    found = [each for each in understand(read_letter(town, CANTEEN)) if each.field == "department"]
    assert [each.confidence for each in found] == sorted((each.confidence for each in found), reverse=True)
    assert all(0 <= each.confidence <= 1 for each in found)


def test_a_type_that_the_town_put_aside_is_not_suggested(town: Organisation) -> None:
    town.document_types.filter(code="cantine").update(active=False)
    values = [each.value for each in understand(read_letter(town, CANTEEN)) if each.field == "document_type"]
    assert "cantine" not in values


def test_a_type_of_the_towns_own_is_found_by_its_name(town: Organisation) -> None:
    DocumentType.objects.create(
        organisation=town,
        code="navette",
        name="Navette fluviale",
        department=town.departments.get(code="CUL"),
    )
    letter = (
        "Bonjour,\n\nÀ quelle heure passe la navette fluviale le dimanche ? La navette"
        " fluviale est-elle gratuite ?\n\nCordialement,"
    )
    found = understand(read_letter(town, letter))
    assert (best(found, "document_type").value, best(found, "department").value) == ("navette", "CUL")


def test_a_closed_department_is_not_suggested(town: Organisation) -> None:
    town.departments.filter(code="SCO").update(closed_on=DAY)
    assert "SCO" not in [
        each.value for each in understand(read_letter(town, CANTEEN)) if each.field == "department"
    ]


def test_a_known_sender_is_recognised(town: Organisation) -> None:
    known = Correspondent.objects.create(organisation=town, name="MARTIN Sylvie", phone="+33639981234")
    value = best(understand(read_letter(town, CANTEEN)), "sender").value
    assert value["correspondent"] == known.pk


def test_a_sender_known_to_another_town_is_not(town: Organisation) -> None:
    other = Organisation.objects.create(slug="autre", name="Autre")
    Correspondent.objects.create(organisation=other, name="Sylvie Martin", phone="+33639981234")
    assert "correspondent" not in best(understand(read_letter(town, CANTEEN)), "sender").value


def test_a_blank_letter_gets_departments_and_no_facts(town: Organisation) -> None:
    found = understand(read_letter(town, ""))
    assert {each.field for each in found} <= {"department", "document_type", "subject", "registered_post"}


def test_installing_the_taxonomy_twice_changes_nothing(town: Organisation) -> None:
    town.document_types.filter(code="cantine").update(name="Restauration")
    assert install(town) == 0
    assert town.document_types.get(code="cantine").name == "Restauration"
    assert town.document_types.count() == len(town_hall().kinds)


def test_a_type_whose_department_the_town_lacks_is_installed_without_one(db: None) -> None:
    small = Organisation.objects.create(slug="petite", name="Petite commune")
    Department.objects.create(organisation=small, code="DGS", name="Secrétariat")
    install(small)
    assert small.document_types.get(code="voirie").department is None
    assert small.document_types.get(code="prefecture").department.code == "DGS"  # type: ignore[union-attr]
