"""Changes that only say that somebody's row is hidden now are left out, and no other."""

from ses_reputation.suppression.changes.hiding_changes import HidingChanges
from ses_reputation.suppression.changes.row_change import ChangeKind, RowChange
from ses_reputation.suppression.forgotten import ForgottenPeople

_KEY = b"key"
_DIGESTS = [ForgottenPeople(_KEY).hash_of(f"{name}@example.com") for name in ("ann", "ben")]
PEOPLE = ForgottenPeople(_KEY, frozenset(_DIGESTS))
ANN, BEN = (PEOPLE.hide(f"{name}@example.com") for name in ("ann", "ben"))


def change(address: str, kind: ChangeKind) -> RowChange:
    return RowChange(address, kind, "BOUNCE", "BOUNCE", "2026-11-21T12:00:00Z")


def test_an_address_that_became_a_hash_is_no_change_however_it_was_spelled() -> None:
    kept = [
        change("clo@example.com", ChangeKind.REMOVED),
        change("dee@example.com", ChangeKind.ADDED),
        change(BEN, ChangeKind.ADDED),
    ]
    hidden = [change("Ann@example.com", ChangeKind.REMOVED), change(ANN, ChangeKind.ADDED)]
    hiding = HidingChanges(PEOPLE)

    assert list(hiding.keep([hidden[0], *kept[:2], hidden[1], kept[2]])) == kept
    assert hiding.moved == {ANN}


def test_changes_of_a_row_that_was_hidden_before_stay() -> None:
    changes = [change(ANN, ChangeKind.REMOVED), change(BEN, ChangeKind.REASON_CHANGED)]
    assert list(HidingChanges(PEOPLE, {ANN, BEN}).keep(changes)) == changes
