import pytest
from django.db import transaction

from courrier.audit.chain import breaks, record
from courrier.audit.models import Event
from courrier.organisations.models import Organisation, Role
from tests import build

pytestmark = pytest.mark.django_db

CHAIN = "mail:7"


@pytest.fixture
def town() -> Organisation:
    town = build.organisation()
    clerk = build.member(town, Role.RECEPTION)
    for verb in ("registered", "read", "qualified", "closed"):
        record(town, verb, mail_id=7, actor=clerk, note=f"é{verb}")
    return town


def test_an_untouched_chain_holds(town: Organisation) -> None:
    assert list(breaks(CHAIN)) == []
    assert [event.sequence for event in Event.objects.of_chain(CHAIN)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "change",
    [{"verb": "cancelled"}, {"data": {"note": "autre"}}, {"at": "2020-01-01T00:00:00Z"}, {"mail_id": 8}],
)
def test_a_changed_event_is_found(town: Organisation, change: dict[str, object]) -> None:
    Event.objects.filter(chain=CHAIN, sequence=2).update(**change)
    assert [(each.sequence, each.reason) for each in breaks(CHAIN)] == [(2, "content")]


def test_a_removed_event_is_found(town: Organisation) -> None:
    Event.objects.filter(chain=CHAIN, sequence=2).delete()
    assert {each.reason for each in breaks(CHAIN)} >= {"missing", "link"}


def test_an_event_written_anew_with_its_hash_breaks_the_next_link(town: Organisation) -> None:
    event = Event.objects.get(chain=CHAIN, sequence=2)
    event.verb = "cancelled"
    event.hash = event.digest()
    event.save()
    assert [(each.sequence, each.reason) for each in breaks(CHAIN)] == [(3, "link")]


def test_the_event_goes_with_the_transaction_that_fails(town: Organisation) -> None:
    def reopen_and_fail() -> None:
        with transaction.atomic():
            record(town, "reopened", mail_id=7)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        reopen_and_fail()
    assert Event.objects.of_chain(CHAIN).count() == 4


def test_a_name_in_the_story_outlives_the_account(town: Organisation) -> None:
    actor = Event.objects.of_chain(CHAIN)[0].actor
    assert actor is not None
    actor.delete()
    assert list(breaks(CHAIN)) == []
    assert Event.objects.of_chain(CHAIN)[0].data["actor"].startswith("reception")
