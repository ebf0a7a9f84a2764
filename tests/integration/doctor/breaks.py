"""Ways to break a sound setup, each by the calls that somebody would make, and what the doctor is to say."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.aws.deployed_setup import DeployedSetup
from tests.support.aws.sound_setup import (
    ALL_TYPES,
    DESTINATION,
    IDENTITY,
    KINDS,
    OPT_IN_REGION,
    OTHER_REGION,
    REGION,
    destination,
    policy,
    policy_of,
    sending,
    ses_publishes,
    topics_deliver,
)

OWNER_FEED = (
    f"The ledger gets no Bounce, Complaint and Delivery of {IDENTITY} in {REGION} (the owner's feed)."
)
_ALL = "Send, Reject, Bounce, Complaint, Delivery, Rendering Failure and DeliveryDelay"
Follows = Callable[[DeployedSetup], tuple[str, ...]]


def feed_of(account: str, kinds: str = _ALL, name: str = "mail") -> str:
    """The consequence of a cut between a configuration set and the ledger."""
    return (
        f"The ledger gets no {kinds} of configuration set {name} of account {account} in {REGION} "
        "(the sender's feed)."
    )


def nothing(_setup: DeployedSetup) -> tuple[str, ...]:
    """No consequence."""
    return ()


def owner_feed(_setup: DeployedSetup) -> tuple[str, ...]:
    """The owner's feed is cut."""
    return (OWNER_FEED,)


def courier_feed(setup: DeployedSetup) -> tuple[str, ...]:
    """The courier's feed is cut."""
    return (feed_of(setup.courier),)


def every_feed(setup: DeployedSetup) -> tuple[str, ...]:
    """All feeds are cut."""
    return (OWNER_FEED, feed_of(setup.courier), feed_of(setup.harbor))


@dataclass(frozen=True, slots=True)
class Break:
    """A way to break a setup. severity: 1 or 2. is_mended: whether the printed commands alone mend it.

    where, account: a further Region, and whose SES is read there: `owner`, `courier` or `harbor`.
    """

    name: str
    act: Callable[[DeployedSetup], None]
    cause: str
    severity: int
    follows: Follows = nothing
    is_mended: bool = False
    where: str = ""
    account: str = ""


BREAKS: list[Break] = []


def breaks(
    cause: str, severity: int = 2, follows: Follows = nothing, **options: Any
) -> Callable[[Callable[[DeployedSetup], None]], Callable[[DeployedSetup], None]]:
    """Put a function into the table, by its name."""

    def register(act: Callable[[DeployedSetup], None]) -> Callable[[DeployedSetup], None]:
        BREAKS.append(Break(act.__name__, act, cause, severity, follows, **options))
        return act

    return register


# accounts


@breaks("sandbox")
def delegate_in_the_sandbox(setup: DeployedSetup) -> None:
    setup.ses.open_account(setup.courier, REGION).attributes["ProductionAccessEnabled"] = False


@breaks("sandbox", 1)
def owner_in_the_sandbox_with_a_request_refused(setup: DeployedSetup) -> None:
    attributes = setup.ses.open_account(setup.owner, REGION).attributes
    attributes["ProductionAccessEnabled"] = False
    attributes["Details"] = {"ReviewDetails": {"Status": "DENIED", "CaseId": "1234"}}


@breaks("sending_disabled", is_mended=True)
def sending_switched_off(setup: DeployedSetup) -> None:
    setup.client(setup.harbor, "sesv2").put_account_sending_attributes(SendingEnabled=False)


@breaks("sending_shut_down")
def account_shut_down_by_aws(setup: DeployedSetup) -> None:
    attributes = setup.ses.open_account(setup.harbor, REGION).attributes
    attributes |= {"EnforcementStatus": "SHUTDOWN", "SendingEnabled": False}


@breaks("sending_under_review", 1)
def account_on_probation(setup: DeployedSetup) -> None:
    setup.ses.open_account(setup.harbor, REGION).attributes["EnforcementStatus"] = "PROBATION"


@breaks("recommendation_ip_listing")
def addresses_on_a_blocklist(setup: DeployedSetup) -> None:
    account = setup.ses.open_account(setup.courier, REGION)
    account.add_recommendation("IP_LISTING", "identity/courier.example", "An address is on a blocklist.")


