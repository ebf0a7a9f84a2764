"""Pages are read as botocore reads them, or refused: never read as less than they are."""

import json
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.parsers import create_parser
from hypothesis import given
from hypothesis import strategies as st

from ses_reputation.hours import format_timestamp
from ses_reputation.suppression.errors import ListUnavailableError, PageUnreadableError
from ses_reputation.suppression.listing.destination import SuppressedDestination
from ses_reputation.suppression.listing.list_page import ListPage, read_page, write_time
from tests.support.suppression_rows import any_texts

_SHAPE: Any = (
    botocore.session.get_session()
    .get_service_model("sesv2")
    .operation_model("ListSuppressedDestinations")
    .output_shape
)
ROW = {"EmailAddress": "secret@example.com", "Reason": "BOUNCE", "LastUpdateTime": 1_795_262_400}
NEXT = {"NextToken": "t"}

# From 2000 to 2200, as whole seconds, milliseconds, and with all the digits of a double.
seconds = st.one_of(
    st.integers(946_684_800, 7_258_118_400),
    st.integers(946_684_800_000, 7_258_118_400_000).map(lambda millis: millis / 1_000),
    st.floats(946_684_800, 7_258_118_400),
)
rows = st.fixed_dictionaries(
    {"EmailAddress": any_texts, "Reason": any_texts, "LastUpdateTime": seconds},
    optional={"Attributes": st.dictionaries(any_texts, any_texts, max_size=2), "Unknown": st.none()},
)
pages = st.fixed_dictionaries(
    {},
    optional={
        "SuppressedDestinationSummaries": st.one_of(st.none(), st.lists(rows, max_size=5)),
        "NextToken": st.one_of(st.none(), any_texts),
    },
)
odd_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), any_texts),
    lambda values: st.one_of(st.lists(values, max_size=3), st.dictionaries(any_texts, values, max_size=3)),
    max_leaves=5,
)


def read_with_botocore(body: bytes) -> ListPage:
    """The reading that this one is held to; raises whatever botocore does."""
    response = {"status_code": 200, "headers": {}, "body": body}
    answer = create_parser("rest-json").parse(response, _SHAPE)
    rows = tuple(
        SuppressedDestination(
            row["EmailAddress"],
            format_timestamp(row["LastUpdateTime"].astimezone(UTC), "auto"),
            row["Reason"],
        )
        for row in answer.get("SuppressedDestinationSummaries", [])
    )
    return ListPage(rows, answer.get("NextToken") or None)


@given(pages, st.booleans(), st.sampled_from([None, 2]))
def test_a_page_is_read_as_botocore_reads_it(page: Any, is_ascii: bool, indent: int | None) -> None:
    body = json.dumps(page, ensure_ascii=is_ascii, indent=indent).encode(errors="replace")
    assert read_page(body) == read_with_botocore(body)


@given(st.lists(rows, min_size=1, max_size=3), st.data())
def test_a_page_with_something_odd_in_it_is_read_as_botocore_reads_it_or_refused(
    summaries: list[dict[str, Any]], data: st.DataObject
) -> None:
    page: dict[str, Any] = {"SuppressedDestinationSummaries": summaries, "NextToken": "t"}
    place = data.draw(st.sampled_from([page, *summaries]))
    name = data.draw(st.sampled_from(sorted(place)))
    if data.draw(st.booleans()):
        place[name] = data.draw(odd_values)
    else:
        del place[name]
    body = json.dumps(page).encode()
    try:
        read = read_page(body)
    except PageUnreadableError:
        return
    assert read == read_with_botocore(body)


def test_an_empty_token_ends_the_list_and_does_not_begin_it_again() -> None:
    assert read_page(b'{"SuppressedDestinationSummaries": [], "NextToken": ""}') == ListPage((), None)


@given(seconds)
def test_a_time_is_that_of_datetime(epoch_seconds: float) -> None:
    assert write_time(epoch_seconds) == format_timestamp(datetime.fromtimestamp(epoch_seconds, UTC), "auto")


@pytest.mark.parametrize(
    ("epoch_seconds", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (-0.25, "1969-12-31T23:59:59.750000Z"),
        (951_782_400.001, "2000-02-29T00:00:00.001000Z"),
        (1_795_305_599.9999998, "2026-11-22T00:00:00Z"),
        (1.7952624e9, "2026-11-21T12:00:00Z"),
    ],
)
def test_odd_times_are_written_in_full(epoch_seconds: float, text: str) -> None:
    assert write_time(epoch_seconds) == text


def test_a_number_with_an_exponent_is_a_time_as_any_other() -> None:
    body = json.dumps({"SuppressedDestinationSummaries": [ROW]}).replace("1795262400", "1.7952624E9")
    assert read_page(body.encode()).rows[0].last_update_time == "2026-11-21T12:00:00Z"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"not JSON",
        b'{"SuppressedDestinationSummaries":[',
        b'{"SuppressedDestinationSummaries":' + b"[" * 100_000,
        b'{"message":"secret@example.com"}',
        b'{"Output":{"__type":"InternalFailure"}}',
        b'\xff{"NextToken":"t"}',
        *(
            json.dumps(page).encode()
            for page in [
                {"SuppressedDestinationSummaries": {}} | NEXT,
                {"SuppressedDestinationSummaries": ""} | NEXT,
                {"SuppressedDestinationSummaries": [], "NextToken": 7},
                {"SuppressedDestinationSummaries": [], "NextToken": False},
                {"SuppressedDestinationSummaries": [ROW, None]},
                {"SuppressedDestinationSummaries": [ROW, ["EmailAddress", "Reason", "LastUpdateTime"]]},
                *({"SuppressedDestinationSummaries": [ROW | {name: None}]} for name in ROW),
                *({"SuppressedDestinationSummaries": [ROW | {name: True}]} for name in ROW),
                {"SuppressedDestinationSummaries": [ROW | {"LastUpdateTime": "1795262400"}]},
                {"SuppressedDestinationSummaries": [ROW | {"LastUpdateTime": 10**12}]},
                {"SuppressedDestinationSummaries": [ROW | {"LastUpdateTime": 10**400}]},
                {"SuppressedDestinationSummaries": [ROW | {"LastUpdateTime": float("nan")}]},
                {"SuppressedDestinationSummaries": [ROW | {"LastUpdateTime": float("inf")}]},
                *(
                    {"SuppressedDestinationSummaries": [{name: ROW[name] for name in ROW if name != gone}]}
                    for gone in ROW
                ),
            ]
        ),
    ],
)
def test_what_is_no_page_is_refused_without_naming_an_address(body: bytes) -> None:
    with pytest.raises(PageUnreadableError, match="not a page") as refusal:
        read_page(body)
    assert "secret" not in str(refusal.value)
    assert refusal.value.__suppress_context__


def test_a_page_that_cannot_be_read_is_a_failure_of_ses_which_is_asked_again() -> None:
    assert issubclass(PageUnreadableError, ListUnavailableError)
