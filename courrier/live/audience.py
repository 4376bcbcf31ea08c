"""Who hears of which letters, for many people and many letters in a constant number of queries.

The rule is that of `courrier.mail.rights`, by the words that a letter carries and a reader holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from courrier.mail.models import Assignment, Mail
from courrier.mail.rights import NOBODY, Access, accesses_of
from courrier.organisations.models import User
from courrier.search.rights import words_of_letter, words_of_reader


class Audience:
    """The rights of `people` (ids) on `letters` (ids) as they are now."""

    def __init__(self, people: Collection[int], letters: Collection[int]) -> None:
        users = list(User.objects.filter(pk__in=set(people)))
        self.accesses: dict[int, Access] = accesses_of(users)
        self.held = {pk: frozenset(words_of_reader(access)) for pk, access in self.accesses.items()}
        self.places: dict[int, int] = {}
        self.words: dict[int, frozenset[str]] = {}
        self.read_letters(set(letters))

    def read_letters(self, letters: set[int]) -> None:
        departments: dict[int, set[int]] = defaultdict(set)
        rows = Assignment.objects.filter(mail__in=letters).order_by().values_list("mail_id", "department_id")
        for mail_id, department in rows:
            departments[mail_id].add(department)
        fields = ("pk", "organisation_id", "confidentiality", "state", "holder_id", "shown_to_elected")
        for pk, place, confidentiality, state, holder, elected in (
            Mail.objects.filter(pk__in=letters).order_by().values_list(*fields)
        ):
            self.places[pk] = place
            words = words_of_letter(place, confidentiality, state, holder, departments[pk], elected)
            self.words[pk] = frozenset(words)

    def reads(self, user_id: int, mail_id: int) -> bool:
        """Whether they may read it; the twin of `rights.reads`."""
        return bool(self.held.get(user_id, frozenset()) & self.words.get(mail_id, frozenset()))

    def lists(self, user_id: int, mail_id: int) -> bool:
        """Whether they may know of it; the twin of `rights.listed_for`."""
        if self.reads(user_id, mail_id):
            return True
        access = self.accesses.get(user_id, NOBODY)
        return self.places.get(mail_id, 0) in access.desk | access.archive | access.direction