@breaks("recommendation_dmarc", 1)
def domain_without_dmarc(setup: DeployedSetup) -> None:
    account = setup.ses.open_account(setup.owner, REGION)
    account.add_recommendation("DMARC", f"identity/{IDENTITY}", "DMARC was not found.", "LOW")


@breaks("suppression_off", 1, is_mended=True)
def suppression_list_off_for_complaints(setup: DeployedSetup) -> None:
    setup.client(setup.courier, "sesv2").put_account_suppression_attributes(SuppressedReasons=["BOUNCE"])


# identities


@breaks("identity_unverified", 1)
def identity_not_verified(setup: DeployedSetup) -> None:
    setup.client(setup.owner, "sesv2").create_email_identity(EmailIdentity="pear.example")
    setup.ses.open_account(setup.owner, REGION).identities["pear.example"].is_verified = False


@breaks("topics_missing")
def topics_never_set(setup: DeployedSetup) -> None:
    ses = setup.client(setup.owner, "ses")
    ses.set_identity_feedback_forwarding_enabled(Identity=IDENTITY, ForwardingEnabled=True)
    for kind in KINDS:
        ses.set_identity_notification_topic(Identity=IDENTITY, NotificationType=kind)


@breaks("topics_missing", is_mended=True)
def complaint_topic_not_set(setup: DeployedSetup) -> None:
    ses = setup.client(setup.owner, "ses")
    ses.set_identity_feedback_forwarding_enabled(Identity=IDENTITY, ForwardingEnabled=True)
    ses.set_identity_notification_topic(Identity=IDENTITY, NotificationType="Complaint")


@breaks("topics_missing", is_mended=True)
def address_below_a_domain_with_topics_of_its_own(setup: DeployedSetup) -> None:
    setup.client(setup.owner, "sesv2").create_email_identity(EmailIdentity=f"news@{IDENTITY}")
    setup.ses.open_account(setup.owner, REGION).identities[f"news@{IDENTITY}"].is_verified = True


@breaks("topics_lost", is_mended=True)
def topic_made_again_after_ses_cleared_the_settings(setup: DeployedSetup) -> None:
    setup.make_identity(setup.owner, "pear.example", setup.topic(setup.owner))
    ses = setup.client(setup.owner, "ses")
    ses.set_identity_feedback_forwarding_enabled(Identity=IDENTITY, ForwardingEnabled=True)
    for kind in ("Bounce", "Complaint"):
        ses.set_identity_notification_topic(Identity=IDENTITY, NotificationType=kind)


@breaks("default_set_missing", is_mended=True)
def default_set_deleted(setup: DeployedSetup) -> None:
    ses = setup.client(setup.courier, "sesv2")
    ses.create_configuration_set(ConfigurationSetName="old")
    ses.put_email_identity_configuration_set_attributes(
        EmailIdentity="courier.example", ConfigurationSetName="old"
    )
    ses.delete_configuration_set(ConfigurationSetName="old")


@breaks("default_set_unset", 1, is_mended=True)
def default_set_lost(setup: DeployedSetup) -> None:
    setup.client(setup.courier, "sesv2").put_email_identity_configuration_set_attributes(
        EmailIdentity="courier.example"
    )


@breaks("default_set_not_inherited", 1, is_mended=True)
def address_below_a_domain_with_a_default_set(setup: DeployedSetup) -> None:
    setup.client(setup.courier, "sesv2").create_email_identity(EmailIdentity="news@courier.example")
    setup.ses.open_account(setup.courier, REGION).identities["news@courier.example"].is_verified = True


# sending authorization


@breaks("delegate_not_named")
def policy_deleted(setup: DeployedSetup) -> None:
    setup.client(setup.owner, "ses").delete_identity_policy(
        Identity=IDENTITY, PolicyName=policy_of(setup.harbor)
    )


@breaks("delegate_not_named")
def policy_for_the_wrong_account(setup: DeployedSetup) -> None:
    arn = setup.identity_arn(setup.owner, IDENTITY)
    setup.allow(setup.harbor, sending(arn, "999999999999"))


