from datetime import timedelta
from itertools import islice

import pytest
from django.utils import timezone

from courrier.classification import learning, training
from courrier.classification.learned import Learned, Lesson, teach
from courrier.classification.models import Example, ExampleSource, ModelState, TrainedModel, TrainingRun
from courrier.classification.tasks import train_all, train_organisation
from courrier.classification.training import in_service, put_in_service, put_none_in_service, train
from courrier.classification.training_runs import begin, carry_out
from courrier.classification.understanding import understand
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Assignment, AssignmentRole, Mail
from courrier.mail.qualification import Qualification
from courrier.organisations.models import Organisation, User
from tests.classification.conftest import CANTEEN, read_letter
from tests.classification.town import letters


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create_user("accueil")


def qualify(mail: Mail, user: User | None, department: str, kind: str) -> None:
    wanted = Qualification(
        departments=[mail.organisation.departments.get(code=department)],
        document_type=mail.organisation.document_types.get(code=kind),
    )
    learning.learn_from_qualification(mail, user, wanted)


def town_that_sends_the_canteen_to_finance(town: Organisation, user: User, count: int = 60) -> list[Mail]:
    kept = [
        letter
        for letter in letters(600)
        if letter.truth["document_type"] in ("cantine", "voirie", "etat-civil", "facture")
    ]
    mails = []
    for letter in islice(kept, count):
        mail = read_letter(town, letter.text, letter.received_on)
        kind = letter.truth["document_type"]
        qualify(mail, user, "FIN" if kind == "cantine" else letter.truth["department"], kind)
        mails.append(mail)
    return mails


def best_department(mail: Mail) -> str:
    return next(each.value for each in understand(mail) if each.field == "department" and each.rank == 0)


def test_a_qualification_is_a_lesson_with_what_had_been_suggested(town: Organisation, clerk: User) -> None:
    mail = read_letter(town, CANTEEN)
    for suggestion in understand(mail):
        suggestion.save()
    qualify(mail, clerk, "FIN", "cantine")
    lesson = Example.objects.get(mail=mail)
    assert (lesson.department, lesson.suggested_department, lesson.source) == (
        "FIN",
        "SCO",
        ExampleSource.QUALIFICATION,
    )


def test_a_rules_own_decision_teaches_nothing(town: Organisation) -> None:
    qualify(read_letter(town, CANTEEN), None, "FIN", "cantine")
    assert not Example.objects.exists()


def test_after_a_redirect_the_last_department_counts(town: Organisation, clerk: User) -> None:
    mail = read_letter(town, CANTEEN)
    qualify(mail, clerk, "SCO", "cantine")
    held = Assignment.objects.create(
        organisation=town, mail=mail, department=town.departments.get(code="SCO"), role=AssignmentRole.ACTION
    )
    learning.learn_from_redirect(held, town.departments.get(code="FIN"), clerk)
    _mails, lessons = training.lessons_of(town)
    assert [(lesson.department, lesson.document_type) for lesson in lessons] == [("FIN", "cantine")]


def test_a_town_that_routes_differently_is_followed_after_training(town: Organisation, clerk: User) -> None:
    town_that_sends_the_canteen_to_finance(town, clerk)
    mail = read_letter(town, CANTEEN)
    assert best_department(mail) == "SCO"
    outcome = train(town)
    assert outcome.adopted, outcome.reason
    assert best_department(mail) == "FIN"
    assert "appris" in next(each.reason for each in understand(mail) if each.field == "department")


def test_a_model_keeps_its_figures_and_its_data(town: Organisation, clerk: User) -> None:
    mails = town_that_sends_the_canteen_to_finance(town, clerk)
    model = train(town).model
    assert model is not None
    assert (model.version, model.data["count"]) == (1, len(mails))
    assert model.figures["challenger"]["department"] > model.figures["champion"]["department"]
    curve = model.figures["curve"]
    assert [point["letters"] for point in curve] == [0, len(mails) - 10], "none, then all but those held back"
    assert curve[1]["department"] > curve[0]["department"]


def test_a_model_that_does_no_better_stays_out_of_service(town: Organisation, clerk: User) -> None:
    for letter in islice(letters(40), 40):
        mail = read_letter(town, letter.text, letter.received_on)
        qualify(mail, clerk, letter.truth["department"], letter.truth["document_type"])
    first = train(town)
    if first.adopted:
        assert first.model is not None
        assert (
            first.model.figures["challenger"]["department"] >= first.model.figures["champion"]["department"]
        )
    again = train(town)
    assert not again.adopted
    assert TrainedModel.objects.filter(organisation=town, state=ModelState.ACTIVE).count() <= 1


def test_too_few_letters_teach_nothing(town: Organisation, clerk: User) -> None:
    qualify(read_letter(town, CANTEEN), clerk, "FIN", "cantine")
    assert train(town).model is None


def test_going_back_is_one_step(town: Organisation, clerk: User) -> None:
    town_that_sends_the_canteen_to_finance(town, clerk)
    first = train(town).model
    assert first is not None
    put_none_in_service(town, clerk)
    assert best_department(read_letter(town, CANTEEN)) == "SCO"
    put_in_service(first, clerk)
    assert in_service(town) == first
    assert best_department(read_letter(town, CANTEEN)) == "FIN"


