"""Pages of a list have hashes in place of forgotten addresses; where it is not known whose, none is read."""

from itertools import count

import pytest

from ses_reputation.errors import UnavailableError
from ses_reputation.suppression.forgotten import NOBODY, ForgottenPeople, hidden
from ses_reputation.suppression.listing.hiding_list import HidingList
from tests.support.in_memory.suppression import ListInMemory, suppress

KEY = b"key"
DIGEST = ForgottenPeople(KEY).hash_of("ann@example.com")
PEOPLE = ForgottenPeople(KEY, frozenset({DIGEST}))
ROWS = [suppress("Ann@example.com"), suppress("b@example.com")]


def test_forgotten_people_are_hidden_and_others_are_as_they_were() -> None:
    page = HidingList(ListInMemory([ROWS]), lambda: PEOPLE).fetch_page(None)
    assert page.rows == (ROWS[0]._replace(email_address=hidden(DIGEST)), ROWS[1])


def test_a_page_is_handed_on_where_nobody_was_forgotten() -> None:
    assert HidingList(ListInMemory([ROWS]), lambda: NOBODY).fetch_page(None).rows == tuple(ROWS)


def test_they_are_asked_for_once_and_before_any_page() -> None:
    asked = count()

    def read() -> ForgottenPeople:
        assert next(asked) == 0
        return PEOPLE

    pages = ListInMemory([ROWS, ROWS])
    hiding = HidingList(pages, read)
    hiding.fetch_page(hiding.fetch_page(None).next_token)


def test_nothing_is_read_where_nobody_knows_who_was_forgotten() -> None:
    def fail() -> ForgottenPeople:
        raise UnavailableError("AccessDenied")

    pages = ListInMemory([ROWS])
    with pytest.raises(UnavailableError):
        HidingList(pages, fail).fetch_page(None)
    assert pages.requests == []
