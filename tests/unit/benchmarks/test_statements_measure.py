"""Statements of a simulated ledger: how much of a page an entity in full takes."""

from benchmarks.lambda_calls import function_environment
from benchmarks.statements import MOST_BYTES, measure
from benchmarks.year_of_mail import ACCOUNTS, PACES, Pace, YearOfMail
from ses_reputation.statement.making import MOST_DETAILED
from tests.support.statements import NOW

LINES = 390_000
"""Bytes that the page of a thousand identities has besides: 250 senders and 250 identities in a line, more
events and feeds (docs/benchmarks.md, "Statements of all parties")."""


def test_entities_in_full_leave_room_for_the_lines_of_a_thousand_identities() -> None:
    """Nine identities and their account are as many as a page has in full."""
    paces = tuple(Pace(pace.mails, 3) for pace in PACES)
    with function_environment():
        cost = measure(YearOfMail(NOW, ACCOUNTS[:1], paces, days=100))

    assert cost.identities + 1 == MOST_DETAILED
    assert cost.sizes.largest(".html") + LINES < MOST_BYTES
