"""From an organisation's examples to a model in service: comparison with today's, versions, going back, forgetting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from courrier.audit.chain import record
from courrier.classification.analysis import read_letter
from courrier.classification.figures import Figures, figures_of
from courrier.classification.learned import Learned, Lesson, teach
from courrier.classification.models import Example, ModelState, TrainedModel
from courrier.classification.phrases import text_of
from courrier.classification.understanding import facts_of, pages_of, taxonomy_of
from courrier.correspondents.models import Correspondent
from courrier.mail.models import Mail
from courrier.organisations.models import Organisation, User

HELD_BACK = 0.2
"""The latest part of the letters, on which today's model and the new one are compared."""
FEWEST_NEW = 10
"""Fewer letters that neither model has seen compare nothing."""
TOLD_EVERY = 20
CURVE = (50, 100, 200, 500, 1000, 2000, 5000)
"""After so many of its own letters the learning curve tells how right a model was on the latest ones."""

Told = Callable[[int, int], None]
"""Hears how many letters were read again, of how many; may raise to have the training given up."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training came to: the version it made, if any, and why it is in service or not, in French."""

    model: TrainedModel | None
    adopted: bool
    reason: str


class Overtaken(Exception):
    """A training whose letters were withdrawn, or that was asked for anew, while it ran: nothing of it is kept."""


def untold(done: int, total: int) -> None:
    """For who does not listen."""


def train(organisation: Organisation, *, replace: bool = False, told: Told = untold) -> Outcome:
    """Learn from all examples; put the model in service if it does better than today's on the latest letters.

    `replace` puts it in service whatever the comparison says: today's model holds letters that must be forgotten.
    The learning itself runs outside any transaction. Raises Overtaken where letters were withdrawn meanwhile.
    """
    champion = in_service(organisation)
    mails, lessons = lessons_of(organisation, told)
    if len(lessons) < 2 * FEWEST_NEW:
        return Outcome(None, False, "Trop peu de courriers qualifiés pour apprendre.")
    cut = len(lessons) - max(FEWEST_NEW, round(HELD_BACK * len(lessons)))
    seen = set(champion.data.get("letters", ())) if champion else set()
    held_back = [lesson for mail, lesson in zip(mails[cut:], lessons[cut:], strict=True) if mail not in seen]
    if len(held_back) < FEWEST_NEW and not replace:
        return Outcome(None, False, "Trop peu de courriers nouveaux depuis le modèle en service.")
    rehearsed = teach(lessons[:cut])
    challenger = figures_of(rehearsed, held_back)
    today = figures_of(load(champion) if champion else None, held_back)
    better = challenger.order > today.order
    taught = teach(lessons)
    data = _data(mails, lessons)
    told(len(lessons), len(lessons))
    figures = {
        "challenger": asdict(challenger),
        "champion": asdict(today),
        "held_back": len(held_back),
        "curve": curve_of(lessons[:cut], rehearsed, lessons[cut:]),
    }
    told(len(lessons), len(lessons))
    model = _keep(organisation, taught, data, figures, champion, adopted=better or replace)
    adopted = model.state == ModelState.ACTIVE
    return Outcome(model, adopted, _reason(challenger, today, adopted))


def curve_of(lessons: Sequence[Lesson], taught: Learned, later: Sequence[Lesson]) -> list[dict[str, Any]]:
    """How right the taxonomy alone, then models of the first 50, 100, 200… letters are on the `later` ones.

    The last point is `taught`, the model of all `lessons`.
    """
    counts = [count for count in CURVE if count < len(lessons)]
    points = [(0, figures_of(None, later))]
    points += [(count, figures_of(teach(lessons[:count]), later)) for count in counts]
    points.append((len(lessons), figures_of(taught, later)))
    return [
        {"letters": count, "department": each.department, "document_type": each.document_type}
        for count, each in points
    ]


def _reason(challenger: Figures, today: Figures, adopted: bool) -> str:
    right, before = (
        f"{each.department:.1%}".replace(".", ",").replace("%", " %") for each in (challenger, today)
    )
    compared = f"service juste {right} contre {before} sur {today.letters} courriers"
    return f"{'Mis en service' if adopted else 'Écarté'} : {compared}."


