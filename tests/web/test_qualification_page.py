"""Qualification as a plain page: what is suggested, what is accepted, what comes back with its mistakes."""

import json
from datetime import date

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courrier.correspondents.models import Correspondent
from courrier.mail.models import Assignment, AssignmentRole, Confidentiality, Mail, MailState
from courrier.mail.qualification import Qualification
from tests import build
from tests.web import town as towns
from workflows import actions

pytestmark = pytest.mark.django_db


def address(mail: Mail) -> str:
    return reverse("web:qualify", args=[mail.number])


def typed(**more: object) -> dict[str, object]:
    """A form filled in by hand."""
    return {
        "department": "URB",
        "other_department": "",
        "document_type": "permis-construire",
        "subject": "Permis pour une  maison",
        "letter_date": "2026-03-03",
        "due_on": "2026-04-01",
        "confidentiality": "normal",
        "name": "Jean Dupont",
        "email": "jean@dupont.example",
        "phone": "05 36 49 00 00",
        "postcode": "33630",
        "city": "Cazalis",
        "reference_kind": ["permit", "file"],
        "reference_value": ["PC 033 115 26 00012", ""],
        **more,
    }


def test_the_queue_opens_its_oldest_letter(town: towns.Town) -> None:
    client = town.client()
    empty = client.get(reverse("web:qualification"))
    assert "Tout est qualifié" in empty.content.decode()
    first = town.letter()
    town.letter()
    assert client.get(reverse("web:qualification"))["Location"] == address(first)


def test_the_form_holds_what_was_understood(town: towns.Town) -> None:
    mail = town.letter()
    town.page(mail)
    town.suggest(mail, "department", "FIN", "URB", "TEC", confidence=0.97)
    town.suggest(mail, "document_type", "facture")
    town.suggest(mail, "subject", "Facture de mars")
    town.suggest(mail, "letter_date", "2026-03-01", confidence=0.7)
    town.suggest(mail, "sender", {"name": "Jeanne MARTIN", "phone": "+33536490000", "postcode": "33000"})
    town.suggest(mail, "references", {"kind": "invoice", "value": "F-12"})
    answer = town.client().get(address(mail))
    page, form = answer.content.decode(), answer.context["form"]
    assert [each.department.code for each in answer.context["candidates"]] == ["FIN", "URB", "TEC"]
    assert form["department"].value() == "FIN"
    assert form["document_type"].value() == "facture"
    assert form["subject"].value() == "Facture de mars"
    assert form["letter_date"].value() == date(2026, 3, 1)
    assert form["name"].value() == "Jeanne MARTIN"
    assert form["phone"].value() == "05 36 49 00 00"
    assert answer.context["references"][0]["value"] == "F-12"
    assert "probable" in page
    assert "mots du courrier" in page


def test_the_due_date_follows_the_type(town: towns.Town) -> None:
    mail = town.letter(received_on="2026-03-02")
    town.suggest(mail, "document_type", "permis-construire")
    answer = town.client().get(address(mail))
    assert answer.context["form"]["due_on"].value() == date(2026, 3, 23)
    assert 'data-due="2026-04-14"' in answer.content.decode()  # 30 working days, without Easter Monday


def test_a_sender_s_words_are_told_apart(town: towns.Town) -> None:
    mail = town.letter()
    town.suggest(mail, "sender", {"name": "Jeanne MARTIN", "phone": "+33536490000"})
    hints = town.client().get(address(mail)).context["hints"]
    assert json.loads(hints["name"].evidence) == [[1, 0.1, 0.1, 0.4, 0.12]]
    assert json.loads(hints["phone"].evidence) == []


def test_accepting_sends_the_letter_and_shows_the_next(town: towns.Town) -> None:
    mail, following = town.waiting(2)
    answer = town.client().post(address(mail), typed(copies=["FIN"], more_departments=["TEC"]))
    assert answer["Location"] == address(following)
    mail.refresh_from_db()
    assert (mail.state, mail.subject) == (MailState.IN_PROGRESS, "Permis pour une maison")
    assert (mail.letter_date, mail.due_on) == (date(2026, 3, 3), date(2026, 4, 1))
    assert mail.references == [{"kind": "permit", "value": "PC 033 115 26 00012"}]
    assert mail.sender is not None
    assert (mail.sender.name, mail.sender.phone) == ("Jean Dupont", "+33536490000")
    sent = {(each.department.code, each.role) for each in Assignment.objects.filter(mail=mail)}
    assert sent == {
        ("URB", AssignmentRole.ACTION),
        ("TEC", AssignmentRole.ACTION),
        ("FIN", AssignmentRole.COPY),
    }


def test_after_the_last_letter_the_queue_says_so(town: towns.Town) -> None:
    [mail] = town.waiting()
    page = town.client().post(address(mail), typed(), follow=True).content.decode()
    assert f"{mail.number} transmis" in page
    assert "Tout est qualifié" in page


