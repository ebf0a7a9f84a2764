"""The SES stand-in publishes to topics of the local AWS, as SES does: facts F8, F10, F19 and F20."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from console.local_aws.emulator import Ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.feedback.outcomes import Outcome
from ses_reputation.feedback.provenance import Feed, Registry
from ses_reputation.feedback.reading import Observed, read_wire
from tests.support.aws.ses_topics import HeardTopic, open_topic
from tests.support.ses_clients import COURIER, OWNER, REGION, connect_ses

pytestmark = pytest.mark.local_aws
DOMAIN = "orchard.example"
IDENTITY = f"arn:aws:ses:{REGION}:{OWNER}:identity/{DOMAIN}"
SET = f"arn:aws:ses:{REGION}:{COURIER}:configuration-set/news"
GREETING = "Successfully validated SNS topic for Amazon SES event publishing."
TYPES = ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "DELIVERY_DELAY"]


class Parties:
    """An owner whose identity tells its topic, and a courier whose set tells another."""

    def __init__(self, ses: SesStandIn, aws: Ministack) -> None:
        self.ses, self.aws = ses, aws
        self.owner, self.owner_v1 = connect_ses(ses, "sesv2"), connect_ses(ses, "ses")
        self.courier, self.courier_v1 = (connect_ses(ses, name, COURIER) for name in ("sesv2", "ses"))
        self.topic, self.events = self.open(OWNER), self.open(COURIER)
        self.topic.let_ses_publish(IDENTITY, OWNER)
        self.events.let_ses_publish(SET, COURIER)

    def open(self, account: str = OWNER, region: str = REGION, **attributes: str) -> HeardTopic:
        return open_topic(self.aws, account, f"feedback-{uuid4().hex[:8]}", region, **attributes)

    def connect(self) -> None:
        """Set up both feeds, and let the courier send."""
        self.owner.create_email_identity(EmailIdentity=DOMAIN)
        for kind in ("Bounce", "Complaint", "Delivery"):
            self.set_topic(kind, self.topic.arn)
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": COURIER},
            "Action": ["ses:SendEmail", "ses:SendRawEmail"],
            "Resource": IDENTITY,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.owner.create_email_identity_policy(EmailIdentity=DOMAIN, PolicyName="courier", Policy=policy)
        self.courier.create_configuration_set(ConfigurationSetName="news")
        self.publish_to(self.events.arn)
        self.topic.take()
        self.events.take()

    def set_topic(self, kind: str, topic_arn: str) -> None:
        self.owner_v1.set_identity_notification_topic(
            Identity=DOMAIN, NotificationType=kind, SnsTopic=topic_arn
        )

    def publish_to(self, topic_arn: str, name: str = "feedback") -> None:
        self.courier.create_configuration_set_event_destination(
            ConfigurationSetName="news",
            EventDestinationName=name,
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": TYPES,
                "SnsDestination": {"TopicArn": topic_arn},
            },
        )

    def send(self, *recipients: str, client: Any = None, **asked: Any) -> str:
        text = {"Subject": {"Data": "Pears"}, "Body": {"Text": {"Data": "are ripe"}}}
        request = {
            "FromEmailAddress": f'"Orchard" <news@{DOMAIN}>',
            "FromEmailAddressIdentityArn": IDENTITY,
            "Destination": {"ToAddresses": [f"{name}@simulator.amazonses.com" for name in recipients]},
            "Content": {"Simple": text},
            "ConfigurationSetName": "news",
            "EmailTags": [{"Name": "marker", "Value": "m1"}],
        }
        return str((client or self.courier).send_email(**request | asked)["MessageId"])

    def notification_attributes(self) -> dict[str, Any]:
        answer = self.owner_v1.get_identity_notification_attributes(Identities=[DOMAIN])
        return dict(answer["NotificationAttributes"][DOMAIN])


@pytest.fixture
def parties(ministack: Ministack) -> Iterator[Parties]:
    with SesStandIn() as ses:
        ses.publish_through(ministack)
        yield Parties(ses, ministack)


def kinds(messages: list[Any]) -> list[str]:
    return [message.get("notificationType") or message["eventType"] for message in messages]


def test_both_parties_hear_of_a_delegates_bounce(parties: Parties) -> None:
    parties.connect()
    message_id = parties.send("bounce+label")
    heard, events = parties.topic.take(), parties.events.take()

    assert (kinds(heard), kinds(events)) == (["Bounce"], ["Send", "Bounce"])
    assert heard[0]["bounce"] == events[1]["bounce"]
    assert (
        heard[0]["bounce"]["bouncedRecipients"][0]["emailAddress"] == "bounce+label@simulator.amazonses.com"
    )
    for each in (heard[0], events[1]):
        mail = each["mail"]
        assert (mail["messageId"], mail["sendingAccountId"], mail["sourceArn"]) == (
            message_id,
            COURIER,
            IDENTITY,
        )


def test_a_notification_and_an_event_have_their_own_fields(parties: Parties) -> None:
    parties.connect()
    parties.send("success")
    notification, event = parties.topic.take()[0]["mail"], parties.events.take()[1]["mail"]

    assert notification.keys() == {
        "timestamp", "source", "sourceArn", "sourceIp", "callerIdentity", "sendingAccountId", "messageId",
        "destination",
    }  # fmt: skip
    assert event.keys() == {
        "timestamp", "source", "sourceArn", "sendingAccountId", "messageId", "destination", "tags",
        "headersTruncated", "headers", "commonHeaders",
    }  # fmt: skip
    assert event["tags"] == {
        "ses:operation": ["SendEmail"],
        "ses:configuration-set": ["news"],
        "ses:source-ip": ["127.0.0.1"],
        "ses:from-domain": [DOMAIN],
        "ses:caller-identity": ["root"],
        "ses:outgoing-ip": ["198.51.100.40"],
        "marker": ["m1"],
    }


def test_headers_are_in_the_notifications_that_are_to_have_them(parties: Parties) -> None:
    parties.connect()
    parties.owner_v1.set_identity_headers_in_notifications_enabled(
        Identity=DOMAIN, NotificationType="Bounce", Enabled=True
    )
    parties.send("ooto")
    delivery, bounce = parties.topic.take()

    assert "headers" not in delivery["mail"]
    assert {"name": "Subject", "value": "Pears"} in bounce["mail"]["headers"]


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        (["success"], ["Send", "Delivery"]),
        (["complaint"], ["Send", "Delivery", "Complaint"]),
        (["ooto"], ["Send", "Delivery", "Bounce"]),
        (["suppressionlist"], ["Send", "Bounce"]),
        (["bounce", "suppressionlist"], ["Send", "Bounce", "Bounce"]),
    ],
)
def test_the_simulator_gives_the_events_that_were_probed(
    parties: Parties, recipients: list[str], expected: list[str]
) -> None:
    parties.connect()
    parties.send(*recipients)

    assert kinds(parties.events.take()) == expected


def test_two_causes_are_two_bounces_with_the_whole_destination(parties: Parties) -> None:
    parties.connect()
    parties.send("bounce", "suppressionlist")
    bounces = parties.topic.take()

    assert [each["bounce"]["bounceSubType"] for each in bounces] == ["General", "Suppressed"]
    assert [len(each["bounce"]["bouncedRecipients"]) for each in bounces] == [1, 1]
    assert [len(each["mail"]["destination"]) for each in bounces] == [2, 2]


@pytest.mark.parametrize(("reason", "kind"), [("BOUNCE", "Bounce"), ("COMPLAINT", "Complaint")])
def test_a_listed_recipient_is_held_back_in_any_case_and_never_delivered(
    parties: Parties, reason: str, kind: str
) -> None:
    parties.connect()
    parties.courier.put_suppressed_destination(EmailAddress="Reader@harbor.example", Reason=reason)
    parties.send(Destination={"ToAddresses": ["reader@harbor.example"]})
    events = parties.events.take()

    assert kinds(events) == ["Send", kind]
    assert events[1][kind.lower()][f"{kind.lower()}SubType"] == "OnAccountSuppressionList"


def test_a_set_that_overrides_with_nothing_delivers_to_the_listed(parties: Parties) -> None:
    parties.connect()
    parties.courier.put_suppressed_destination(EmailAddress="reader@harbor.example", Reason="BOUNCE")
    parties.courier.put_configuration_set_suppression_options(
        ConfigurationSetName="news", SuppressedReasons=[]
    )
    parties.send(Destination={"ToAddresses": ["reader@harbor.example"]})

    assert kinds(parties.events.take()) == ["Send", "Delivery"]


def test_the_send_event_of_raw_mail_names_no_identity_and_its_delivery_does(parties: Parties) -> None:
    parties.connect()
    raw = f"From: news@{DOMAIN}\r\nX-SES-MESSAGE-TAGS: marker=m2\r\n\r\nripe".encode()
    parties.send("success", Content={"Raw": {"Data": raw}}, EmailTags=[])
    send, delivery = (event["mail"] for event in parties.events.take())

    assert ("sourceArn" in send, "ses:from-domain" in send["tags"]) == (False, False)
    assert (delivery["sourceArn"], delivery["tags"]["marker"]) == (IDENTITY, ["m2"])


def test_an_events_destination_gets_the_types_that_it_names(parties: Parties) -> None:
    parties.connect()
    parties.courier.update_configuration_set_event_destination(
        ConfigurationSetName="news",
        EventDestinationName="feedback",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["BOUNCE"],
            "SnsDestination": {"TopicArn": parties.events.arn},
        },
    )
    assert parties.events.take() == [GREETING]
    parties.send("bounce")

    assert kinds(parties.events.take()) == ["Bounce"]


def test_without_a_set_only_the_owner_hears(parties: Parties) -> None:
    parties.connect()
    parties.send(
        "bounce", client=parties.owner, ConfigurationSetName="", FromEmailAddressIdentityArn=IDENTITY
    )

    assert (kinds(parties.topic.take()), parties.events.take()) == (["Bounce"], [])


def test_the_ledger_reads_both_feeds_of_all_simulator_addresses_as_the_same_facts(parties: Parties) -> None:
    parties.connect()
    for name in ("success", "bounce", "ooto", "complaint", "suppressionlist"):
        parties.send(name)
    registry = Registry(frozenset({OWNER}), frozenset({COURIER}))
    bodies = [*parties.topic.take_bodies(), *parties.events.take_bodies()]
    readings = [read_wire(body, registry) for body in bodies]
    facts: dict[Feed, set[Any]] = {feed: set() for feed in Feed}
    for reading in readings:
        assert isinstance(reading, Observed), reading
        assert reading.origin.identity == DOMAIN or reading.event_type == "Send"
        observed = reading.observations
        facts[reading.feed] |= {(reading.message_id, each.recipient, each.outcome) for each in observed}
    sends = {fact for fact in facts[Feed.SENDER] if fact[2] is Outcome.SENT}

    assert len(sends) == 5
    assert facts[Feed.OWNER] == facts[Feed.SENDER] - sends


def test_the_default_set_of_the_own_identity_publishes_where_none_is_named(parties: Parties) -> None:
    own = f"arn:aws:ses:{REGION}:{OWNER}:configuration-set/own"
    events = parties.open(OWNER)
    events.let_ses_publish(own, OWNER)
    parties.owner.create_email_identity(EmailIdentity=DOMAIN)
    parties.owner.create_configuration_set(ConfigurationSetName="own")
    sns = {"Enabled": True, "MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": events.arn}}
    parties.owner.create_configuration_set_event_destination(
        ConfigurationSetName="own", EventDestinationName="feedback", EventDestination=sns
    )
    parties.owner.put_email_identity_configuration_set_attributes(
        EmailIdentity=DOMAIN, ConfigurationSetName="own"
    )
    parties.send("bounce", client=parties.owner, ConfigurationSetName="")
    greeting, bounce = events.take()

    assert greeting == GREETING
    assert bounce["mail"]["tags"]["ses:configuration-set"] == ["own"]


def test_ses_greets_each_topic_that_it_is_given(parties: Parties) -> None:
    parties.owner.create_email_identity(EmailIdentity=DOMAIN)
    parties.set_topic("Bounce", parties.topic.arn)
    greeting = parties.topic.take()[0]

    assert greeting["notificationType"] == "AmazonSnsSubscriptionSucceeded"
    assert parties.topic.arn in greeting["message"]


def deny_ses(parties: Parties) -> HeardTopic:
    topic = parties.open()
    topic.set_policy(
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "*",
            "Resource": topic.arn,
        }
    )
    return topic


def encrypt_without_grant(parties: Parties) -> HeardTopic:
    kms = parties.aws.clients(OWNER).connect("kms", region_name=REGION)
    topic = parties.open(KmsMasterKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    topic.let_ses_publish(IDENTITY, OWNER)
    return topic


UNUSABLE: dict[str, Callable[[Parties], str]] = {
    "another Region": lambda parties: parties.open(region="us-east-1").arn,
    "absent": lambda _: f"arn:aws:sns:{REGION}:{OWNER}:absent",
    "FIFO": lambda parties: f"{parties.topic.arn}.fifo",
    "policy without SES": lambda parties: deny_ses(parties).arn,
    "policy for another identity": lambda parties: parties.events.arn,
    "key without grant": lambda parties: encrypt_without_grant(parties).arn,
    "key of AWS": lambda parties: parties.open(KmsMasterKeyId="alias/aws/sns").arn,
}


@pytest.mark.parametrize("state", UNUSABLE)
def test_a_topic_that_ses_cannot_use_is_refused_with_one_code(parties: Parties, state: str) -> None:
    parties.owner.create_email_identity(EmailIdentity=DOMAIN)
    with pytest.raises(ClientError) as error:
        parties.set_topic("Bounce", UNUSABLE[state](parties))

    assert error.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert error.value.response["Error"]["Message"].startswith("SNS topic arn:aws:sns:")


@pytest.mark.parametrize("state", UNUSABLE)
def test_an_event_destination_is_refused_likewise(parties: Parties, state: str) -> None:
    parties.courier.create_configuration_set(ConfigurationSetName="news")
    parties.events.set_policy()
    topic_arn = UNUSABLE[state](parties)
    with pytest.raises(ClientError) as error:
        parties.publish_to(topic_arn)

    assert error.value.response["Error"] == {
        "Code": "BadRequestException",
        "Message": f"Could not publish message to SNS topic <{topic_arn}>.",
    }


def test_a_key_that_grants_ses_lets_it_publish(parties: Parties) -> None:
    topic = encrypt_without_grant(parties)
    kms = parties.aws.clients(OWNER).connect("kms", region_name=REGION)
    key_id = topic.sns.get_topic_attributes(TopicArn=topic.arn)["Attributes"]["KmsMasterKeyId"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": "*",
    }
    kms.put_key_policy(KeyId=key_id, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    parties.owner.create_email_identity(EmailIdentity=DOMAIN)
    parties.set_topic("Bounce", topic.arn)

    assert len(topic.take()) == 1


def test_the_trace_of_a_lost_topic_is_that_only_delivery_stays(parties: Parties) -> None:
    parties.connect()
    parties.owner_v1.set_identity_feedback_forwarding_enabled(Identity=DOMAIN, ForwardingEnabled=False)
    parties.topic.sns.delete_topic(TopicArn=parties.topic.arn)
    parties.send("bounce")
    after_bounce = parties.notification_attributes()
    parties.send("complaint")
    after_both = parties.notification_attributes()

    assert (after_bounce["ForwardingEnabled"], "BounceTopic" in after_bounce) == (True, False)
    assert after_bounce["ComplaintTopic"] == parties.topic.arn
    assert {name for name in after_both if name.endswith("Topic")} == {"DeliveryTopic"}


def test_a_send_whose_destination_is_gone_is_accepted_and_nobody_hears(parties: Parties) -> None:
    parties.connect()
    parties.events.sns.delete_topic(TopicArn=parties.events.arn)

    assert parties.send("bounce")
    assert parties.events.take() == []
    assert kinds(parties.topic.take()) == ["Bounce"]


def test_a_topic_of_the_own_account_needs_no_policy_of_its_own(parties: Parties) -> None:
    """The default statement lets the account's own services in [?]; that of another account does not."""
    parties.owner.create_email_identity(EmailIdentity=DOMAIN)
    parties.set_topic("Bounce", parties.open(OWNER).arn)
    with pytest.raises(ClientError):
        parties.set_topic("Complaint", parties.open(COURIER).arn)
