"""Figures of any size fit items, and a change rewrites the piece that it is in."""

import json
import zlib
from dataclasses import replace
from hashlib import blake2b

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.ledger import pieces
from ses_reputation.ledger.balance import BalanceCounts, Counts, FiguresByIdentity
from ses_reputation.ledger.pieces import MOST_PIECES, Piece, pack_figures, unpack_figures

ITEM_LIMIT, TRANSACTION_LIMIT = 400 * 1024, 4 * 1024 * 1024
PROVIDERS = ("gmail", "microsoft", "yahoo", "apple", "other")

names = st.text(min_size=1, max_size=8)
counts = st.dictionaries(
    names,
    st.dictionaries(
        names, st.dictionaries(names, st.integers(1, 10**12), min_size=1, max_size=2), min_size=1, max_size=2
    ),
    min_size=1,
    max_size=3,
)
tags = st.dictionaries(names.map("name={}".format), st.just({"gmail": {"sent": 1}}), max_size=2)
figures = st.dictionaries(names, st.builds(BalanceCounts, counts, counts, counts, tags, counts), max_size=4)


def mail_of(number: int) -> BalanceCounts:
    """What an identity might send in an hour, with numbers of its own, so that little of it compresses."""
    outcomes = {
        "sent": 120 + number,
        "delivered_within_10s": 110 + 7 * number,
        "bounced_permanent_general": 3,
    }
    cells: Counts = {f"tenant-{number:05}": dict.fromkeys(PROVIDERS, outcomes)}
    return BalanceCounts(
        cells,
        cells,
        {f"tenant-{number:05}": {"bounced": {"both": 3}, "delivered": {"sender_only": number + 1}}},
    )


def of_identities(count: int) -> FiguresByIdentity:
    return {f"tenant-{number}.example": mail_of(number) for number in range(count)}


def unpacked(packed: tuple[Piece, ...]) -> FiguresByIdentity:
    return unpack_figures(piece.content for piece in packed)


@settings(max_examples=50, deadline=None)
@given(figures, st.sampled_from([1, 2, 16]))
def test_figures_come_out_as_they_were_packed(figures: FiguresByIdentity, at_least: int) -> None:
    packed = pack_figures(figures, at_least)

    assert len(packed) >= at_least
    assert unpacked(packed) == figures
    assert unpacked(packed[::-1]) == figures


def test_a_piece_is_compressed_json_with_the_digest_of_what_it_says() -> None:
    (piece,) = pack_figures(
        {
            "b.example": BalanceCounts({"receipts": {"gmail": {"sent": 2}}}),
            "a.example": BalanceCounts(
                {"news": {"yahoo": {"sent": 2, "rejected": 1}}},
                {"news": {"yahoo": {"sent_without_outcome": 2}}},
                {"(none)": {"bounced": {"owner_only": 1}}},
                {"campaign=spring": {"yahoo": {"sent": 2}}},
            ),
            "c.example": BalanceCounts({"receipts": {"gmail": {"sent": 2}}}),
        }
    )

    text = (
        b'[["(none)",[{},{},{"bounced":{"owner_only":1}}],["a.example"]],'
        b'["campaign=spring",[{},{},{},{"yahoo":{"sent":2}}],["a.example"]],'
        b'["news",[{"yahoo":{"rejected":1,"sent":2}},{"yahoo":{"sent_without_outcome":2}}],["a.example"]],'
        b'["receipts",[{"gmail":{"sent":2}}],["b.example","c.example"]]]'
    )
    assert zlib.decompress(piece.content) == text
    assert piece.digest == blake2b(text, digest_size=8).digest()


def test_what_only_the_owner_reported_takes_room_only_where_there_is_any() -> None:
    bounced: Counts = {"news": {"gmail": {"bounced_permanent_general": 1}}}
    (piece,) = pack_figures({"a.example": BalanceCounts(bounced, owner_only=bounced)})

    part = b'{"gmail":{"bounced_permanent_general":1}}'
    assert zlib.decompress(piece.content) == b'[["news",[%b,{},{},{},%b],["a.example"]]]' % (part, part)


def test_figures_that_were_alike_are_each_identitys_own() -> None:
    """Whoever sums hours up adds to what it read."""
    figures = {name: BalanceCounts({"news": {"gmail": {"sent": 2}}}) for name in ("a.example", "b.example")}
    read = unpacked(pack_figures(figures))

    read["a.example"].counts["news"]["gmail"]["sent"] += 1

    assert read["b.example"].counts == {"news": {"gmail": {"sent": 2}}}


def test_nothing_is_one_empty_piece() -> None:
    (piece,) = pack_figures({})

    assert json.loads(zlib.decompress(piece.content)) == []
    assert unpacked((piece,)) == {}


def test_the_same_figures_have_the_same_pieces_in_whatever_order_they_were_counted() -> None:
    first = {"a.example": mail_of(1), "b.example": mail_of(2)}
    again = dict(reversed(first.items()))

    assert pack_figures(again, 4) == pack_figures(first, 4)


@pytest.mark.parametrize("count", [1, 10, 100, 1_000, 10_000])
def test_any_number_of_identities_fits_items_and_one_transaction(count: int) -> None:
    packed = pack_figures(of_identities(count))

    assert len(packed) in {1, 2, 4, 8, 16, 32, 64}
    assert max(len(piece.content) for piece in packed) < ITEM_LIMIT
    assert sum(len(piece.content) for piece in packed) < TRANSACTION_LIMIT
    assert unpacked(packed) == of_identities(count)


def test_ten_thousand_configuration_sets_of_one_identity_fit_too() -> None:
    together = BalanceCounts()
    for number in range(10_000):
        together.counts.update(mail_of(number).counts)
    packed = pack_figures({"example.com": together})

    assert len(packed) > 1
    assert max(len(piece.content) for piece in packed) < ITEM_LIMIT
    assert unpacked(packed) == {"example.com": together}


def test_a_change_of_one_cell_changes_one_piece() -> None:
    before = of_identities(1_000)
    packed = pack_figures(before)
    counts: Counts = {"tenant-00500": {"gmail": {"sent": 620, "complained_abuse": 1}}}
    changed = before | {"tenant-500.example": replace(before["tenant-500.example"], counts=counts)}
    again = pack_figures(changed, at_least=len(packed))

    assert len(again) == len(packed) > 4
    assert sum(new.digest != old.digest for new, old in zip(again, packed, strict=True)) == 1


def test_balances_never_have_fewer_pieces_than_before() -> None:
    """Pieces that were not written again would be read as if they were of the new balance."""
    packed = pack_figures(of_identities(1_000))

    assert len(pack_figures(of_identities(1), at_least=len(packed))) == len(packed)


def test_pieces_double_until_each_is_about_as_big_as_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = of_identities(200)
    monkeypatch.setattr(pieces, "PIECE_BYTES", 10**6)
    (whole,) = pack_figures(figures)
    size = len(whole.content)

    for number in (2, 4, 64):
        monkeypatch.setattr(pieces, "PIECE_BYTES", size // number + 1)
        assert len(pack_figures(figures)) == number
    monkeypatch.setattr(pieces, "PIECE_BYTES", 1)
    assert len(pack_figures(figures)) == MOST_PIECES
