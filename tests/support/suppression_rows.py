"""Rows of a suppression list for property tests: every text that JSON can carry, and every time."""

import json
from collections.abc import Iterable
from datetime import UTC

from hypothesis import strategies as st

from ses_reputation.hours import format_timestamp
from ses_reputation.suppression.listing.destination import SuppressedDestination

# Texts that the ends of our lines' fields could be mistaken for, and lone surrogates, which JSON can escape.
# JSON has no pair of surrogates that stand for two characters.
any_texts = st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=12),
    st.lists(st.sampled_from(['"', "\\", ",", '","Reason":"', '","LastUpdateTime":"', "\n", "é", "a"])).map(
        "".join
    ),
).filter(lambda text: json.loads(json.dumps(text)) == text)
any_times = st.datetimes(timezones=st.just(UTC)).map(lambda moment: format_timestamp(moment, "auto"))
any_rows = st.builds(SuppressedDestination, any_texts, any_times, any_texts)


def in_order(addresses: Iterable[str]) -> list[str]:
    """Each address once, in the order of snapshots, by other means than `order_of`: none may hold a NUL."""
    return sorted(set(addresses), key=lambda text: (text.casefold(), text.casefold() != text, text))
