"""What an event says of each recipient, and what an entry keeps of it."""

import json
from typing import Any

import pytest

from ses_reputation.feedback.events import EVENT
from ses_reputation.feedback.observations import MOST_RECIPIENT_CHARACTERS, Observation, Observations, observe
from tests.support.notifications import notified, published

AT = "2026-11-20T14:06:00Z"
FIRST, SECOND, THIRD = "recipient-1@gmail.com", "recipient-2@gmail.com", "recipient-3@yahoo.com"


def observations_of(event: dict[str, Any]) -> tuple[Observation, ...]:
    return observed(event)[0]


def observed(event: dict[str, Any]) -> Observations:
    event_type = event.get("eventType") or event["notificationType"]
    return observe(EVENT.validate_json(json.dumps(event)), event_type, frozenset())


def outcomes_of(event: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.recipient, each.outcome.wire_name) for each in observations_of(event)]


def to(*addresses: str) -> dict[str, Any]:
    return {"destination": list(addresses)}


def bounce(*named: str, **block: Any) -> dict[str, Any]:
    usual = {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": address} for address in named],
        "timestamp": AT,
    }
    return usual | block


def complaint(*named: str, **block: Any) -> dict[str, Any]:
    return {"complainedRecipients": [{"emailAddress": each} for each in named], "timestamp": AT} | block


def test_a_send_reports_every_destination() -> None:
    found = outcomes_of(published("Send", None, to(FIRST, SECOND, THIRD)))

    assert found == [(FIRST, "sent"), (SECOND, "sent"), (THIRD, "sent")]


def test_sends_and_deliveries_carry_no_details() -> None:
    delivery = {"recipients": [FIRST], "processingTimeMillis": 900, "timestamp": AT}

    for event in (published("Send", None, to(FIRST, SECOND)), published("Delivery", None, {}, **delivery)):
        assert {(each.occurred_at, each.details) for each in observations_of(event)} == {("", None)}


def test_a_delivery_without_its_processing_time_is_timed_by_its_timestamps() -> None:
    block = {"recipients": [FIRST], "timestamp": "2026-11-20T14:06:00.000Z"}

    assert outcomes_of(published("Delivery", None, {}, **block)) == [(FIRST, "delivered_within_1m")]


