"""From what was typed to a question; what was not understood is said, and searched as words where that can help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from courrier.search.language.criteria import CHANNELS, STATES, choice, criterion_named, yes_or_no
from courrier.search.language.cutting import LONGEST_TEXT, Piece, pieces
from courrier.search.language.days import period
from courrier.search.language.question import Criterion, Question, Wanted

MANY_WORDS = 6
"""From this many words on, a text is a sentence: the best letters are those that hold most of it, not all."""

INTERROGATIVES = frozenset(
    "qui que quoi quel quelle quels quelles quand combien comment pourquoi où ou lequel laquelle".split()  # noqa: SIM905
)


def read(text: str, today: date | None = None) -> Question:
    """The question that `text` asks; never an error."""
    reader = Reader(today or timezone.localdate())
    if len(text) > LONGEST_TEXT:
        reader.say(
            _("La recherche est longue : seuls ses {count} premiers caractères ont été lus.").format(
                count=LONGEST_TEXT
            )
        )
    for piece in pieces(text):
        reader.take(piece)
    return reader.question(text)


class Reader:
    """Takes pieces one by one."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.wanted: list[Wanted] = []
        self.criteria: list[Criterion] = []
        self.days: dict[str, int] = {}
        self.explanations: list[str] = []
        self.misread = False

    def say(self, explanation: str) -> None:
        self.explanations.append(explanation)

    def take(self, piece: Piece) -> None:
        if not piece.closed:
            self.say(_("Le guillemet ouvert n'est pas refermé : la phrase va jusqu'à la fin."))
        found = criterion_named(piece.key) if piece.key else None
        if found is not None:
            readers: dict[str, Callable[[Piece], None]] = {
                "from": self.take_day, "to": self.take_day, "late": self.take_answer, "misread": self.take_misread,
                "registered": self.take_answer, "state": self.take_choice, "channel": self.take_choice,
                "year": self.take_year,
            }  # fmt: skip
            readers.get(found.key, self.take_text)(piece)
        elif piece.key:
            self.take_unknown(piece)
        elif any(character.isalnum() for character in piece.text):
            self.wanted.append(Wanted(piece.text, piece.quoted, piece.without))
        else:
            self.say_odd_sign(piece)

    def say_odd_sign(self, piece: Piece) -> None:
        if piece.text not in {"?", "!", ",", ";", ":", ".", "-", "–", "—", "'", "&", "/", "…"}:
            self.say(
                _("« {text} » ne contient ni lettre ni chiffre et n'a pas été cherché.").format(
                    text=piece.text
                )
            )

    def take_unknown(self, piece: Piece) -> None:
        if not piece.text.startswith("//"):
            self.say(
                _("« {key}: » n'est pas un critère connu ; les mots ont été cherchés dans le texte.").format(
                    key=piece.key
                )
            )
        self.wanted.append(Wanted(piece.key, without=piece.without))
        self.wanted.append(Wanted(piece.text, piece.quoted, piece.without))

    def take_text(self, piece: Piece) -> None:
        found = criterion_named(piece.key)
        if found is not None and any(character.isalnum() for character in piece.text):
            self.criteria.append(Criterion(found.key, piece.text, piece.without))
        else:
            self.misunderstood(piece, _("il manque un mot ou un numéro"))

    def take_day(self, piece: Piece) -> None:
        found = criterion_named(piece.key)
        days = period(piece.text, self.today)
        if found is None or days is None or piece.without:
            self.misunderstood(piece, _("la date n'est pas comprise ; écrire 2025, 2025-06 ou 15/06/2025"))
        else:
            self.days[found.key] = days[0] if found.key == "from" else days[1]

    def take_answer(self, piece: Piece) -> None:
        found, answer = criterion_named(piece.key), yes_or_no(piece.text)
        if found is None or answer is None:
            self.misunderstood(piece, _("la réponse attendue est oui ou non"))
        else:
            self.criteria.append(Criterion(found.key, "oui" if answer is not piece.without else "non"))

    def take_misread(self, piece: Piece) -> None:
        answer = yes_or_no(piece.text)
        if answer is None:
            self.misunderstood(piece, _("la réponse attendue est oui ou non"))
        else:
            self.misread = answer is not piece.without

    def take_choice(self, piece: Piece) -> None:
        found = criterion_named(piece.key)
        choices = STATES if found is not None and found.key == "state" else CHANNELS
        chosen = choice(piece.text, choices)
        if found is None or chosen is None:
            self.misunderstood(
                piece, _("les valeurs possibles sont : {values}").format(values=", ".join(choices))
            )
        else:
            self.criteria.append(Criterion(found.key, chosen, piece.without))

    def take_year(self, piece: Piece) -> None:
        if piece.text.isdecimal() and len(piece.text) == 4:
            self.criteria.append(Criterion("year", piece.text, piece.without))
        else:
            self.misunderstood(piece, _("une année s'écrit avec quatre chiffres"))

    def misunderstood(self, piece: Piece, reason: str) -> None:
        self.say(
            _("« {key}:{text} » n'a pas été pris en compte : {reason}.").format(
                key=piece.key, text=piece.text, reason=reason
            )
        )

    def question(self, text: str) -> Question:
        first, last = self.days.get("from"), self.days.get("to")
        if first and last and first > last:
            self.say(_("La date « du » est après la date « au » : aucun courrier ne peut correspondre."))
        return Question(
            self.wanted, self.criteria, first, last, self.natural(text), self.misread, self.explanations
        )

    def natural(self, text: str) -> bool:
        """Whether the words are a sentence or a question rather than words to be found all together."""
        words = [
            each
            for each in self.wanted
            if not each.quoted and not each.without and any(sign.isalpha() for sign in each.text)
        ]
        asks = bool(words) and words[0].text.lower() in INTERROGATIVES and len(words) > 2
        return len(words) >= MANY_WORDS or asks or (text.rstrip().endswith("?") and len(words) > 1)
