"""Keys say what they are of, and can be read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.rollup.entities import SenderIdentity, account_entity, identity_entity
from ses_reputation.rollup.keys import (
    AccountDay,
    account_day_of_key,
    day_partition,
    detail_partition,
    sender_key,
    sender_of_key,
)
from ses_reputation.standing.keys import transitions_partition

senders = st.builds(
    SenderIdentity,
    st.just("444455556666"),
    st.sampled_from(["us-east-1", "eu-west-1"]),
    st.text(alphabet="ab@.+#é", min_size=1, max_size=12),
)


def test_keys_are_as_documented() -> None:
    sender = SenderIdentity("444455556666", "us-east-1", "example.com")

    assert day_partition("444455556666", "us-east-1") == "DAY#444455556666#us-east-1"
    assert detail_partition("444455556666", "us-east-1") == "DAY#444455556666#us-east-1#detail"
    assert sender_key(sender) == "444455556666#us-east-1#example.com"
    assert transitions_partition(identity_entity("example.com")) == "TRANSITIONS#identity#example.com"
    entity = account_entity("444455556666", "us-east-1")
    assert transitions_partition(entity) == "TRANSITIONS#account#444455556666#us-east-1"


@given(senders)
def test_a_sender_is_read_back_from_its_keys_whatever_its_identity(sender: SenderIdentity) -> None:
    assert sender_of_key(sender_key(sender)) == sender
    partition = day_partition(sender.account, sender.region)
    account_day = AccountDay(sender.account, sender.region, "2026-11-20")
    assert account_day_of_key(partition, "2026-11-20") == account_day


@pytest.mark.parametrize("partition", ["BALANCE#444455556666#us-east-1", "DAY", "DAY#444455556666"])
def test_other_keys_are_no_day_balances(partition: str) -> None:
    with pytest.raises(ValueError, match=r"not a day balance's key|not enough values"):
        account_day_of_key(partition, "2026-11-20")