@transaction.atomic
def _keep(
    organisation: Organisation, taught: Learned, data: dict[str, Any], figures: dict[str, Any],
    champion: TrainedModel | None, *, adopted: bool,
) -> TrainedModel:  # fmt: skip
    """Write the version; a training that was overtaken by another, or by a person going back, stays out of service."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    still_there = Example.objects.filter(organisation=organisation).values_list("mail", flat=True)
    if set(data["letters"]) - set(still_there):
        raise Overtaken("Des courriers ont été retirés pendant l'apprentissage : il est à refaire.")
    now_in_service = in_service(organisation)
    adopted = adopted and (now_in_service.pk if now_in_service else None) == (
        champion.pk if champion else None
    )
    if adopted and now_in_service:
        _retire(now_in_service)
    last = TrainedModel.objects.filter(organisation=organisation).aggregate(last=Max("version"))["last"]
    model = TrainedModel.objects.create(
        organisation=organisation,
        version=(last or 0) + 1,
        state=ModelState.ACTIVE if adopted else ModelState.REJECTED,
        content=taught.to_bytes(),
        data=data,
        figures=figures,
        activated_at=timezone.now() if adopted else None,
    )
    record(organisation, "model_trained", version=model.version, adopted=adopted, letters=data["count"])
    return model


def _data(mails: Sequence[int], lessons: Sequence[Lesson]) -> dict[str, Any]:
    days = Mail.objects.filter(pk__in=[mails[0], mails[-1]]).values_list("received_on", flat=True)
    return {
        "count": len(lessons),
        "letters": list(mails),
        "departments": dict(Counter(lesson.department for lesson in lessons).most_common()),
        "types": dict(
            Counter(lesson.document_type for lesson in lessons if lesson.document_type).most_common()
        ),
        "first_day": min(days).isoformat(),
        "last_day": max(days).isoformat(),
    }


def lessons_of(organisation: Organisation, told: Told = untold) -> tuple[list[int], list[Lesson]]:
    """Letters and their lessons, oldest letter first; of several examples of a letter the last one counts."""
    taxonomy, facts = taxonomy_of(organisation), facts_of(organisation)
    latest: dict[int, Example] = {}
    for example in Example.objects.filter(organisation=organisation).order_by("pk"):
        before = latest.get(example.mail_id)
        if before and not example.document_type:
            example.document_type = before.document_type
        latest[example.mail_id] = example
    letters: list[int] = []
    lessons: list[Lesson] = []
    rows = Mail.objects.filter(examples__organisation=organisation).distinct().order_by("received_on", "pk")
    for mail in rows.prefetch_related("pages").iterator(200):
        if len(letters) % TOLD_EVERY == 0:
            told(len(letters), len(latest))
        if mail.pk not in latest:
            continue
        reading = read_letter(pages_of(mail), taxonomy, facts, mail.received_on)
        example = latest[mail.pk]
        letters.append(mail.pk)
        lessons.append(
            Lesson(
                text_of(reading.letter),
                reading.types,
                reading.departments,
                example.department,
                example.document_type,
            )
        )
    return letters, lessons


def in_service(organisation: Organisation) -> TrainedModel | None:
    return TrainedModel.objects.filter(organisation=organisation, state=ModelState.ACTIVE).first()


def load(model: TrainedModel) -> Learned:
    return Learned.from_bytes(bytes(model.content))


@transaction.atomic
def put_in_service(model: TrainedModel, user: User | None = None) -> None:
    """Go to another version, back or forth. Raises ValueError where its content was erased."""
    Organisation.objects.select_for_update().get(pk=model.organisation_id)
    model.refresh_from_db()
    if not model.content:
        raise ValueError("Cette version a été effacée : elle contenait des courriers oubliés.")
    current = in_service(model.organisation)
    if current and current.pk == model.pk:
        return
    if current:
        _retire(current)
    model.state, model.activated_at, model.activated_by = ModelState.ACTIVE, timezone.now(), user
    model.save(update_fields=["state", "activated_at", "activated_by"])
    record(model.organisation, "model_put_in_service", actor=user, version=model.version)


@transaction.atomic
def put_none_in_service(organisation: Organisation, user: User | None = None) -> None:
    """Go back to the taxonomy alone."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if current := in_service(organisation):
        _retire(current)
        record(organisation, "model_retired", actor=user, version=current.version)


def _retire(model: TrainedModel) -> None:
    model.state = ModelState.RETIRED
    model.save(update_fields=["state"])


@transaction.atomic
def forget(correspondent: Correspondent, user: User | None = None) -> int:
    """Take a person's letters out of what is learned: examples and every version taught with them are erased.

    Answers the number of letters. The caller then has `train(organisation, replace=True)` run.
    """
    organisation = correspondent.organisation
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    letters = set(
        Mail.objects.filter(organisation=organisation)
        .filter(Q(sender=correspondent) | Q(sender__merged_into=correspondent))
        .values_list("pk", flat=True)
    )
    Example.objects.filter(mail__in=letters).delete()
    _erase(TrainedModel.objects.filter(organisation=organisation), letters)
    record(organisation, "person_forgotten_by_models", actor=user, letters=len(letters))
    return len(letters)


def _erase(models: Iterable[TrainedModel], letters: set[int]) -> None:
    for model in models:
        if letters & set(model.data.get("letters", ())):
            model.state, model.content = ModelState.RETIRED, b""
            model.data = {**model.data, "erased": True, "letters": []}
            model.save(update_fields=["state", "content", "data"])