def test_another_department_than_those_suggested(town: towns.Town) -> None:
    [mail] = town.waiting()
    town.client().post(address(mail), typed(department="", other_department="TEC"))
    assert Assignment.objects.get(mail=mail).department == town.tec


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        ({"department": "", "other_department": ""}, "Choisissez le service"),
        ({"department": "N-EXISTE-PAS"}, "Choisissez le service"),
        ({"letter_date": "31/02/2026"}, "date valide"),
        ({"letter_date": "2126-01-01"}, "dans l&#x27;avenir"),
        ({"email": "pas un courriel"}, "adresse"),
        ({"siret": "123"}, "14 chiffres"),
        ({"subject": "x" * 301}, "300"),
        ({"copies": ["AILLEURS"]}, ""),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_stays(town, mistake, says) -> None:  # type: ignore[no-untyped-def]
    [mail] = town.waiting()
    values = typed(subject="Tapé à la main", reference_value=["REF-9", ""]) | mistake
    answer = town.client().post(address(mail), values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "REF-9" in page
    assert "Jean Dupont" in page
    mail.refresh_from_db()
    assert mail.state == MailState.TO_QUALIFY


def test_by_script_the_answer_is_short(town: towns.Town) -> None:
    [mail] = town.waiting()
    client = town.client()
    fragment = client.get(address(mail), HTTP_X_FRAGMENT="1")
    assert "<html" not in fragment.content.decode()
    assert "X-Fragment" in fragment["Vary"]
    wrong = client.post(address(mail), typed(department=""), HTTP_X_FRAGMENT="1")
    assert wrong.status_code == 422
    sent = client.post(address(mail), typed(), HTTP_X_FRAGMENT="1")
    assert sent.json() == {"message": f"{mail.number} transmis : {town.urb.name}", "left": 0}


def test_what_a_second_person_was_quicker_with(town: towns.Town) -> None:
    [mail] = town.waiting()
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb]))
    client = town.client()
    page = client.get(address(mail)).content.decode()
    assert "attend plus de qualification" in page
    answer = client.post(address(mail), typed(subject="Le mien"))
    assert answer.status_code == 422
    assert "Le mien" in answer.content.decode()
    assert Assignment.objects.filter(mail=mail).count() == 1


def test_a_letter_sent_back_says_by_whom_and_does_not_go_there_again_unasked(town: towns.Town) -> None:
    [mail] = town.waiting()
    mail.suggestions.all().delete()
    town.suggest(mail, "department", "URB", "TEC")
    actions.qualify(mail, town.desk, Qualification(departments=[town.urb], subject="Gardé"))
    actions.send_back(Assignment.objects.get(mail=mail), town.agent, "ce n'est pas pour nous")
    answer = town.client().get(address(mail))
    assert "pas pour nous" in answer.content.decode()
    assert answer.context["form"]["department"].value() == "TEC"
    assert answer.context["form"]["subject"].value() == "Gardé"


def test_the_next_letter_leaves_out_those_just_dealt_with(town: towns.Town) -> None:
    first, second, third = (town.letter() for _ in range(3))
    client = town.client()
    assert client.get(address(first)).context["next"] == second
    assert client.get(address(third)).context["next"] == first
    assert client.get(address(third), {"sans": f"{first.number},x"}).context["next"] == second


def test_who_may_qualify(town: towns.Town) -> None:
    mail = town.letter()
    personal = town.letter(confidentiality=Confidentiality.PERSONAL)
    elsewhere = build.received(build.organisation("lucmau"))
    Mail.objects.filter(pk=elsewhere.pk).update(number="L-1", state=MailState.TO_QUALIFY)
    assert town.client(town.direction).get(address(mail)).status_code == 200
    assert town.client(town.agent).get(address(mail)).status_code == 403
    sealed = town.client().get(address(personal))  # sent on by its envelope, never opened
    assert "web/qualification/sealed.html" in [each.name for each in sealed.templates]
    assert "data-viewer" not in sealed.content.decode()
    assert town.client().get(reverse("web:qualify", args=["L-1"])).status_code == 404