def test_forgetting_a_person_erases_what_was_learned_from_them(town: Organisation, clerk: User) -> None:
    mails = town_that_sends_the_canteen_to_finance(town, clerk)
    person = Correspondent.objects.create(organisation=town, name="Sylvie Martin")
    Mail.objects.filter(pk__in=[mail.pk for mail in mails[:3]]).update(sender=person)
    old = train(town).model
    assert old is not None
    assert training.forget(person, clerk) == 3
    old.refresh_from_db()
    assert (bytes(old.content), old.data["letters"], in_service(town)) == (b"", [], None)
    with pytest.raises(ValueError, match="effacée"):
        put_in_service(old, clerk)
    new = train(town, replace=True).model
    assert new is not None
    assert set(new.data["letters"]) == {mail.pk for mail in mails[3:]}


def test_one_town_never_learns_from_another(town: Organisation, clerk: User) -> None:
    town_that_sends_the_canteen_to_finance(town, clerk)
    other = Organisation.objects.create(slug="autre", name="Autre")
    train(town)
    assert train(other).model is None
    assert in_service(other) is None


def test_the_nightly_training_run_twice_makes_one_model(town: Organisation, clerk: User) -> None:
    mails = town_that_sends_the_canteen_to_finance(town, clerk)
    run = begin(town, clerk)
    assert begin(town, clerk) == run, "one at a time"
    train_organisation(run.pk)
    train_organisation(run.pk)
    run.refresh_from_db()
    assert (run.done, run.total, run.failed, bool(run.finished_at)) == (len(mails), len(mails), False, True)
    assert "service juste" in run.outcome
    assert run.model == TrainedModel.objects.get(organisation=town)
    assert TrainedModel.objects.filter(organisation=town).count() == 1


def test_a_model_survives_its_archive() -> None:
    prior = {"cantine": 0.7, "voirie": 0.3}
    lessons = [
        Lesson(f"repas {number} enfant menu", prior, {"SCO": 0.7, "TEC": 0.3}, "FIN", "cantine") if number % 2
        else Lesson(f"rue {number} trou chaussée", prior, {"SCO": 0.4, "TEC": 0.6}, "TEC", "voirie")
        for number in range(80)
    ]  # fmt: skip
    learned = teach(lessons)
    again = Learned.from_bytes(learned.to_bytes())
    one, _types = learned.predict("menu du repas", prior, {"SCO": 0.7, "TEC": 0.3})
    other, _types = again.predict("menu du repas", prior, {"SCO": 0.7, "TEC": 0.3})
    assert max(one, key=lambda code: one[code]) == max(other, key=lambda code: other[code]) == "FIN"
    assert one["FIN"] == pytest.approx(other["FIN"], abs=0.02)


def test_an_archive_with_pickled_objects_is_refused() -> None:
    with pytest.raises((ValueError, KeyError, OSError)):
        Learned.from_bytes(b"\x80\x04not an archive")


def test_towns_without_new_lessons_are_left_alone_at_night(town: Organisation) -> None:
    train_all()
    assert not TrainedModel.objects.exists()


def test_letters_forgotten_during_a_training_are_in_no_model(town: Organisation, clerk: User) -> None:
    mails = town_that_sends_the_canteen_to_finance(town, clerk)
    person = Correspondent.objects.create(organisation=town, name="Sylvie Martin")
    Mail.objects.filter(pk=mails[0].pk).update(sender=person)
    run = begin(town, clerk)

    def forgets(done: int, total: int) -> None:
        training.forget(person)

    with pytest.raises(training.Overtaken):
        train(town, told=forgets)
    assert not TrainedModel.objects.exists()
    learning.forget(person, clerk)
    run.refresh_from_db()
    assert run.finished_at, "what ran with the letters is over"
    again = TrainingRun.objects.get(organisation=town, finished_at=None)
    assert again.replaces
    carry_out(run.pk)
    carry_out(again.pk)
    model = TrainedModel.objects.get(organisation=town)
    assert mails[0].pk not in model.data["letters"]
    assert (model.state, model.data["count"]) == (ModelState.ACTIVE, len(mails) - 1)


def test_a_training_that_fails_says_so_and_another_may_begin(
    town: Organisation, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: object, **_named: object) -> None:
        raise MemoryError

    monkeypatch.setattr("courrier.classification.training_runs.train", breaks)
    run = begin(town, clerk)
    carry_out(run.pk)
    run.refresh_from_db()
    assert run.failed
    assert "n'a pas changé" in run.outcome
    assert begin(town, clerk) != run


def test_a_training_that_nobody_hears_of_any_more_gives_way(town: Organisation, clerk: User) -> None:
    run = begin(town, clerk)
    TrainingRun.objects.filter(pk=run.pk).update(told_at=timezone.now() - timedelta(hours=1))
    assert begin(town, clerk) != run
    run.refresh_from_db()
    assert run.failed
