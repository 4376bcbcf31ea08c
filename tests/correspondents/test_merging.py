from datetime import date

import pytest

from courrier.audit.models import Event
from courrier.correspondents.matching import matches
from courrier.correspondents.merging import MergeError, likely_duplicates, merge, undo
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Mail
from courrier.organisations.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Organisation:
    return Organisation.objects.create(slug="valmont", name="Mairie de Valmont")


def known(town: Organisation, name: str = "Thierry Lacombe", **more: str) -> Correspondent:
    return Correspondent.objects.create(organisation=town, name=name, postcode="40100", **more)


def letter(town: Organisation, sender: Correspondent, sequence: int) -> Mail:
    return Mail.objects.create(
        organisation=town,
        year=2026,
        sequence=sequence,
        number=f"A-{sequence}",
        received_on=date(2026, 3, 1),
        sender=sender,
    )


def test_letters_and_what_was_lacking_go_to_the_record_that_stays(town: Organisation) -> None:
    kept, absorbed = known(town), known(town, "LACOMBE T.", email="t@courriel.example")
    mail = letter(town, absorbed, 1)
    merge(kept, absorbed)
    for row in (kept, absorbed, mail):
        row.refresh_from_db()
    assert (mail.sender, kept.email, absorbed.merged_into) == (kept, "t@courriel.example", kept)
    assert absorbed not in [match.correspondent for match in matches(town, {"name": "LACOMBE T."})]


def test_a_merge_can_be_undone(town: Organisation) -> None:
    kept, absorbed = known(town), known(town, "LACOMBE T.", email="t@courriel.example")
    own, moved = letter(town, kept, 1), letter(town, absorbed, 2)
    undo(merge(kept, absorbed))
    for row in (kept, absorbed, own, moved):
        row.refresh_from_db()
    assert (own.sender, moved.sender, kept.email, absorbed.merged_into) == (kept, absorbed, "", None)


def test_a_merge_is_undone_once(town: Organisation) -> None:
    done = merge(known(town), known(town))
    undo(done)
    with pytest.raises(MergeError):
        undo(done)


def test_merging_is_written_in_the_chain_of_events(town: Organisation) -> None:
    merge(known(town), known(town))
    assert Event.objects.filter(organisation=town, verb="correspondents_merged").count() == 1


def test_records_of_two_towns_are_never_merged(town: Organisation) -> None:
    other = Organisation.objects.create(slug="autre", name="Autre")
    with pytest.raises(MergeError):
        merge(known(town), known(other))


def test_a_record_is_not_merged_with_itself_nor_twice(town: Organisation) -> None:
    first, second = known(town), known(town)
    with pytest.raises(MergeError):
        merge(first, first)
    merge(first, second)
    with pytest.raises(MergeError):
        merge(known(town), second)


def test_likely_duplicates_are_proposed(town: Organisation) -> None:
    first, second = known(town), known(town, "LACOMBE Thierry")
    known(town, "Jeanne Dubourg")
    assert [match.correspondent for match in likely_duplicates(first)] == [second]