def test_the_page_costs_the_same_with_many_pages_and_suggestions(town, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection

    mail, _following = town.letter(), town.letter()
    town.page(mail)
    town.suggest(mail, "department", "URB")
    client = town.client()
    client.get(address(mail))
    with CaptureQueriesContext(connection) as few:
        client.get(address(mail))
    for number in range(2, 30):
        town.page(mail, number)
    town.suggest(mail, "references", *({"kind": "file", "value": str(each)} for each in range(20)))
    for _each in range(20):
        town.letter()
    # A letter with enough words is looked for among earlier ones: one query more.
    with django_assert_max_num_queries(len(few) + 1):
        client.get(address(mail))
    assert len(few) <= 30


def test_known_correspondents_are_proposed(town: towns.Town) -> None:
    here, elsewhere = town.organisation, build.organisation("lucmau")
    kept = Correspondent.objects.create(organisation=here, name="Étude Médard, notaires", city="Bazas")
    Correspondent.objects.create(organisation=here, name="Médard Jean", merged_into=kept)
    Correspondent.objects.create(organisation=elsewhere, name="Médard ailleurs")

    def proposed(client: Client, words: str) -> list[str]:
        answer = client.get(reverse("web:senders"), {"q": words}).json()
        return [sender["name"] for sender in answer["senders"]]

    client = town.client()
    assert proposed(client, "medar") == [kept.name]
    assert proposed(client, "notai méd") == [kept.name]
    assert proposed(client, "m") == []
    assert proposed(client, "inconnu") == []
    assert town.client(town.agent).get(reverse("web:senders"), {"q": "med"}).status_code == 403


def test_a_chosen_correspondent_is_taken_as_it_is(town: towns.Town) -> None:
    known = Correspondent.objects.create(organisation=town.organisation, name="Étude Médard")
    [mail] = town.waiting()
    town.client().post(address(mail), typed(name="Etude Medard", correspondent=known.pk))
    mail.refresh_from_db()
    assert mail.sender == known


def test_earlier_letters_of_a_known_sender_are_shown(town: towns.Town) -> None:
    known = Correspondent.objects.create(
        organisation=town.organisation, name="Jeanne MARTIN", email="jeanne@martin.example"
    )
    earlier = town.letter(MailState.CLOSED, sender=known)
    hidden = town.letter(MailState.CLOSED, sender=known, confidentiality=Confidentiality.RESTRICTED)
    mail = town.letter()
    town.suggest(mail, "sender", {"name": "MARTIN Jeanne", "email": "jeanne@martin.example"})
    answer = town.client().get(address(mail))
    assert answer.context["known"].letters == [earlier]
    assert hidden.number not in answer.content.decode()
    assert answer.context["form"]["correspondent"].value() == known.pk


def by_rule(town: towns.Town, mail: Mail) -> None:
    """What a rule has set of a letter, as it is kept after reading."""
    for field, value in (("copies", ["FIN"]), ("priority", "high"), ("tag", "cantine")):
        town.suggest(mail, field, value)
    mail.suggestions.filter(field__in=["copies", "priority", "tag"]).update(reason="règle « Cantine »")


def test_what_a_rule_sets_is_filled_in_with_its_name_and_written_down(town: towns.Town) -> None:
    [mail] = town.waiting()
    mail.suggestions.all().delete()
    town.suggest(mail, "department", "URB")
    by_rule(town, mail)
    page = town.client().get(address(mail))
    said = page.content.decode()
    assert "« Cantine »" in said
    assert page.context["form"].initial["copies"] == ["FIN"]
    assert page.context["form"].initial["tags"] == "cantine"
    sent = {"department": "URB", "copies": ["FIN"], "priority": "high", "tags": "cantine, Cantine, été"}
    town.client().post(address(mail), sent)
    mail.refresh_from_db()
    assert (mail.priority, mail.tags) == ("high", ["cantine", "été"])
    roles = dict(mail.assignments.values_list("department__code", "role"))
    assert roles == {"URB": "action", "FIN": "copy"}
    letter = town.client().get(reverse("web:letter", args=[mail.number])).content.decode()
    assert "prioritaire" in letter
    assert "Règle « Cantine »" in letter


def test_a_letter_come_twice_is_shown_and_attached(town: towns.Town) -> None:
    first, second = town.waiting(2)
    assert second.suggestions.get(field="duplicate").value == first.number
    desk = town.client().get(reverse("web:reception")).content.decode()
    assert f"Comme {first.number} ?" in desk
    page = town.client().get(address(second)).content.decode()
    assert f"Joindre à {first.number}" in page
    assert "même texte" in page
    attach = reverse("web:attach", args=[second.number])
    assert town.client(town.agent).post(attach, {"first": first.number}).status_code in (403, 404)
    assert town.client().post(attach, {"first": "A-1999-00001"}).status_code == 404
    town.client().post(attach, {"first": first.number})
    second.refresh_from_db()
    assert second.duplicate_of == first
    letter = town.client().get(reverse("web:letter", args=[second.number])).content.decode()
    assert "Séparer et qualifier" in letter
    assert "Reçu aussi sous" in town.client().get(reverse("web:letter", args=[first.number])).content.decode()
    town.client().post(reverse("web:detach", args=[second.number]))
    second.refresh_from_db()
    assert (second.state, second.duplicate_of) == ("to_qualify", None)


def test_an_earlier_letter_that_may_not_be_read_is_not_told(town: towns.Town) -> None:
    first, second = town.waiting(2)
    first.confidentiality = "restricted"
    first.state = "in_progress"
    first.save()
    assert f"Joindre à {first.number}" not in town.client().get(address(second)).content.decode()