@breaks("delegate_refused")
def policy_expired(setup: DeployedSetup) -> None:
    arn = setup.identity_arn(setup.owner, IDENTITY)
    expired = {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
    setup.allow(setup.harbor, sending(arn, setup.harbor, Condition=expired))


@breaks("delegate_refused")
def policy_not_yet_in_force(setup: DeployedSetup) -> None:
    arn = setup.identity_arn(setup.owner, IDENTITY)
    later = {"DateGreaterThan": {"aws:CurrentTime": "2999-01-01T00:00:00Z"}}
    setup.allow(setup.harbor, sending(arn, setup.harbor, Condition=later))


@breaks("delegate_refused_in_part", 1)
def policy_without_raw_mail(setup: DeployedSetup) -> None:
    arn = setup.identity_arn(setup.owner, IDENTITY)
    setup.allow(setup.harbor, sending(arn, setup.harbor, "ses:SendEmail"))


@breaks("delegate_refused")
def delegate_denied(setup: DeployedSetup) -> None:
    arn = setup.identity_arn(setup.owner, IDENTITY)
    allowed = sending(arn, setup.harbor)
    denied = sending(arn, setup.harbor, "ses:Send*", Effect="Deny") | {"Sid": "Revoked"}
    setup.allow(setup.harbor, allowed, denied)


@breaks("policy_open_to_the_world")
def policy_for_everybody(setup: DeployedSetup) -> None:
    arn = setup.identity_arn(setup.owner, IDENTITY)
    setup.allow(setup.harbor, sending(arn, setup.harbor, Principal="*"))


@breaks("policy_other_identity_differs", 1)
def address_whose_policy_denies_what_its_domain_allows(setup: DeployedSetup) -> None:
    name = f"news@{IDENTITY}"
    setup.make_identity(setup.owner, name, setup.topic(setup.owner))
    arn = setup.identity_arn(setup.owner, name)
    allowed = sending(arn, setup.courier)
    denied = sending(arn, setup.harbor, Effect="Deny") | {"Sid": "NotHarbor"}
    setup.client(setup.owner, "ses").put_identity_policy(
        Identity=name, PolicyName="delegates", Policy=policy(allowed, denied)
    )


@breaks("sets_in_other_region", where=OTHER_REGION, account="harbor")
def sets_in_another_region_than_the_identity(setup: DeployedSetup) -> None:
    setup.client(setup.harbor, "sesv2").delete_configuration_set(ConfigurationSetName="mail")
    topic = setup.make_topic(setup.harbor, "configuration-set", OTHER_REGION)
    setup.make_set(setup.harbor, "mail", topic, OTHER_REGION)


# configuration sets


def _change_destination(setup: DeployedSetup, *types: str, is_enabled: bool = True) -> None:
    setup.client(setup.courier, "sesv2").update_configuration_set_event_destination(
        ConfigurationSetName="mail",
        EventDestinationName=DESTINATION,
        EventDestination=destination(setup.topic(setup.courier), *types, is_enabled=is_enabled),
    )


@breaks(
    "set_without_topic",
    follows=lambda setup: (f"Account {setup.harbor} has no configuration set that publishes to a topic.",),
)
def only_event_destination_deleted(setup: DeployedSetup) -> None:
    setup.client(setup.harbor, "sesv2").delete_configuration_set_event_destination(
        ConfigurationSetName="mail", EventDestinationName=DESTINATION
    )


@breaks("no_sender_feed")
def only_set_deleted(setup: DeployedSetup) -> None:
    setup.client(setup.harbor, "sesv2").delete_configuration_set(ConfigurationSetName="mail")


@breaks("destination_disabled", follows=courier_feed, is_mended=True)
def event_destination_switched_off(setup: DeployedSetup) -> None:
    _change_destination(setup, is_enabled=False)


@breaks("delays_missing", 1, is_mended=True)
def delays_not_selected(setup: DeployedSetup) -> None:
    _change_destination(setup, *(kind for kind in ALL_TYPES if kind != "DELIVERY_DELAY"))


@breaks("event_types_missing", is_mended=True)
def sends_not_selected(setup: DeployedSetup) -> None:
    _change_destination(setup, *(kind for kind in ALL_TYPES if kind not in {"SEND", "REJECT"}))


@breaks("set_paused", is_mended=True)
def set_paused(setup: DeployedSetup) -> None:
    setup.client(setup.courier, "sesv2").put_configuration_set_sending_options(
        ConfigurationSetName="mail", SendingEnabled=False
    )


@breaks("suppression_overridden", 1, is_mended=True)
def suppression_overridden_by_an_empty_list(setup: DeployedSetup) -> None:
    setup.client(setup.courier, "sesv2").put_configuration_set_suppression_options(
        ConfigurationSetName="mail", SuppressedReasons=[]
    )


@breaks("suppression_overridden", 1, is_mended=True)
def suppression_overridden_for_bounces(setup: DeployedSetup) -> None:
    setup.client(setup.courier, "sesv2").put_configuration_set_suppression_options(
        ConfigurationSetName="mail", SuppressedReasons=["COMPLAINT"]
    )


# pools and tenants


@breaks("pool_unused", 1)
def pool_that_no_set_uses(setup: DeployedSetup) -> None:
    setup.client(setup.harbor, "sesv2").create_dedicated_ip_pool(PoolName="idle", ScalingMode="MANAGED")


@breaks("pool_shared", 1, is_mended=True)
def two_kinds_of_mail_in_one_pool(setup: DeployedSetup) -> None:
    topic = setup.topic(setup.courier)
    setup.set_topic_policy(setup.courier, ses_publishes(topic, setup.set_arn(setup.courier, "*")))
    setup.make_set(setup.courier, "news", topic)
    setup.client(setup.courier, "sesv2").put_configuration_set_delivery_options(
        ConfigurationSetName="news", SendingPoolName="mail-pool"
    )


@breaks("pool_warming_up", 1)
def standard_addresses_warming_up(setup: DeployedSetup) -> None:
    ses = setup.client(setup.harbor, "sesv2")
    ses.create_dedicated_ip_pool(PoolName="standard", ScalingMode="STANDARD")
    ses.put_configuration_set_delivery_options(ConfigurationSetName="mail", SendingPoolName="standard")
    setup.ses.open_account(setup.harbor, REGION).dedicated_ips["192.0.2.7"] = {
        "Ip": "192.0.2.7",
        "WarmupStatus": "IN_PROGRESS",
        "WarmupPercentage": 25,
        "PoolName": "standard",
    }


@breaks("pool_warming_up", 1)
def standard_addresses_in_no_pool_warming_up(setup: DeployedSetup) -> None:
    addresses = setup.ses.open_account(setup.harbor, REGION).dedicated_ips
    addresses["192.0.2.8"] = {"Ip": "192.0.2.8", "WarmupStatus": "IN_PROGRESS", "WarmupPercentage": 25}


@breaks("pool_missing", is_mended=True)
def pool_deleted_behind_a_set(setup: DeployedSetup) -> None:
    setup.client(setup.courier, "sesv2").delete_dedicated_ip_pool(PoolName="mail-pool")


def _make_tenant(setup: DeployedSetup, *resources: str) -> None:
    ses = setup.client(setup.courier, "sesv2")
    ses.create_tenant(TenantName="bakery")
    for arn in resources:
        ses.create_tenant_resource_association(TenantName="bakery", ResourceArn=arn)


@breaks("tenant_lacks_set", is_mended=True)
def tenant_without_the_default_set(setup: DeployedSetup) -> None:
    _make_tenant(setup, setup.identity_arn(setup.courier, "courier.example"))


@breaks("tenant_stopped")
def tenant_stopped(setup: DeployedSetup) -> None:
    _make_tenant(setup, setup.identity_arn(setup.courier, "courier.example"), setup.set_arn(setup.courier))
    ses = setup.client(setup.courier, "sesv2")
    ses.update_reputation_entity_customer_managed_status(
        ReputationEntityType="RESOURCE",
        ReputationEntityReference=ses.get_tenant(TenantName="bakery")["Tenant"]["TenantArn"],
        SendingStatus="DISABLED",
    )


# topics


@breaks("topic_missing", follows=owner_feed)
def owner_topic_deleted(setup: DeployedSetup) -> None:
    setup.client(setup.owner, "sns").delete_topic(TopicArn=setup.topic(setup.owner))


@breaks("topic_missing", follows=courier_feed)
def delegate_topic_deleted(setup: DeployedSetup) -> None:
    setup.client(setup.courier, "sns").delete_topic(TopicArn=setup.topic(setup.courier))


@breaks(
    "topic_missing",
    follows=lambda _setup: (
        f"The ledger gets no Delivery of {IDENTITY} in {REGION} (the owner's feed).",
        f"{IDENTITY} in {REGION} has lost its topics for bounces and complaints: SES cleared them and "
        "forwards by e-mail.",
    ),
)
def owner_topic_deleted_and_a_bounce_since(setup: DeployedSetup) -> None:
    setup.client(setup.owner, "sns").delete_topic(TopicArn=setup.topic(setup.owner))
    for number in range(2):
        setup.client(setup.owner, "sesv2").send_email(
            FromEmailAddress=f"news@{IDENTITY}",
            Destination={"ToAddresses": [f"{('bounce', 'complaint')[number]}@simulator.amazonses.com"]},
            Content={"Simple": {"Subject": {"Data": "hello"}, "Body": {"Text": {"Data": "hello"}}}},
        )


@breaks("topic_closed_to_ses", follows=owner_feed, is_mended=True)
def ses_statement_removed(setup: DeployedSetup) -> None:
    setup.client(setup.owner, "sns").remove_permission(
        TopicArn=setup.topic(setup.owner), Label="IdentitiesOfThisAccountPublish"
    )


@breaks("topic_closed_to_ses", follows=courier_feed, is_mended=True)
def topic_policy_replaced_by_another_stack(setup: DeployedSetup) -> None:
    alarms = {
        "Sid": "AlarmsOfAnotherStack",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": setup.topic(setup.courier),
    }
    setup.set_topic_policy(setup.courier, alarms)


@breaks("topic_closed_to_ses", follows=courier_feed, is_mended=True)
def pattern_in_string_equals(setup: DeployedSetup) -> None:
    topic = setup.topic(setup.courier)
    pattern = setup.set_arn(setup.courier, "*")
    setup.set_topic_policy(setup.courier, ses_publishes(topic, pattern, "StringEquals"))


@breaks("topic_closed_to_ses", follows=courier_feed, is_mended=True)
def topic_open_for_identities_only(setup: DeployedSetup) -> None:
    topic, pattern = setup.topic(setup.courier), setup.identity_arn(setup.courier, "*")
    setup.set_topic_policy(setup.courier, ses_publishes(topic, pattern))


@breaks("topic_closed_to_ses", follows=owner_feed, is_mended=True)
def topic_open_for_another_account(setup: DeployedSetup) -> None:
    statement = ses_publishes(setup.topic(setup.owner), setup.identity_arn(setup.owner, "*"))
    statement["Condition"]["StringEquals"]["aws:SourceAccount"] = setup.ledger
    setup.set_topic_policy(setup.owner, statement)


def _encrypt_topic(setup: DeployedSetup, key: str) -> None:
    setup.client(setup.courier, "sns").set_topic_attributes(
        TopicArn=setup.topic(setup.courier), AttributeName="KmsMasterKeyId", AttributeValue=key
    )


def _make_key(setup: DeployedSetup, account: str) -> str:
    administration = {
        "Sid": "Administration",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    key = setup.client(account, "kms").create_key(Policy=policy(administration))
    return str(key["KeyMetadata"]["KeyId"])


@breaks("topic_key_without_grant", follows=courier_feed, is_mended=True)
def topic_key_without_the_grant(setup: DeployedSetup) -> None:
    _encrypt_topic(setup, _make_key(setup, setup.courier))


@breaks("topic_key_managed_by_aws", follows=courier_feed)
def topic_encrypted_by_the_key_of_aws(setup: DeployedSetup) -> None:
    _encrypt_topic(setup, "alias/aws/sns")


@breaks("topic_key_unusable", follows=courier_feed)
def topic_key_disabled(setup: DeployedSetup) -> None:
    key = _make_key(setup, setup.courier)
    setup.client(setup.courier, "kms").disable_key(KeyId=key)
    _encrypt_topic(setup, key)


@breaks("topic_of_unregistered_account", follows=owner_feed)
def topic_of_an_account_that_is_not_registered(setup: DeployedSetup) -> None:
    topic = setup.client("999999999999", "sns").create_topic(Name=f"of-{setup.owner}")["TopicArn"]
    statement = ses_publishes(topic, setup.identity_arn(setup.owner, "*"))
    statement["Condition"]["StringEquals"]["aws:SourceAccount"] = setup.owner
    setup.client("999999999999", "sns").set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=policy(statement)
    )
    for kind in KINDS:
        setup.client(setup.owner, "ses").set_identity_notification_topic(
            Identity=IDENTITY, NotificationType=kind, SnsTopic=topic
        )


# subscriptions


def _unsubscribe(setup: DeployedSetup, account: str) -> None:
    arn = setup.subscription(account)
    setup.client(account, "sns").unsubscribe(SubscriptionArn=arn)


def _change_subscription(setup: DeployedSetup, account: str, **attributes: str) -> None:
    arn = setup.subscription(account)
    for name, value in attributes.items():
        setup.client(account, "sns").set_subscription_attributes(
            SubscriptionArn=arn, AttributeName=name, AttributeValue=value
        )


@breaks("not_subscribed", follows=owner_feed, is_mended=True)
def queue_not_subscribed(setup: DeployedSetup) -> None:
    _unsubscribe(setup, setup.owner)


@breaks("subscription_pending", follows=courier_feed, is_mended=True)
def subscription_not_confirmed(setup: DeployedSetup) -> None:
    # The queue cannot take the message that is to be confirmed, as long as it has this key.
    setup.set_queue(KmsMasterKeyId="alias/aws/sqs")
    sns, arn = setup.client(setup.courier, "sns"), setup.subscription(setup.courier)
    redrive = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["RedrivePolicy"]
    _unsubscribe(setup, setup.courier)
    sns.subscribe(
        TopicArn=setup.topic(setup.courier),
        Protocol="sqs",
        Endpoint=setup.queue_arn,
        Attributes={"RedrivePolicy": redrive},
    )
    setup.set_queue(KmsMasterKeyId="")


@breaks("raw_delivery", follows=courier_feed, is_mended=True)
def raw_delivery_on(setup: DeployedSetup) -> None:
    _change_subscription(setup, setup.courier, RawMessageDelivery="true")


@breaks("filter_on_attributes", follows=courier_feed, is_mended=True)
def filter_on_attributes_that_ses_never_sets(setup: DeployedSetup) -> None:
    _change_subscription(setup, setup.courier, FilterPolicy=json.dumps({"eventType": ["Bounce"]}))


@breaks("filter_on_body", follows=owner_feed, is_mended=True)
def filter_on_event_type_for_an_identity(setup: DeployedSetup) -> None:
    _change_subscription(
        setup,
        setup.owner,
        FilterPolicyScope="MessageBody",
        FilterPolicy=json.dumps({"eventType": ["Bounce", "Complaint"]}),
    )


@breaks("filter_on_body", is_mended=True)
def filter_that_keeps_delays_out(setup: DeployedSetup) -> None:
    kinds = ["Send", "Reject", "Bounce", "Complaint", "Delivery", "Rendering Failure"]
    _change_subscription(
        setup,
        setup.courier,
        FilterPolicyScope="MessageBody",
        FilterPolicy=json.dumps({"eventType": kinds}),
    )


# the queue


@breaks("queue_closed_to_topic", follows=courier_feed, is_mended=True)
def queue_policy_without_an_account(setup: DeployedSetup) -> None:
    setup.set_queue(Policy=policy(topics_deliver(setup, setup.owner, setup.harbor, setup.ledger)))


@breaks("queue_closed_to_topic", follows=every_feed, is_mended=True)
def queue_policy_lost(setup: DeployedSetup) -> None:
    setup.set_queue(Policy="")


@breaks("queue_closed_to_topic", follows=every_feed, is_mended=True)
def queue_policy_replaced_by_a_framework(setup: DeployedSetup) -> None:
    other = topics_deliver(setup, "555555555555") | {"Sid": "AnotherTopic"}
    setup.set_queue(Policy=policy(other))


@breaks("queue_key_managed_by_aws", follows=every_feed, is_mended=True)
def queue_encrypted_by_the_key_of_aws(setup: DeployedSetup) -> None:
    setup.set_queue(KmsMasterKeyId="alias/aws/sqs")


@breaks("queue_key_without_grant", follows=every_feed, is_mended=True)
def queue_key_without_the_grant(setup: DeployedSetup) -> None:
    setup.set_queue(KmsMasterKeyId=_make_key(setup, setup.ledger))


@breaks(
    "queue_closed_to_opt_in_region",
    follows=lambda _setup: (
        f"The ledger gets no Bounce, Complaint and Delivery of pear.example in {OPT_IN_REGION} "
        "(the owner's feed).",
    ),
    is_mended=True,
    where=OPT_IN_REGION,
    account="owner",
)
def opt_in_region_not_let_in(setup: DeployedSetup) -> None:
    topic = setup.make_topic(setup.owner, "identity", OPT_IN_REGION)
    setup.make_identity(setup.owner, "pear.example", topic, OPT_IN_REGION)
