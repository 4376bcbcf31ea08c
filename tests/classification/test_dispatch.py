from courrier.classification.dispatch import may_dispatch, past_steps, threshold_of
from courrier.classification.models import Example, ExampleSource
from courrier.classification.understanding import understand
from courrier.mail.models import Mail
from courrier.organisations.models import Organisation
from tests.classification.conftest import CANTEEN, read_letter


def suggested(town: Organisation) -> Mail:
    mail = read_letter(town, CANTEEN)
    for suggestion in understand(mail):
        suggestion.save()
    return mail


def test_nothing_goes_without_a_human_until_the_town_says_so(town: Organisation) -> None:
    assert not may_dispatch(suggested(town))


def test_a_sure_letter_goes_once_the_towns_threshold_allows(town: Organisation) -> None:
    mail = suggested(town)
    town.dispatch_threshold = 0.5
    town.save()
    mail.organisation.refresh_from_db()
    assert may_dispatch(mail)


def test_a_type_has_its_own_threshold(town: Organisation) -> None:
    mail = suggested(town)
    town.document_types.filter(code="cantine").update(dispatch_threshold=0.3)
    assert may_dispatch(mail)
    town.document_types.filter(code="cantine").update(dispatch_threshold=1.01)
    assert not may_dispatch(mail)
    assert threshold_of(town, "cantine") == 1.01
    assert threshold_of(town, "voirie") == town.dispatch_threshold


def test_past_letters_show_what_a_threshold_would_have_done(town: Organisation) -> None:
    right, wrong = suggested(town), suggested(town)
    for mail, department in ((right, "SCO"), (wrong, "FIN")):
        Example.objects.create(
            organisation=town,
            mail=mail,
            source=ExampleSource.QUALIFICATION,
            department=department,
            document_type="cantine",
        )
    (step,) = past_steps(town, "cantine", thresholds=[0.3])
    assert (step.letters, step.dispatched, step.wrong) == (2, 2, 1)
