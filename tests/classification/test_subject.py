"""The object a letter names, wherever it stands towards its label."""

from datetime import date

from courrier.classification.pages import OrganisationFacts, PageText
from courrier.classification.zones import Letter, letter_of

TOWN = OrganisationFacts("Mairie de Dax")


def placed(*rows: tuple[float, float, str]) -> Letter:
    """Lines by their left and top in fractions of the page; each character is 1 % wide."""
    words = []
    for number, (left, top, text) in enumerate(rows):
        for word in text.split():
            words.append([word, left, top, left + 0.009 * len(word), top + 0.015, 0.95, number])
            left += 0.009 * (len(word) + 1)
    return letter_of([PageText(1, "\n".join(row[2] for row in rows), words)], TOWN, date(2026, 3, 5))


def test_an_object_on_the_line_under_its_label_is_found() -> None:
    text = (
        "Jean Dupont\n3, rue Basse\n40100 Dax\n\nDax, le 3 mars 2026\n\nObjet :\ninscription à la cantine\n\n"
        "Madame,\n\nMerci de votre réponse.\n\nJean Dupont"
    )
    found = letter_of([PageText(1, text)], TOWN, date(2026, 3, 5))
    assert found.object_text == "inscription à la cantine"


def test_an_object_in_the_cell_beside_its_label_is_found() -> None:
    found = placed(
        *((0.08, 0.05, "Jean Dupont"), (0.08, 0.08, "3, rue Basse"), (0.08, 0.11, "40100 Dax")),
        *((0.08, 0.25, "Objet :"), (0.08, 0.28, "Pièce jointe :"), (0.3, 0.25, "inscription à la cantine")),
        *((0.08, 0.34, "Madame,"), (0.08, 0.37, "Merci de votre réponse.")),
    )
    assert found.object_text == "inscription à la cantine"


SENDER = ((0.08, 0.05, "Jean Dupont"), (0.08, 0.08, "3, rue Basse"), (0.08, 0.11, "40100 Dax"))
ADDRESSEE = ((0.55, 0.15, "Monsieur le Maire"), (0.55, 0.17, "Mairie de Dax"), (0.55, 0.19, "40100 Dax"))
BODY = (
    (
        0.08,
        0.40,
        "Depuis le mois de septembre la rue est plongée dans le noir chaque soir et les enfants du quartier",
    ),
    (
        0.08,
        0.42,
        "rentrent de l'école sans rien voir, ce qui nous inquiète beaucoup à l'approche de l'hiver qui vient.",
    ),
)


def test_an_object_without_its_label_is_the_line_alone_over_the_greeting() -> None:
    found = placed(
        *(*SENDER, *ADDRESSEE, (0.08, 0.29, "Demande de réparation de l'éclairage public")),
        *((0.08, 0.35, "Monsieur le Maire,"), *BODY),
    )
    assert found.object_text == "Demande de réparation de l'éclairage public"


def test_the_number_of_a_file_over_the_greeting_is_no_object() -> None:
    found = placed(
        *(*SENDER, *ADDRESSEE, (0.08, 0.29, "Dossier n° 2605814-2")),
        (0.08, 0.35, "Monsieur le Maire,"),
        *BODY,
    )
    assert found.object_text == ""


def test_an_object_goes_on_in_the_line_below_although_its_first_line_is_short() -> None:
    found = placed(
        *(
            *SENDER,
            *ADDRESSEE,
            (0.08, 0.27, "Objet : panne de l'éclairage,"),
            (0.08, 0.29, "rue du Port et impasse Basse"),
        ),
        *((0.08, 0.35, "Monsieur le Maire,"), *BODY),
    )
    assert found.object_text == "panne de l'éclairage, rue du Port et impasse Basse"


def test_an_object_after_the_greeting_ends_where_the_letter_begins() -> None:
    found = placed(
        *(
            *SENDER,
            *ADDRESSEE,
            (0.08, 0.29, "Monsieur le Maire,"),
            (0.08, 0.34, "Objet : panne de l'éclairage public"),
        ),
        *BODY,
    )
    assert found.object_text == "panne de l'éclairage public"
