"""What cannot be used of an event costs only itself; what says who sent what, and when, is never mended."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ses_reputation.feedback.events import EVENT
from ses_reputation.feedback.mending import mend_event
from ses_reputation.feedback.provenance import Reason, Registry
from ses_reputation.feedback.reading import Observed, Reading, read_wire
from ses_reputation.feedback.set_aside import Quarantined
from tests.support.notifications import DELEGATE, OWNER, envelope, notified, published

REGISTRY = Registry(frozenset({OWNER}), frozenset({DELEGATE}))
GOOD, OTHER = "recipient-1@gmail.com", "recipient-2@gmail.com"
AT = "2026-11-20T14:06:00.000Z"
TO_BOTH = {"destination": [GOOD, OTHER]}


def read_text(message: str, account: str = DELEGATE) -> Reading:
    return read_wire(envelope(message, account), REGISTRY)


def observed_in(message: str, account: str = DELEGATE) -> Observed:
    reading = read_text(message, account)
    assert isinstance(reading, Observed), reading
    return reading


def bounce(*named: Any, **block: Any) -> dict[str, Any]:
    usual = {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": named,
        "timestamp": AT,
    }
    return published("Bounce", "newsletter", TO_BOTH, **(usual | block))


def outcomes_in(reading: Observed) -> list[tuple[str, str]]:
    return [(each.recipient, each.outcome.wire_name) for each in reading.observations]


@pytest.mark.parametrize("event", [bounce({"emailAddress": GOOD, "status": "5.1.1"}), published("Send")])
def test_an_event_that_fits_is_read_alike_and_whole(event: dict[str, Any]) -> None:
    text = json.dumps(event)

    assert mend_event(text) == (EVENT.validate_json(text), ())


@pytest.mark.parametrize(
    "useless",
    [None, {}, {"emailAddress": None}, {"emailAddress": 7}, 7, "text", [], {"emailAddress": "x" * 1_501}],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_useless_recipient_beside_a_good_one_costs_only_itself(useless: Any, first: bool) -> None:
    good = {"emailAddress": GOOD, "diagnosticCode": "smtp; 550"}
    reading = observed_in(json.dumps(bounce(*([useless, good] if first else [good, useless]))))

    assert outcomes_in(reading) == [(GOOD, "bounced_permanent_general")]
    assert (reading.observations[0].details or {})["diagnostic_code"] == "smtp; 550"
    assert reading.left_out == ("recipient",)


@pytest.mark.parametrize("useless", [None, 7, {}, [], "x" * 1_501])
def test_a_useless_destination_beside_a_good_one_costs_only_itself(useless: Any) -> None:
    for event_type in ("Send", "Delivery"):
        block = {"recipients": [useless, GOOD], "processingTimeMillis": 1} if event_type == "Delivery" else {}
        event = published(event_type, None, {"destination": [useless, GOOD, useless]}, **block)
        reading = observed_in(json.dumps(event))

        assert [each.recipient for each in reading.observations] == [GOOD]
        assert set(reading.left_out) == {"recipient"}
        assert len(reading.left_out) == (3 if event_type == "Delivery" else 2)


@pytest.mark.parametrize("name", ["status", "action", "diagnosticCode"])
@pytest.mark.parametrize("useless", [550, ["550"], {"code": 550}, True])
def test_a_useless_detail_costs_only_itself(name: str, useless: Any) -> None:
    named = [{"emailAddress": GOOD, name: useless}, {"emailAddress": OTHER, name: "5.1.1"}]
    reading = observed_in(json.dumps(bounce(*named, feedbackId=7)))

    assert outcomes_in(reading) == [
        (GOOD, "bounced_permanent_general"),
        (OTHER, "bounced_permanent_general"),
    ]
    assert sorted(reading.left_out) == [f"bounce.bouncedRecipients.{name}", "bounce.feedbackId"]
    first, second = (each.details or {} for each in reading.observations)
    assert {*first} == {"bounce_type", "bounce_subtype"}
    assert "5.1.1" in second.values()


@pytest.mark.parametrize("useless", ["text", 7, [], {"timestamp": 7}, {"recipients": "text"}])
def test_a_useless_block_that_is_not_of_its_type_costs_nothing(useless: Any) -> None:
    reading = observed_in(json.dumps(bounce({"emailAddress": GOOD}) | {"delivery": useless}))

    assert outcomes_in(reading) == [(GOOD, "bounced_permanent_general")]
    assert set(reading.left_out) <= {"delivery"}


def test_a_useless_processing_time_leaves_the_timestamps() -> None:
    block = {"recipients": [GOOD], "processingTimeMillis": "soon", "timestamp": "2026-11-20T14:06:30Z"}
    reading = observed_in(json.dumps(published("Delivery", None, {}, **block)))

    assert outcomes_in(reading) == [(GOOD, "delivered_within_1m")]
    assert reading.left_out == ("delivery.processingTimeMillis",)


HALF = ["\\ud83d", "\\uDE00", "\\ud83d\\ud83d", "\\ud83d x", "\\ud8", "\\u", "\\uD83", "\\ude00\\ud83d"]


@pytest.mark.parametrize("half", HALF)
def test_half_a_character_in_a_diagnosis_stands_as_a_question_mark(half: str) -> None:
    """An emoji is two escapes in JSON, and who cuts a text may cut amid them."""
    text = json.dumps(bounce({"emailAddress": GOOD, "diagnosticCode": "smtp; 550 blocked HERE"}))
    reading = observed_in(text.replace("HERE", half))

    assert outcomes_in(reading) == [(GOOD, "bounced_permanent_general")]
    assert (reading.observations[0].details or {})["diagnostic_code"].startswith("smtp; 550 blocked ?")
    assert reading.left_out == ("half a character",)


@pytest.mark.parametrize("half", HALF)
@pytest.mark.parametrize("dialect", [published, notified])
def test_half_a_character_in_the_subject_or_a_header_does_not_lose_the_event(dialect: Any, half: str) -> None:
    headers = {"commonHeaders": {"subject": "Hi HERE"}, "headers": [{"name": "X", "value": "HERE"}]}
    event = dialect("Delivery", mail_fields=headers, recipients=[GOOD], processingTimeMillis=1)
    account = OWNER if dialect is notified else DELEGATE
    reading = observed_in(json.dumps(event).replace("HERE", half), account)

    assert outcomes_in(reading) == [(GOOD, "delivered_within_10s")]


@pytest.mark.parametrize("whole", ["😀", "\\ud83d\\ude00", "\\\\ud83d", "\\\\\\\\u", "é"])
def test_a_whole_character_is_left_alone_in_the_second_reading(whole: str) -> None:
    text = json.dumps(bounce({"emailAddress": GOOD, "diagnosticCode": "HERE"}, None)).replace("HERE", whole)
    reading = observed_in(text)

    assert (reading.observations[0].details or {})["diagnostic_code"] == json.loads(f'"{whole}"')
    assert reading.left_out == ("recipient",)


INDISPENSABLE = [
    *(("mail", name) for name in ("timestamp", "messageId", "sendingAccountId", "sourceArn", "destination")),
    ("mail",),
    ("bounce",),
    ("bounce", "bouncedRecipients"),
    ("eventType",),
]


@pytest.mark.parametrize("place", INDISPENSABLE, ids=".".join)
@pytest.mark.parametrize("useless", [7, "", [], {}, True])
def test_what_the_ledger_depends_on_is_not_mended(place: tuple[str, ...], useless: Any) -> None:
    event = bounce({"emailAddress": GOOD})
    parent: Any = event
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = useless
    reading = read_text(json.dumps(event))

    # A bounce can be counted without whom the mail was for, and an ARN that is empty is none.
    if (place[-1], useless) in (("destination", []), ("sourceArn", "")):
        assert isinstance(reading, Observed)
    else:
        assert isinstance(reading, Quarantined)
        assert reading.reason in (Reason.INCOMPLETE_EVENT, Reason.UNREADABLE)


@pytest.mark.parametrize("named", [[7], [["newsletter"]], [{}], [True]])
def test_a_useless_configuration_set_never_makes_mail_of_none(named: Any) -> None:
    """Who could blank its set could hide its mail from the set's figures."""
    event = bounce({"emailAddress": GOOD}, None)
    event["mail"]["tags"] = {"ses:configuration-set": named}
    reading = read_text(json.dumps(event))

    assert isinstance(reading, Quarantined)
    assert reading.reason is Reason.INCOMPLETE_EVENT


