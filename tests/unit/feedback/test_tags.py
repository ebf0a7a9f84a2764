"""Which tags of a mail are kept, and how."""

import json
from typing import Any

import pytest

from ses_reputation.feedback.provenance import Registry
from ses_reputation.feedback.reading import Observed, read_wire
from ses_reputation.feedback.tags import is_other, name_of_tag, other_of, tags_of
from tests.support.notifications import DELEGATE, OWNER, envelope, published

REGISTRY = Registry(frozenset({OWNER}), frozenset({DELEGATE}))
TAGS: dict[str, Any] = {
    "ses:configuration-set": ["newsletter"],
    "ses:tenant-name": ["acme"],
    "ses:from-domain": ["mail.example.com"],
    "campaign": ["spring", "summer"],
    "list": [],
}


def test_the_first_value_of_each_chosen_tag_is_kept_sorted() -> None:
    assert tags_of(TAGS, ["ses:tenant-name", "campaign", "ses:from-domain"]) == (
        "campaign=spring",
        "ses:from-domain=mail.example.com",
        "ses:tenant-name=acme",
    )


def test_what_a_mail_does_not_have_is_left_out() -> None:
    assert tags_of(TAGS, ["list", "season"]) == ()


@pytest.mark.parametrize(
    "values",
    [["a b"], ["a\nb"], ["a\x1b[31m"], ["v" * 257], [""], [7], [None], ["é"], ["(other)"], "ab", {}, None],
)
def test_what_ses_takes_for_no_value_is_left_out(values: Any) -> None:
    assert tags_of({"campaign": values, "list": ["l-1_x"]}, ["campaign", "list"]) == ("list=l-1_x",)


def test_values_that_there_is_no_room_for_stand_together_under_their_name() -> None:
    assert other_of("ses:tenant-name") == "ses:tenant-name=(other)"
    assert is_other("campaign=(other)")
    assert not is_other("campaign=other")
    assert name_of_tag("campaign=a=b") == "campaign"


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ((), ("ses:tenant-name=acme",)),
        (("campaign", "season"), ("campaign=spring", "ses:tenant-name=acme")),
    ],
)
def test_the_tenant_is_always_kept_and_other_tags_if_they_are_chosen(
    chosen: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    event = published("Send")
    event["mail"]["tags"] |= TAGS
    body = envelope(json.dumps(event), DELEGATE)

    reading = read_wire(body, REGISTRY, tag_names=frozenset(chosen))

    assert isinstance(reading, Observed)
    assert reading.tags == kept


@pytest.mark.parametrize("tags", [None, [], "acme", {"ses:tenant-name": [7]}, {"campaign": {"spring": 1}}])
@pytest.mark.parametrize("chosen", [frozenset[str](), frozenset({"campaign"})])
def test_odd_tags_cost_only_themselves(tags: Any, chosen: frozenset[str]) -> None:
    event = published("Send")
    event["mail"]["tags"] = tags
    body = envelope(json.dumps(event), DELEGATE)

    reading = read_wire(body, REGISTRY, tag_names=chosen)

    assert isinstance(reading, Observed)
    assert reading.tags == ()


def test_a_message_that_is_read_without_its_unusable_parts_keeps_its_tags() -> None:
    event = published("Bounce", "newsletter")
    event["bounce"] = {"bounceType": "Permanent", "bounceSubType": "General"}
    event["bounce"]["bouncedRecipients"] = [{"emailAddress": "a@example.net"}, {"emailAddress": None}]
    event["bounce"]["timestamp"] = event["mail"]["timestamp"]
    event["mail"]["tags"] |= TAGS
    body = envelope(json.dumps(event), DELEGATE)

    reading = read_wire(body, REGISTRY, tag_names=frozenset({"campaign"}))

    assert isinstance(reading, Observed)
    assert (reading.tags, reading.left_out) == (("campaign=spring", "ses:tenant-name=acme"), ("recipient",))
