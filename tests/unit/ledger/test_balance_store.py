"""What a balance says of itself, whatever pieces it is in."""

from datetime import UTC, datetime

from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.pieces import pack_figures
from tests.support.pages import WHOLE

FIGURES = {
    f"tenant-{number}.example": BalanceCounts({"news": {"gmail": {"sent": number + 1}}})
    for number in range(40)
}


def test_a_balance_gives_its_figures_and_what_tells_them_apart() -> None:
    pieces = pack_figures(FIGURES, at_least=4)
    balance = Balance(WHOLE, pieces, 3, 1.5, datetime(2026, 11, 20, 15, tzinfo=UTC))

    assert balance.figures == FIGURES
    assert balance.digests == tuple(piece.digest for piece in pieces)
    assert len(set(balance.digests)) == 4