def test_more_recipients_than_ses_mails_are_not_mended_to_fewer() -> None:
    for named in ([None] * 51, [{"emailAddress": GOOD}] * 50 + [None]):
        reading = read_text(json.dumps(bounce(*named)))
        assert isinstance(reading, Quarantined)
        assert "bounce.bouncedRecipients: too_long" in reading.explanation


def test_who_may_report_is_asked_of_a_mended_event_as_of_any() -> None:
    reading = read_text(json.dumps(bounce({"emailAddress": GOOD}, None)), "999900001111")

    assert isinstance(reading, Quarantined)
    assert reading.reason is Reason.FOREIGN_TOPIC


@settings(deadline=None)
@given(st.data())
def test_several_useless_parts_at_once_cost_only_themselves(data: st.DataObject) -> None:
    useless: st.SearchStrategy[Any] = st.sampled_from(
        [None, 7, [], {}, {"emailAddress": None, "status": 5}, {"emailAddress": ""}]
    )
    named = data.draw(st.lists(useless, max_size=12))
    place = data.draw(st.integers(0, len(named)))
    block: dict[str, Any] = {"feedbackId": data.draw(st.sampled_from([None, "f", 7])), "reportingMTA": []}
    event = bounce(*named[:place], {"emailAddress": GOOD, "status": 5}, *named[place:], **deepcopy(block))
    reading = observed_in(json.dumps(event))

    assert outcomes_in(reading) == [(GOOD, "bounced_permanent_general")]
    assert reading.left_out.count("recipient") == len(named)