def test_every_bounced_recipient_keeps_its_own_diagnosis() -> None:
    named = [
        {"emailAddress": FIRST, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 unknown"},
        {"emailAddress": SECOND, "status": "5.2.2", "newField": {"b": 1, "a": "é"}},
    ]
    block = bounce(bouncedRecipients=named, feedbackId="feedback-1", reportingMTA="dsn; a", newBlock=[1])

    first, second = observations_of(notified("Bounce", to(FIRST, SECOND), **block))

    shared = {
        "bounce_type": "Permanent",
        "bounce_subtype": "General",
        "feedback_id": "feedback-1",
        "reporting_mta": "dsn; a",
        "unrecognised": '{"newBlock": [1]}',
    }
    assert first.details == shared | {
        "action": "failed",
        "status": "5.1.1",
        "diagnostic_code": "smtp; 550 unknown",
    }
    assert second.details == shared | {
        "status": "5.2.2",
        "unrecognised_of_recipient": '{"newField": {"a": "é", "b": 1}}',
    }
    assert first.occurred_at == second.occurred_at == "2026-11-20T14:06:00.000Z"


def test_a_complaint_of_several_is_one_complaint_and_suspicions() -> None:
    event = notified("Complaint", to(FIRST, SECOND, THIRD), **complaint(SECOND.upper(), THIRD, FIRST))

    assert outcomes_of(event) == [
        (SECOND, "complaint_suspected"),
        (THIRD, "complaint_suspected"),
        (FIRST, "complained_unspecified"),
    ]
    assert [each.details and each.details["suspects"] for each in observations_of(event)] == ["3"] * 3


def test_the_order_of_suspects_does_not_choose_the_bearer() -> None:
    orders = [(FIRST, SECOND), (SECOND, FIRST), (f"<{SECOND.upper()}>", f'"One" <{FIRST}>')]
    found = {
        frozenset(outcomes_of(notified("Complaint", to(FIRST, SECOND), **complaint(*order))))
        for order in orders
    }

    assert found == {frozenset({(FIRST, "complained_unspecified"), (SECOND, "complaint_suspected")})}


def test_one_suspect_named_twice_is_a_complainer() -> None:
    found = outcomes_of(notified("Complaint", to(FIRST), **complaint(FIRST, FIRST.upper())))

    assert set(found) == {(FIRST, "complained_unspecified")}


def test_a_suppressed_send_reported_as_a_complaint_concerns_each_recipient() -> None:
    block = complaint(FIRST, SECOND, complaintSubType="OnAccountSuppressionList")
    event = notified("Complaint", to(FIRST, SECOND), **block)

    assert outcomes_of(event) == [
        (FIRST, "complaint_suppressed_on_account_list"),
        (SECOND, "complaint_suppressed_on_account_list"),
    ]
    assert all(each.details and "suspects" not in each.details for each in observations_of(event))


def test_a_complaint_keeps_what_the_report_said() -> None:
    block = complaint(
        FIRST, complaintFeedbackType="abuse", userAgent="loop/1", arrivalDate=AT, feedbackId="f"
    )

    (found,) = observations_of(notified("Complaint", {}, **block))

    assert found.details == {
        "complaint_feedback_type": "abuse",
        "user_agent": "loop/1",
        "arrival_date": AT,
        "feedback_id": "f",
    }


def test_a_delay_keeps_its_type_and_when_ses_will_give_up() -> None:
    block = {
        "delayType": "MailboxFull",
        "delayedRecipients": [{"emailAddress": FIRST, "status": "4.2.2"}],
        "timestamp": AT,
        "expirationTime": "2026-11-21T04:05:45Z",
    }
    (found,) = observations_of(published("DeliveryDelay", None, {}, **block))

    assert found.outcome.wire_name == "delayed_mailbox_full"
    assert found.details == {
        "delay_type": "MailboxFull",
        "expiration_time": "2026-11-21T04:05:45Z",
        "status": "4.2.2",
    }


@pytest.mark.parametrize(
    ("event_type", "block", "outcome", "details"),
    [
        ("Reject", {"reason": "Bad content"}, "rejected", {"reason": "Bad content"}),
        ("Reject", {}, "rejected", {}),
        (
            "Rendering Failure",
            {"errorMessage": "Attribute 'name' is not present", "templateName": "welcome", "newer": True},
            "rendering_failed",
            {
                "error_message": "Attribute 'name' is not present",
                "template_name": "welcome",
                "unrecognised": '{"newer": true}',
            },
        ),
    ],
)
def test_what_never_left_ses_concerns_every_destination_at_the_time_of_the_mail(
    event_type: str, block: dict[str, Any], outcome: str, details: dict[str, str]
) -> None:
    found = observations_of(published(event_type, None, to(FIRST, SECOND), **block))

    assert [(each.recipient, each.outcome.wire_name) for each in found] == [
        (FIRST, outcome),
        (SECOND, outcome),
    ]
    assert [each.details for each in found] == [details, details]
    assert {each.occurred_at for each in found} == {"2026-11-20T14:05:45.641Z"}


@pytest.mark.parametrize(
    ("mailed", "bounced", "counted", "reported"),
    [
        # Forwarded, or passed on by a list: to the one address that was mailed.
        ([FIRST], [THIRD], [FIRST], [THIRD]),
        ([FIRST], [f"<{THIRD.upper()}>", SECOND], [FIRST, FIRST], [THIRD, SECOND]),
        # Of several to the first, whoever else is named beside it.
        ([SECOND, FIRST], [THIRD], [FIRST], [THIRD]),
        ([FIRST, SECOND], [THIRD, SECOND], [FIRST, SECOND], [THIRD, None]),
        ([FIRST, SECOND], [THIRD, FIRST], [FIRST, FIRST], [THIRD, None]),
        # To one at its domain before others.
        (
            [FIRST, "list@club.example"],
            ["member@club.example"],
            ["list@club.example"],
            ["member@club.example"],
        ),
        ([], [THIRD], [THIRD], [None]),
        # In another case or dress it is the same address.
        ([FIRST.upper(), f'"One" <{SECOND}>'], [SECOND, FIRST], [SECOND, FIRST], [None, None]),
        # What no mail can be sent to is not who it was sent to.
        ([""], [THIRD], [THIRD], [None]),
        (["<>", FIRST], [THIRD], [FIRST], [THIRD]),
        (["x" * (MOST_RECIPIENT_CHARACTERS + 1)], [THIRD], [THIRD], [None]),
    ],
)
def test_a_bounce_counts_for_an_address_that_was_mailed(
    mailed: list[str], bounced: list[str], counted: list[str], reported: list[str | None]
) -> None:
    found = observations_of(notified("Bounce", to(*mailed), **bounce(*bounced)))

    assert [each.recipient for each in found] == counted
    assert [(each.details or {}).get("reported_address") for each in found] == reported


@pytest.mark.parametrize(
    "mailed", [["list@club.example"], ["list@club.example", FIRST, "second@club.example"]]
)
def test_members_of_a_list_bounce_alike_however_they_are_batched(mailed: list[str]) -> None:
    """Never more often than the mail was sent."""
    members = ["a@one.example", "b@two.example", "c@club.example"]
    together = outcomes_of(notified("Bounce", to(*mailed), **bounce(*members)))
    apart = [
        outcomes_of(published("Bounce", None, to(*mailed), **bounce(each))) for each in reversed(members)
    ]

    assert set(together) == {each for (each,) in apart}
    assert {recipient for recipient, _ in together} <= set(mailed)


@pytest.mark.parametrize("mailed", [[], [""], ["<>"]])
def test_a_delivery_of_mail_that_was_for_nobody_counts_for_whom_it_names(mailed: list[str]) -> None:
    event = published("Delivery", None, to(*mailed), recipients=[FIRST], processingTimeMillis=1)

    assert outcomes_of(event) == [(FIRST, "delivered_within_10s")]


def test_a_delivery_to_a_forwarded_address_counts_for_the_address_that_was_mailed() -> None:
    for mailed in ([FIRST], [FIRST, SECOND]):
        block = {"recipients": [THIRD, *mailed[1:]], "processingTimeMillis": 1}
        found = observations_of(published("Delivery", None, to(*mailed), **block))
        assert [each.recipient for each in found] == mailed


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (published("Send", None, to()), "names no recipient"),
        (published("Bounce", None, {}, **bounce()), "names no recipient"),
        (published("Bounce", None, {}, **bounce("")), "a recipient is no address"),
        (published("Bounce", None, {}, **bounce("", " ", "<>")), "a recipient is no address"),
        (published("Send", None, to("", "<>")), "a recipient is no address"),
        (published("Complaint", None, to(), **complaint()), "names no recipient"),
        (published("Complaint", None, to(""), **complaint("")), "a recipient is no address"),
        # A list stopped one of two sends: nobody can know which.
        (
            published(
                "Complaint", None, to(FIRST, SECOND), **complaint(complaintSubType="OnAccountSuppressionList")
            ),
            "names no recipient",
        ),
        ({"eventType": "Bounce", "mail": published("Send")["mail"]}, "block that its event type promises"),
        ({"eventType": "Delivery", "mail": published("Send")["mail"]}, "block that its event type promises"),
        (published("Delivery", None, {}, recipients=[FIRST]), "block that its event type promises"),
    ],
)
def test_an_event_that_reports_nothing_of_anybody_is_refused(event: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        observations_of(event)


@pytest.mark.parametrize("blank", ["", " ", "<>", '"Nobody" <>', "x" * (MOST_RECIPIENT_CHARACTERS + 1)])
@pytest.mark.parametrize("first", [True, False])
def test_a_recipient_that_is_no_address_costs_only_itself(blank: str, first: bool) -> None:
    named = [blank, FIRST] if first else [FIRST, blank]
    delay = {"delayType": "General", "delayedRecipients": [{"emailAddress": each} for each in named]}

    for event in (
        notified("Bounce", to(FIRST, SECOND), **bounce(*named)),
        notified("Complaint", to(FIRST, SECOND), **complaint(*named)),
        published("DeliveryDelay", None, to(FIRST, SECOND), timestamp=AT, **delay),
        published("Delivery", None, to(FIRST, SECOND), recipients=named, processingTimeMillis=1),
        published("Send", None, to(*named)),
        published("Reject", None, to(*named), reason="Bad content"),
    ):
        observations, left_out = observed(event)
        assert [each.recipient for each in observations] == [FIRST]
        assert left_out == ("recipient",)


@pytest.mark.parametrize(
    "named", [("b@yahoo.example",), ("c@yahoo.example", "b@yahoo.example"), ("m@list.example",)]
)
def test_a_complaint_is_one_whichever_of_its_suspects_a_feed_names(named: tuple[str, ...]) -> None:
    mailed = ("c@yahoo.example", "b@yahoo.example", "a@yahoo.example", "z@other.example")
    found = outcomes_of(notified("Complaint", to(*mailed), **complaint(*named)))

    assert ("a@yahoo.example", "complained_unspecified") in found
    assert [outcome for _, outcome in found].count("complained_unspecified") == 1
    suspected = sorted(set(named) & set(mailed))
    assert sorted(each for each, outcome in found if outcome == "complaint_suspected") == suspected


@pytest.mark.parametrize("dialect", [notified, published])
def test_a_complaint_that_names_nobody_is_of_the_one_who_was_mailed(dialect: Any) -> None:
    for named in ([], [""], ["<>", " "]):
        event = dialect("Complaint", **{"mail_fields": to(FIRST), **complaint(*named)})
        (found,) = observations_of(event)
        assert (found.recipient, found.outcome.wire_name) == (FIRST, "complained_unspecified")
        assert found.details == {}


def test_a_complaint_that_names_nobody_is_one_complaint_among_all_who_were_mailed() -> None:
    orders = [(THIRD, SECOND, FIRST), (FIRST, f"<{THIRD.upper()}>", SECOND, SECOND)]
    events = [
        *(notified("Complaint", to(*order), **complaint()) for order in orders),
        *(published("Complaint", None, to(*order), **complaint("")) for order in orders),
        published("Complaint", None, to(*orders[0]), complainedRecipients=None, timestamp=AT),
        published("Complaint", None, to(*orders[0]), timestamp=AT),
    ]

    for event in events:
        assert outcomes_of(event) == [
            (FIRST, "complained_unspecified"),
            (SECOND, "complaint_suspected"),
            (THIRD, "complaint_suspected"),
        ]
        assert [each.details and each.details["suspects"] for each in observations_of(event)] == ["3"] * 3


def test_a_send_that_a_list_stopped_and_that_names_nobody_is_of_the_one_who_was_mailed() -> None:
    block = complaint(complaintSubType="OnAccountSuppressionList")

    assert outcomes_of(notified("Complaint", to(FIRST), **block)) == [
        (FIRST, "complaint_suppressed_on_account_list")
    ]


@pytest.mark.parametrize(
    ("block", "outcome"),
    [
        ({"bounceSubType": None}, "bounced_permanent_other"),
        ({"bounceType": "Transient", "bounceSubType": None}, "bounced_transient_other"),
        ({"bounceType": "Undetermined", "bounceSubType": None}, "bounced_undetermined"),
        ({"bounceType": None, "bounceSubType": None}, "bounced_other"),
        ({"bounceType": None}, "bounced_other"),
    ],
)
def test_a_bounce_whose_kind_is_null_is_a_bounce(block: dict[str, Any], outcome: str) -> None:
    assert outcomes_of(notified("Bounce", to(FIRST), **bounce(FIRST, **block))) == [(FIRST, outcome)]


def test_a_delay_whose_kind_is_null_is_a_delay() -> None:
    block = {"delayType": None, "delayedRecipients": [{"emailAddress": FIRST}], "timestamp": AT}

    assert outcomes_of(published("DeliveryDelay", None, to(FIRST), **block)) == [(FIRST, "delayed_other")]


@pytest.mark.parametrize(("written", "left_out"), [("soon", ("time",)), ("", ()), (None, ())])
def test_what_does_not_say_when_it_happened_happened_when_its_mail_did(
    written: str | None, left_out: tuple[str, ...]
) -> None:
    observations, found_left_out = observed(
        notified("Bounce", to(FIRST, SECOND), **bounce(FIRST, SECOND, timestamp=written))
    )

    assert {each.occurred_at for each in observations} == {"2026-11-20T14:05:45.641Z"}
    assert found_left_out == left_out
