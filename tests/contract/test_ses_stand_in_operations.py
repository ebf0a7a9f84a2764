"""What the SES stand-in keeps and refuses, apart from sends: facts F5 to F8, F10 and F12 to F15."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.local_aws.ses_stand_in.server import SesStandIn
from tests.support.ses_clients import COURIER, OWNER, REGION, connect_ses

DOMAIN = "orchard.example"
IDENTITY = f"arn:aws:ses:{REGION}:{OWNER}:identity/{DOMAIN}"
TOPIC = f"arn:aws:sns:{REGION}:{OWNER}:feedback"


def policy(**changes: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": COURIER},
        "Action": "ses:SendEmail",
        "Resource": IDENTITY,
    }
    kept = {name: value for name, value in (statement | changes).items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": [kept]}, indent=4)


@pytest.fixture
def ses() -> Iterator[SesStandIn]:
    with SesStandIn(OWNER) as stand_in:
        yield stand_in


@pytest.fixture
def v2(ses: SesStandIn) -> Iterator[Any]:
    client = connect_ses(ses, "sesv2")
    client.create_email_identity(EmailIdentity=DOMAIN)
    yield client
    client.close()


@pytest.fixture
def v1(ses: SesStandIn) -> Iterator[Any]:
    client = connect_ses(ses, "ses")
    yield client
    client.close()


def refusal(ask: Callable[..., Any], **asked: Any) -> str:
    """The type and message with which a call is refused, and its HTTP status."""
    with pytest.raises(ClientError) as error:
        ask(**asked)
    status = error.value.response["ResponseMetadata"]["HTTPStatusCode"]
    described = error.value.response["Error"]
    return f"{status} {described['Code']}: {described['Message']}"


def put(v2: Any, name: str = "courier", text: str = "", identity: str = DOMAIN) -> None:
    v2.create_email_identity_policy(EmailIdentity=identity, PolicyName=name, Policy=text or policy())


def test_both_apis_share_the_policies_and_they_are_kept_without_white_space(v2: Any, v1: Any) -> None:
    put(v2)
    v1.put_identity_policy(Identity=DOMAIN, PolicyName="harbor", Policy=policy())
    compact = json.dumps(json.loads(policy()), separators=(",", ":"))

    assert v2.get_email_identity_policies(EmailIdentity=DOMAIN)["Policies"] == {
        "courier": compact,
        "harbor": compact,
    }
    assert v1.list_identity_policies(Identity=DOMAIN)["PolicyNames"] == ["courier", "harbor"]


def test_v1_replaces_a_policy_and_v2_creates_or_updates_it(v2: Any, v1: Any) -> None:
    put(v2)
    v1.put_identity_policy(Identity=DOMAIN, PolicyName="courier", Policy=policy(Effect="Deny"))
    asked = {"EmailIdentity": DOMAIN, "PolicyName": "courier", "Policy": policy()}
    absent = asked | {"PolicyName": "absent"}

    assert refusal(v2.create_email_identity_policy, **asked) == (
        "400 AlreadyExistsException: Policy <courier> already exists"
    )
    assert refusal(v2.update_email_identity_policy, **absent) == (
        "404 NotFoundException: Policy <absent> does not exist"
    )


def test_v1_deletes_what_is_not_there_in_silence_and_v2_refuses(v2: Any, v1: Any) -> None:
    v1.delete_identity_policy(Identity=DOMAIN, PolicyName="absent")

    assert refusal(v2.delete_email_identity_policy, EmailIdentity=DOMAIN, PolicyName="absent") == (
        "404 NotFoundException: Policy <absent> does not exist"
    )


def test_an_identity_has_twenty_policies_at_most(v2: Any, v1: Any) -> None:
    for number in range(20):
        put(v2, f"policy-{number}")
    words = f"Number of policies for <{DOMAIN}> exceeds max allowed number of policies per resource"
    asked = {"PolicyName": "one-more", "Policy": policy()}

    assert refusal(v2.create_email_identity_policy, EmailIdentity=DOMAIN, **asked) == (
        f"400 LimitExceededException: {words}"
    )
    assert refusal(v1.put_identity_policy, Identity=DOMAIN, **asked) == f"400 InvalidParameterValue: {words}"


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "{}",
        policy(Principal=None),
        policy(Resource=f"{IDENTITY}x"),
        policy(Resource=[IDENTITY, IDENTITY]),
        policy(Resource=IDENTITY.replace(REGION, "us-east-1")),
        policy(Resource=IDENTITY.replace(OWNER, COURIER)),
        policy(Condition={"StringEquals": {"AWS:SourceAccount": COURIER}}),
        policy(Action=["ses:SendEmail"] * 300),
    ],
)
def test_what_is_no_policy_of_this_identity_is_refused(v2: Any, v1: Any, text: str) -> None:
    v2_words = refusal(v2.create_email_identity_policy, EmailIdentity=DOMAIN, PolicyName="p", Policy=text)
    v1_words = refusal(v1.put_identity_policy, Identity=DOMAIN, PolicyName="p", Policy=text)

    assert v2_words.startswith("400 BadRequestException: ")
    assert v1_words == v2_words.replace("BadRequestException", "InvalidPolicy")


def test_the_key_that_is_refused_is_named(v1: Any, v2: Any) -> None:
    text = policy(Condition={"StringEquals": {"AWS:SourceAccount": COURIER}})

    assert refusal(v1.put_identity_policy, Identity=DOMAIN, PolicyName="p", Policy=text) == (
        "400 InvalidPolicy: Unknown or unapplicable condition field 'AWS:SourceAccount'."
    )


def test_a_fresh_principal_is_refused_at_first_and_one_without_the_region_for_ever(
    ses: SesStandIn, v2: Any
) -> None:
    fresh, elsewhere = (f"arn:aws:iam::{COURIER}:user/{name}" for name in ("fresh", "elsewhere"))
    ses.forget_principal(fresh, refusals=2)
    ses.forget_principal(elsewhere)
    asked = {"EmailIdentity": DOMAIN, "PolicyName": "p"}
    for _ in range(2):
        assert "invalid principal" in refusal(
            v2.create_email_identity_policy, **asked, Policy=policy(Principal={"AWS": fresh})
        )
    v2.create_email_identity_policy(**asked, Policy=policy(Principal={"AWS": fresh}))
    for _ in range(5):
        assert "invalid principal" in refusal(
            v2.update_email_identity_policy, **asked, Policy=policy(Principal={"AWS": elsewhere})
        )


def test_deleting_an_identity_drops_its_policies(v2: Any) -> None:
    put(v2)
    v2.delete_email_identity(EmailIdentity=DOMAIN)
    v2.create_email_identity(EmailIdentity=DOMAIN)

    assert v2.get_email_identity_policies(EmailIdentity=DOMAIN)["Policies"] == {}


def test_each_region_has_its_own_identities(ses: SesStandIn, v2: Any) -> None:
    elsewhere = connect_ses(ses, "sesv2", OWNER, "us-east-1")
    words = refusal(elsewhere.get_email_identity, EmailIdentity=DOMAIN)
    elsewhere.close()

    assert words == f"404 NotFoundException: Email identity {DOMAIN} does not exist."


@pytest.mark.parametrize("name", ["absent.example", IDENTITY.replace(REGION, "us-east-1")])
def test_the_topic_of_an_unknown_identity_is_refused_in_the_same_words(v1: Any, v2: Any, name: str) -> None:
    asked = {"Identity": name, "NotificationType": "Bounce", "SnsTopic": TOPIC}

    assert refusal(v1.set_identity_notification_topic, **asked) == (
        f"400 InvalidParameterValue: Identity {name} is invalid. Must be a verified email address or domain."
    )


def test_forwarding_can_be_off_only_with_both_topics(v1: Any, v2: Any) -> None:
    off = {"Identity": DOMAIN, "ForwardingEnabled": False}
    topic = {"Identity": DOMAIN, "SnsTopic": TOPIC}
    v1.set_identity_notification_topic(NotificationType="Bounce", **topic)
    assert refusal(v1.set_identity_feedback_forwarding_enabled, **off).startswith("400 InvalidParameterValue")
    v1.set_identity_notification_topic(NotificationType="Complaint", **topic)
    v1.set_identity_feedback_forwarding_enabled(**off)

    assert v2.get_email_identity(EmailIdentity=DOMAIN)["FeedbackForwardingStatus"] is False
    cleared = {"Identity": DOMAIN, "NotificationType": "Bounce"}
    assert refusal(v1.set_identity_notification_topic, **cleared).startswith("400 InvalidParameterValue")


def test_a_topic_is_cleared_where_none_is_named(v1: Any, v2: Any) -> None:
    v1.set_identity_notification_topic(Identity=DOMAIN, NotificationType="Delivery", SnsTopic=TOPIC)
    v1.set_identity_notification_topic(Identity=DOMAIN, NotificationType="Delivery")

    attributes = v1.get_identity_notification_attributes(Identities=[DOMAIN])["NotificationAttributes"]
    assert "DeliveryTopic" not in attributes[DOMAIN]


def test_absent_empty_and_named_suppression_of_a_set_are_three_things(v2: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="account")
    v2.create_configuration_set(ConfigurationSetName="nothing", SuppressionOptions={"SuppressedReasons": []})
    found = [v2.get_configuration_set(ConfigurationSetName=name) for name in ("account", "nothing")]
    v2.put_configuration_set_suppression_options(ConfigurationSetName="nothing")
    found.append(v2.get_configuration_set(ConfigurationSetName="nothing"))

    assert [each.get("SuppressionOptions") for each in found] == [None, {"SuppressedReasons": []}, None]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"SendingPoolName": "absent"}, "SendingPool <absent> doesn't exist"),
        ({"MaxDeliverySeconds": 50_401}, "MaxDeliverySeconds must be between 300 and 50400."),
    ],
)
def test_a_set_delivers_as_it_can(v2: Any, options: dict[str, Any], words: str) -> None:
    asked = {"ConfigurationSetName": "news", "DeliveryOptions": options}

    assert refusal(v2.create_configuration_set, **asked) == f"400 BadRequestException: {words}"


def destination(**changes: Any) -> dict[str, Any]:
    asked = {"Enabled": True, "MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": TOPIC}}
    return {"ConfigurationSetName": "news", "EventDestinationName": "d", "EventDestination": asked | changes}


def test_a_destination_has_exactly_one_kind_and_some_types(v2: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="news")
    bus = {"EventBusArn": f"arn:aws:events:{REGION}:{OWNER}:event-bus/default"}
    create = v2.create_configuration_set_event_destination

    assert refusal(create, **destination(EventBridgeDestination=bus)).startswith("400 BadRequestException")
    assert refusal(create, **destination(MatchingEventTypes=[])).startswith("400 BadRequestException")


def test_a_destination_that_is_not_there_has_a_name_of_its_own_in_each_api(v2: Any, v1: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="news")
    asked = {"ConfigurationSetName": "news", "EventDestinationName": "absent"}

    assert refusal(v2.delete_configuration_set_event_destination, **asked) == (
        "404 NotFoundException: No EventDestination found for <absent>"
    )
    assert refusal(v1.describe_configuration_set, ConfigurationSetName="absent") == (
        "400 ConfigurationSetDoesNotExist: Configuration set <absent> does not exist."
    )


def test_a_set_has_ten_destinations_at_most(v2: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="news")
    for number in range(10):
        v2.create_configuration_set_event_destination(
            **destination() | {"EventDestinationName": f"d{number}"}
        )

    assert refusal(v2.create_configuration_set_event_destination, **destination()).startswith(
        "400 LimitExceededException"
    )


def test_v1_has_no_word_for_delays(v2: Any, v1: Any) -> None:
    v2.create_configuration_set(ConfigurationSetName="news")
    types = ["BOUNCE", "RENDERING_FAILURE", "DELIVERY_DELAY", "SUBSCRIPTION"]
    v2.create_configuration_set_event_destination(**destination(MatchingEventTypes=types))
    described = v1.describe_configuration_set(
        ConfigurationSetName="news", ConfigurationSetAttributeNames=["eventDestinations"]
    )

    assert described["EventDestinations"][0]["MatchingEventTypes"] == ["bounce", "renderingFailure"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Marketing", "400 BadRequestException"),
        ("standard", "400 AlreadyExistsException: The pool standard already exists."),
    ],
)
def test_a_pools_name_is_free_and_has_no_capitals(v2: Any, name: str, words: str) -> None:
    v2.create_dedicated_ip_pool(PoolName="standard")

    assert refusal(v2.create_dedicated_ip_pool, PoolName=name).startswith(words)


def test_sess_own_pools_are_listed_and_cannot_be_read(v2: Any) -> None:
    assert v2.list_dedicated_ip_pools()["DedicatedIpPools"] == [
        "ses-default-dedicated-pool",
        "ses-shared-pool",
    ]
    assert refusal(v2.get_dedicated_ip_pool, PoolName="ses-shared-pool") == (
        "400 BadRequestException: Pool name describes either a shared or default dedicated ip pool"
    )
    assert refusal(v2.get_dedicated_ip_pool, PoolName="absent") == (
        "404 NotFoundException: The requested pool absent does not exist."
    )


def test_a_managed_pool_stays_managed_and_there_are_five(v2: Any) -> None:
    for number in range(5):
        v2.create_dedicated_ip_pool(PoolName=f"pool-{number}", ScalingMode="MANAGED")

    assert refusal(v2.create_dedicated_ip_pool, PoolName="sixth", ScalingMode="MANAGED").startswith(
        "400 LimitExceededException"
    )
    back = {"PoolName": "pool-0", "ScalingMode": "STANDARD"}
    assert refusal(v2.put_dedicated_ip_pool_scaling_attributes, **back).startswith("400 BadRequestException")


def test_addresses_of_a_managed_pool_show_no_warm_up_and_go_with_it(ses: SesStandIn, v2: Any) -> None:
    addresses = ses.open_account(OWNER, REGION).dedicated_ips
    v2.create_dedicated_ip_pool(PoolName="managed", ScalingMode="MANAGED")
    v2.create_dedicated_ip_pool(PoolName="standard")
    addresses["198.51.100.7"] = {"PoolName": "managed"}
    addresses["198.51.100.8"] = {
        "PoolName": "standard",
        "WarmupStatus": "IN_PROGRESS",
        "WarmupPercentage": 40,
    }
    shown = {row["Ip"]: row for row in v2.get_dedicated_ips()["DedicatedIps"]}
    refused = refusal(v2.delete_dedicated_ip_pool, PoolName="standard")
    v2.delete_dedicated_ip_pool(PoolName="managed")

    assert shown["198.51.100.7"]["WarmupPercentage"] == -1
    assert shown["198.51.100.8"]["WarmupPercentage"] == 40
    assert refused.startswith("400 BadRequestException")
    assert [row["Ip"] for row in v2.get_dedicated_ips()["DedicatedIps"]] == ["198.51.100.8"]


def test_what_a_tenant_has_cannot_be_deleted(v2: Any) -> None:
    v2.create_tenant(TenantName="reader")
    v2.create_tenant_resource_association(TenantName="reader", ResourceArn=IDENTITY)
    words = refusal(v2.delete_email_identity, EmailIdentity=DOMAIN)
    v2.delete_tenant(TenantName="reader")
    v2.delete_email_identity(EmailIdentity=DOMAIN)

    assert words == (
        f"400 BadRequestException: Cannot delete {IDENTITY} because it has tenant associations. "
        "Remove all tenant associations and try again."
    )


def test_a_tenant_gets_only_what_is_in_its_account_and_region(v2: Any) -> None:
    v2.create_tenant(TenantName="reader")
    for arn in (IDENTITY.replace(REGION, "us-east-1"), IDENTITY.replace(OWNER, COURIER)):
        assert refusal(
            v2.create_tenant_resource_association, TenantName="reader", ResourceArn=arn
        ).startswith("400 BadRequestException")


def test_types_of_a_tenants_resources_are_filtered_by_the_words_of_the_wire(v2: Any) -> None:
    v2.create_tenant(TenantName="reader")
    v2.create_tenant_resource_association(TenantName="reader", ResourceArn=IDENTITY)
    asked = {"TenantName": "reader", "Filter": {"RESOURCE_TYPE": "identity"}}

    assert len(v2.list_tenant_resources(**asked)["TenantResources"]) == 1
    asked["Filter"] = {"RESOURCE_TYPE": "EMAIL_IDENTITY"}
    assert refusal(v2.list_tenant_resources, **asked).startswith("400 BadRequestException")


def test_a_tenants_list_is_apart_from_the_accounts(v2: Any) -> None:
    v2.create_tenant(TenantName="reader")
    v2.put_suppressed_destination(EmailAddress="a@harbor.example", Reason="BOUNCE", TenantName="reader")

    assert v2.list_suppressed_destinations()["SuppressedDestinationSummaries"] == []
    assert v2.get_suppressed_destination(EmailAddress="a@harbor.example", TenantName="reader")
    assert refusal(v2.get_suppressed_destination, EmailAddress="b@a.example", TenantName="reader") == (
        "404 NotFoundException: Email address b@a.example does not exist on your tenant suppression list."
    )


def test_an_entry_keeps_its_local_part_and_its_domain_is_lower_case(v2: Any) -> None:
    for address in ("Foo@Harbor.example", "foo@harbor.example"):
        v2.put_suppressed_destination(EmailAddress=f" {address}", Reason="BOUNCE")
    rows = v2.list_suppressed_destinations()["SuppressedDestinationSummaries"]

    assert sorted(row["EmailAddress"] for row in rows) == ["Foo@harbor.example", "foo@harbor.example"]


@pytest.mark.parametrize("size", [0, 1_001])
def test_a_page_size_that_ses_does_not_have_is_refused(v2: Any, size: int) -> None:
    assert refusal(v2.list_suppressed_destinations, PageSize=size) == (
        f"400 BadRequestException: Page size {size} is invalid, expected a number between 1 and 1000"
    )


def test_recommendations_are_those_that_the_filter_lets_through(ses: SesStandIn, v2: Any) -> None:
    account = ses.open_account(OWNER, REGION)
    account.add_recommendation("DMARC", f"identity/{DOMAIN}", "No DMARC record was found.")
    account.add_recommendation("IP_LISTING", "identity/meadow.example", "An address is listed.", "LOW")
    asked = {"Filter": {"IMPACT": "HIGH", "STATUS": "OPEN"}}

    [found] = v2.list_recommendations(**asked)["Recommendations"]
    assert (found["Type"], found["ResourceArn"]) == ("DMARC", IDENTITY)


def test_a_tenant_that_ses_paused_is_not_resumed_by_its_account(ses: SesStandIn, v2: Any) -> None:
    arn = v2.create_tenant(TenantName="reader")["TenantArn"]
    ses.open_account(OWNER, REGION).enforce_tenant("reader", "DISABLED", "bounces")
    asked = {"ReputationEntityType": "RESOURCE", "ReputationEntityReference": arn}
    v2.update_reputation_entity_customer_managed_status(**asked, SendingStatus="ENABLED")

    found = v2.get_reputation_entity(**asked)["ReputationEntity"]
    assert (found["CustomerManagedStatus"]["Status"], found["SendingStatusAggregate"]) == (
        "ENABLED",
        "DISABLED",
    )
    assert found["AwsSesManagedStatus"]["Cause"] == "bounces"
    assert v2.get_tenant(TenantName="reader")["Tenant"]["SendingStatus"] == "DISABLED"


def test_a_tenant_sends_again_once_both_ses_and_its_account_let_it(ses: SesStandIn, v2: Any) -> None:
    arn = v2.create_tenant(TenantName="reader")["TenantArn"]
    asked = {"ReputationEntityType": "RESOURCE", "ReputationEntityReference": arn}
    account = ses.open_account(OWNER, REGION)
    v2.update_reputation_entity_customer_managed_status(**asked, SendingStatus="DISABLED")
    account.enforce_tenant("reader", "REINSTATED")
    assert v2.get_tenant(TenantName="reader")["Tenant"]["SendingStatus"] == "DISABLED"

    v2.update_reputation_entity_customer_managed_status(**asked, SendingStatus="ENABLED")
    assert v2.get_tenant(TenantName="reader")["Tenant"]["SendingStatus"] == "ENABLED"


@pytest.mark.parametrize("status", ["HEALTHY", "PROBATION", "SHUTDOWN"])
def test_an_account_is_seen_as_ses_decides(status: str, ses: SesStandIn, v2: Any) -> None:
    ses.open_account(OWNER, REGION).enforce(status)

    assert v2.get_account()["EnforcementStatus"] == status


def test_long_lists_come_in_pages(v2: Any) -> None:
    for number in range(3):
        v2.create_configuration_set(ConfigurationSetName=f"set-{number}")
    first = v2.list_configuration_sets(PageSize=2)
    second = v2.list_configuration_sets(PageSize=2, NextToken=first["NextToken"])

    assert first["ConfigurationSets"] + second["ConfigurationSets"] == ["set-0", "set-1", "set-2"]
    assert "NextToken" not in second
