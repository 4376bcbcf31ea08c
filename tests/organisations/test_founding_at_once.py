"""Two people fill in the first page at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from courrier.organisations.founding import AlreadyBegun, begin
from courrier.organisations.models import Organisation, User

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_them_is_administrator_and_the_other_is_told() -> None:
    together = Barrier(4)

    def one(number: int) -> str:
        together.wait()
        try:
            begin(f"Mairie {number}", ["URB"], username=f"admin{number}", password="quatre mots sans suite")
            return "begun"
        except AlreadyBegun:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(one, range(4)))
    assert said == ["begun", "told", "told", "told"]
    assert (Organisation.objects.count(), User.objects.count()) == (1, 1)
