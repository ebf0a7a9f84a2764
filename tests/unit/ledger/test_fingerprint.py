"""A dispatch has one name in every feed and in every stored page."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.ledger.shards import FINGERPRINT_BYTES, fingerprint


@pytest.mark.parametrize(
    ("message_id", "recipient", "name"),
    [
        # By `printf 'message-1|recipient-1@gmail.com' | b2sum -l 64`.
        ("message-1", "recipient-1@gmail.com", "5f7fb61e4b1a2885"),
        ("message-1", "empfänger@example.com", "ca2922dd9e8b3cc8"),
    ],
)
def test_the_name_of_a_dispatch_never_changes(message_id: str, recipient: str, name: str) -> None:
    assert fingerprint(message_id, recipient).hex() == name


@settings(deadline=None)
@given(st.text(alphabet="ab1", max_size=6), st.text(alphabet="ab@1", max_size=6), st.text(max_size=6))
def test_another_message_or_recipient_has_another_name(message_id: str, recipient: str, other: str) -> None:
    name = fingerprint(message_id, recipient)

    assert len(name) == FINGERPRINT_BYTES
    assert (fingerprint(message_id, other) == name) is (other == recipient)
    assert (fingerprint(f"x{message_id}", recipient) == name) is False
