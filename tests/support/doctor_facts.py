"""Facts that the doctor looks at, made by hand: one owner, one delegate, and the ledger's queue."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ses_reputation.doctor.facts.listing import Listing, Unread
from ses_reputation.doctor.facts.messaging import EncryptionKey, Queue, Topic, TopicSubscription, key_name
from ses_reputation.doctor.facts.sending import (
    AccountState,
    ConfigurationSet,
    DedicatedPool,
    Destination,
    IdentityFacts,
    Place,
    Recommendation,
    Tenant,
)
from ses_reputation.doctor.facts.setup import SeenSender, Setup
from ses_reputation.doctor.flows import EVENT_NAMES

OWNER, DELEGATE, LEDGER = "111111111111", "222222222222", "444444444444"
REGION = "eu-west-1"
READ_AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
QUEUE = f"arn:aws:sqs:{REGION}:{LEDGER}:feedback"
OWNER_TOPIC = f"arn:aws:sns:{REGION}:{OWNER}:feedback"
DELEGATE_TOPIC = f"arn:aws:sns:{REGION}:{DELEGATE}:feedback"
HEALTHY = AccountState(True, True, "HEALTHY", suppressed_reasons=("BOUNCE", "COMPLAINT"))


def policy(**statement: Any) -> str:
    """A policy with one statement, which allows unless it says otherwise."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def topic(arn: str, **fields: Any) -> Topic:
    """A topic that SES may publish to, with the queue's subscription."""
    document = policy(Principal={"Service": "ses.amazonaws.com"}, Action="sns:Publish", Resource=arn)
    subscription = TopicSubscription(QUEUE, f"{arn}:1", LEDGER)
    return replace(Topic(arn, document, subscriptions=(subscription,)), **fields)


def owner_place(**fields: Any) -> Place:
    """The owner's SES: a domain with its topics, which the delegate may send with."""
    topics = dict.fromkeys(("Bounce", "Complaint", "Delivery"), OWNER_TOPIC)
    allowed = policy(
        Principal={"AWS": DELEGATE},
        Action="ses:Send*",
        Resource=f"arn:aws:ses:{REGION}:{OWNER}:identity/orchard.example",
    )
    domain = IdentityFacts("orchard.example", True, False, topics, {"delegates": allowed})
    place = Place("aws", OWNER, REGION, HEALTHY, Listing({domain.name: domain}), Listing())
    return replace(place, **fields)


def delegate_place(*sets: ConfigurationSet, **fields: Any) -> Place:
    """The delegate's SES: a configuration set that publishes everything."""
    chosen = sets or (publishing_set("mail"),)
    place = Place("aws", DELEGATE, REGION, HEALTHY, Listing(), Listing({each.name: each for each in chosen}))
    return replace(place, **fields)


def publishing_set(name: str, **fields: Any) -> ConfigurationSet:
    """A configuration set that publishes everything to the delegate's topic."""
    destination = Destination("feedback", True, frozenset(EVENT_NAMES), DELEGATE_TOPIC)
    return replace(ConfigurationSet(name, (destination,)), **fields)


def sound_setup(**fields: Any) -> Setup:
    """A setup without a fault."""
    document = policy(Principal={"Service": "sns.amazonaws.com"}, Action="sqs:SendMessage", Resource=QUEUE)
    setup = Setup(
        READ_AT,
        LEDGER,
        owners=frozenset({OWNER}),
        delegates=frozenset({DELEGATE}),
        places=(owner_place(), delegate_place()),
        queue_arn=QUEUE,
        queue=Queue(QUEUE, "https://sqs.example/feedback", document),
        topics=topics(OWNER_TOPIC, DELEGATE_TOPIC),
    )
    return replace(setup, **fields)


def topics(*arns: str, **changed: Topic) -> Listing[Topic]:
    """Topics that are as they should be."""
    return Listing({arn: topic(arn) for arn in arns} | {each.arn: each for each in changed.values()})


def hostile_setup(name: str) -> Setup:
    """A setup in which all that others name has this name, and as much as possible is wrong."""
    topic_arn = f"arn:aws:sns:{REGION}:{OWNER}:{name.replace(':', '')}"
    bad = topic(
        topic_arn,
        policy=policy(Sid=name, Principal=name, Action=name, Resource=name),
        key=name,
        subscriptions=(
            TopicSubscription(
                QUEUE,
                f"{topic_arn}:1",
                OWNER,
                is_raw=True,
                filter_policy=json.dumps({name: [name]}),
            ),
        ),
    )
    of_domain: Mapping[str, str] = {"Delivery": topic_arn}
    policies = {name: policy(Sid=name, Principal={"AWS": DELEGATE}, Action=name, Resource=name)}
    identity = IdentityFacts(name, True, True, of_domain, policies, default_set=f"{name}2")
    pool = DedicatedPool(name, False, {"192.0.2.1": 5})
    destination = Destination(name, False, frozenset({"SEND"}), topic_arn)
    chosen = ConfigurationSet(name, (destination,), False, (), pool=f"{name}3")
    place = Place(
        "aws",
        OWNER,
        REGION,
        AccountState(False, False, name, "DENIED", name, (), name, name),
        Listing({name: identity, f"{name}4": replace(identity, name=f"{name}4", is_verified=False)}),
        Listing({name: chosen}),
        Listing({name: pool}),
        Listing({name: Tenant(name, "DISABLED", frozenset())}),
        (Recommendation("DKIM", name, name, name),),
    )
    return sound_setup(
        places=(place, delegate_place(sets=Listing())),
        topics=Listing({topic_arn: bad}),
        keys=Listing({key_name(topic_arn, name): EncryptionKey(name, False, "Disabled", "")}),
        senders=(SeenSender(OWNER, REGION, name, 7, 0),),
        unread=(Unread("ses:GetAccount", name, name, name),),
    )
