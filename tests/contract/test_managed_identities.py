"""The custom resource against the SES stand-in: created, updated, taken back, deleted, and left alone."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.accounts.managing import UNDONE, manage_identities
from ses_reputation.accounts.stack_request import StackAnswer

OWNER, REGION = "111111111111", "eu-west-1"
ORCHARD, NEWS, CIDER = "orchard.example", "news@orchard.example", "cider.example"
STACK = f"arn:aws:cloudformation:{REGION}:{OWNER}:stack/connected/5f1c"
TOPIC, OTHERS = f"arn:aws:sns:{REGION}:{OWNER}:feedback", f"arn:aws:sns:{REGION}:{OWNER}:others"
FEEDBACK, EARLIER = "Custom::IdentityFeedback", "/ses-reputation/connected/earlier-feedback"
SET = {
    "BounceTopic": TOPIC,
    "ComplaintTopic": TOPIC,
    "DeliveryTopic": TOPIC,
    "ForwardingEnabled": False,
    "HeadersInBounceNotificationsEnabled": True,
    "HeadersInComplaintNotificationsEnabled": True,
    "HeadersInDeliveryNotificationsEnabled": True,
}
CLEAR = {
    "ForwardingEnabled": True,
    "HeadersInBounceNotificationsEnabled": False,
    "HeadersInComplaintNotificationsEnabled": False,
    "HeadersInDeliveryNotificationsEnabled": False,
}


class Refusing:
    """A client that fails some calls: `fail` says which, by the operation and its request."""

    def __init__(self, client: Any, fail: Callable[[str, Mapping[str, Any]], str]) -> None:
        self._client = client
        self._fail = fail

    def __getattr__(self, name: str) -> Any:
        if name == "meta":
            return self._client.meta

        def call(**request: Any) -> Any:
            if code := self._fail(name, request):
                error: Any = {"Error": {"Code": code, "Message": f"{code}, says SES"}}
                raise ClientError(error, name)
            return getattr(self._client, name)(**request)

        return call


class Topics:
    """SNS and KMS with the topic of a stack."""

    def __init__(self) -> None:
        self.attributes: dict[str, str] | None = {"Policy": "{}"}

    def get_topic_attributes(self, TopicArn: str) -> dict[str, Any]:  # noqa: N803 - botocore's names
        if self.attributes is None:
            raise ClientError({"Error": {"Code": "NotFound"}}, "GetTopicAttributes")
        return {"Attributes": {"TopicArn": TopicArn, **self.attributes}}

    def get_key_policy(self, **_: str) -> dict[str, str]:
        return {"Policy": json.dumps({"Statement": []})}


class Parameters:
    """Systems Manager with the parameter of a stack, as the template makes it."""

    def __init__(self) -> None:
        self.value = "none yet"
        self.failure = ""

    def get_parameter(self, Name: str) -> dict[str, Any]:  # noqa: N803
        assert Name == EARLIER
        if self.failure:
            raise ClientError({"Error": {"Code": self.failure}}, "GetParameter")
        return {"Parameter": {"Value": self.value}}

    def put_parameter(self, Name: str, Value: str, Overwrite: bool) -> dict[str, Any]:  # noqa: N803
        assert (Name, Overwrite) == (EARLIER, True)
        # Systems Manager API reference, PutParameter: a standard parameter has 4 KB.
        assert 0 < len(Value) <= 4_096
        self.value = Value
        return {"Version": 2}


@dataclass(slots=True)
class Account:
    """An owner's account, and a function that CloudFormation asks there."""

    stand_in: SesStandIn
    fail: Callable[[str, Mapping[str, Any]], str] = lambda _name, _request: ""
    stack: list[dict[str, str]] = field(default_factory=list)
    topics: Topics = field(default_factory=Topics)
    parameters: Parameters = field(default_factory=Parameters)
    seconds_left: float = 840

    def client(self, service: str, **_: Any) -> Any:
        keys: Any = {"aws_access_key_id": OWNER, "aws_secret_access_key": "local", "region_name": REGION}
        return boto3.client(service, endpoint_url=self.stand_in.endpoint_url, **keys)

    def connect(self, service: str, **options: Any) -> Any:
        if service in {"sns", "kms"}:
            return self.topics
        if service == "ssm":
            return self.parameters
        if service == "cloudformation":
            return self
        return Refusing(self.client(service, **options), self.fail)

    def describe_stack_resources(self, StackName: str) -> dict[str, Any]:  # noqa: N803
        assert StackName == STACK
        return {"StackResources": self.stack}

    def ask(self, request: str, properties: dict[str, Any], kind: str = FEEDBACK, **more: Any) -> StackAnswer:
        event = {
            "RequestType": request,
            "ResourceType": kind,
            "LogicalResourceId": "IdentityFeedback",
            "StackId": STACK,
            "RequestId": "1",
            "ResourceProperties": {"ServiceToken": "arn", **properties},
            **more,
        }
        return manage_identities(event, self.connect, lambda: self.seconds_left, lambda: None)

    def attributes(self, identity: str) -> dict[str, Any]:
        answer = self.client("ses").get_identity_notification_attributes(Identities=[identity])
        return dict(answer["NotificationAttributes"][identity])

    def policies(self, identity: str) -> dict[str, Any]:
        found = self.client("sesv2").get_email_identity_policies(EmailIdentity=identity)["Policies"]
        return {name: json.loads(text) for name, text in found.items()}

    def default_set(self, identity: str) -> str | None:
        found: str | None = (
            self.client("sesv2").get_email_identity(EmailIdentity=identity).get("ConfigurationSetName")
        )
        return found


@pytest.fixture
def account() -> Iterator[Account]:
    with SesStandIn(default_account=OWNER) as stand_in:
        account = Account(stand_in)
        for identity in (ORCHARD, NEWS, CIDER):
            account.client("sesv2").create_email_identity(EmailIdentity=identity)
        yield account


def of(*identities: str, topic: str = TOPIC, forwarding: str = "false") -> dict[str, str]:
    return {
        "Identities": ",".join(identities),
        "TopicArn": topic,
        "EmailForwarding": forwarding,
        "EarlierSettings": EARLIER,
    }


def created(account: Account, *identities: str) -> StackAnswer:
    answer = account.ask("Create", of(*identities))
    assert answer.is_success, answer.reason
    return answer


def test_a_create_sets_topics_and_headers_and_ends_forwarding(account: Account) -> None:
    answer = created(account, ORCHARD, NEWS)

    assert answer.physical_id == "IdentityFeedback-of-connected"
    assert account.attributes(ORCHARD) == account.attributes(NEWS) == SET
    assert account.attributes(CIDER) == CLEAR


def test_forwarding_stays_on_where_it_is_wanted(account: Account) -> None:
    assert account.ask("Create", of(ORCHARD, forwarding="true")).is_success
    assert account.attributes(ORCHARD) == {**SET, "ForwardingEnabled": True}


def test_a_request_that_comes_twice_changes_nothing(account: Account) -> None:
    created(account, ORCHARD)
    account.fail = lambda name, _: "" if name.startswith("get_") else "MustNotBeCalled"

    assert account.ask("Create", of(ORCHARD)).is_success


def test_an_update_adds_and_removes_identities_and_keeps_its_id(account: Account) -> None:
    made = created(account, ORCHARD, NEWS)
    answer = account.ask(
        "Update",
        of(ORCHARD, CIDER),
        PhysicalResourceId=made.physical_id,
        OldResourceProperties=of(ORCHARD, NEWS),
    )

    assert (answer.is_success, answer.physical_id) == (True, made.physical_id)
    assert [account.attributes(each) for each in (ORCHARD, NEWS, CIDER)] == [SET, CLEAR, SET]


def test_an_update_to_another_topic_moves_all(account: Account) -> None:
    made = created(account, ORCHARD)
    account.ask(
        "Update",
        of(ORCHARD, topic=OTHERS),
        PhysicalResourceId=made.physical_id,
        OldResourceProperties=of(ORCHARD),
    )

    assert account.attributes(ORCHARD)["BounceTopic"] == OTHERS


def test_a_failed_create_leaves_all_as_it_was_and_its_deletion_does_nothing(account: Account) -> None:
    ses = account.client("ses")
    ses.set_identity_notification_topic(Identity=ORCHARD, NotificationType="Bounce", SnsTopic=OTHERS)
    before = account.attributes(ORCHARD)
    account.fail = lambda name, request: (
        "InvalidParameterValue"
        if name == "set_identity_notification_topic"
        and (request["Identity"], request["NotificationType"]) == (NEWS, "Delivery")
        else ""
    )

    answer = account.ask("Create", of(ORCHARD, NEWS))

    assert "InvalidParameterValue, says SES" in answer.reason
    assert answer.physical_id.endswith(UNDONE)
    assert (account.attributes(ORCHARD), account.attributes(NEWS)) == (before, CLEAR)
    account.fail = lambda _name, _request: "MustNotBeCalled"
    assert account.ask("Delete", of(ORCHARD, NEWS), PhysicalResourceId=answer.physical_id).is_success


def test_what_cannot_be_taken_back_is_named_and_left_to_the_deletion(account: Account) -> None:
    calls: list[str] = []

    def fail_from_the_third_change(name: str, _request: Mapping[str, Any]) -> str:
        calls.append(name)
        return "ServiceUnavailable" if sum(not each.startswith("get_") for each in calls) >= 3 else ""

    account.fail = fail_from_the_third_change
    answer = account.ask("Create", of(ORCHARD))

    assert "Could not be taken back: Complaint of orchard.example" in answer.reason
    assert answer.physical_id == "IdentityFeedback-of-connected"
    account.fail = lambda _name, _request: ""
    account.ask("Delete", of(ORCHARD), PhysicalResourceId=answer.physical_id)
    assert account.attributes(ORCHARD) == CLEAR


def test_a_delete_gives_everything_back(account: Account) -> None:
    made = created(account, ORCHARD)

    assert account.ask("Delete", of(ORCHARD), PhysicalResourceId=made.physical_id).is_success
    assert account.attributes(ORCHARD) == CLEAR


def test_a_delete_leaves_what_somebody_changed_by_hand_and_says_so(account: Account) -> None:
    made = created(account, ORCHARD)
    for kind in ("Bounce", "Complaint"):
        account.client("ses").set_identity_notification_topic(
            Identity=ORCHARD, NotificationType=kind, SnsTopic=OTHERS
        )

    answer = account.ask("Delete", of(ORCHARD), PhysicalResourceId=made.physical_id)

    assert answer.is_success
    assert answer.notes == tuple(
        f"{kind} of {ORCHARD} was left alone: somebody made it {OTHERS} since."
        for kind in ("Bounce", "Complaint")
    )
    left = account.attributes(ORCHARD)
    assert (left["BounceTopic"], left["ComplaintTopic"], left["ForwardingEnabled"]) == (OTHERS, OTHERS, False)
    assert "DeliveryTopic" not in left


def test_a_delete_clears_the_rest_where_one_topic_was_changed_by_hand(account: Account) -> None:
    made = created(account, ORCHARD)
    account.client("ses").set_identity_notification_topic(
        Identity=ORCHARD, NotificationType="Bounce", SnsTopic=OTHERS
    )

    assert account.ask("Delete", of(ORCHARD), PhysicalResourceId=made.physical_id).is_success
    left = account.attributes(ORCHARD)
    assert (left["BounceTopic"], left["ForwardingEnabled"]) == (OTHERS, True)
    assert "ComplaintTopic" not in left


def set_by_hand(account: Account, identity: str) -> dict[str, Any]:
    """Give an identity topics as somebody did before there was a stack; return its attributes."""
    ses = account.client("ses")
    for kind in ("Bounce", "Complaint"):
        ses.set_identity_notification_topic(Identity=identity, NotificationType=kind, SnsTopic=OTHERS)
    ses.set_identity_feedback_forwarding_enabled(Identity=identity, ForwardingEnabled=False)
    ses.set_identity_headers_in_notifications_enabled(
        Identity=identity, NotificationType="Bounce", Enabled=True
    )
    return account.attributes(identity)


def test_a_delete_gives_back_the_topics_that_were_there_before(account: Account) -> None:
    before = set_by_hand(account, ORCHARD)
    made = created(account, ORCHARD, NEWS)
    assert account.attributes(ORCHARD) == SET

    # So a stack is rolled back in which something else failed.
    assert account.ask("Delete", of(ORCHARD, NEWS), PhysicalResourceId=made.physical_id).is_success
    assert (account.attributes(ORCHARD), account.attributes(NEWS)) == (before, CLEAR)
    assert made.physical_id == "IdentityFeedback-of-connected"


def test_an_update_gives_back_what_an_identity_had_that_is_taken_out(account: Account) -> None:
    before = set_by_hand(account, NEWS)
    made = created(account, ORCHARD, NEWS)

    answer = account.ask(
        "Update",
        of(ORCHARD),
        PhysicalResourceId=made.physical_id,
        OldResourceProperties=of(ORCHARD, NEWS),
    )

    assert (answer.is_success, answer.physical_id) == (True, made.physical_id)
    assert (account.attributes(ORCHARD), account.attributes(NEWS)) == (SET, before)


def test_topics_of_before_that_ses_refuses_by_now_are_cleared_and_that_is_said(account: Account) -> None:
    set_by_hand(account, ORCHARD)
    made = created(account, ORCHARD)
    account.fail = lambda name, request: (
        "InvalidParameterValue"
        if name == "set_identity_notification_topic" and request.get("SnsTopic") == OTHERS
        else ""
    )

    answer = account.ask("Delete", of(ORCHARD), PhysicalResourceId=made.physical_id)

    assert answer.is_success
    assert account.attributes(ORCHARD) == CLEAR
    assert answer.notes[-1].startswith("What was there before could not be given back: orchard.example")


def test_what_was_changed_by_hand_since_is_left_and_the_rest_gets_what_it_had(account: Account) -> None:
    set_by_hand(account, ORCHARD)
    made = created(account, ORCHARD)
    newest = f"{OTHERS}-newest"
    account.client("ses").set_identity_notification_topic(
        Identity=ORCHARD, NotificationType="Bounce", SnsTopic=newest
    )

    answer = account.ask("Delete", of(ORCHARD), PhysicalResourceId=made.physical_id)

    left = account.attributes(ORCHARD)
    assert (left["BounceTopic"], left["ComplaintTopic"], left["ForwardingEnabled"]) == (newest, OTHERS, False)
    assert answer.notes == (f"Bounce of {ORCHARD} was left alone: somebody made it {newest} since.",)


def twenty_with_topics(account: Account, letters: int) -> list[str]:
    """Make as many identities as a stack takes, each with topics whose names nothing makes short."""
    names = [f"{sha256(str(number).encode()).hexdigest()}.example" for number in range(20)]
    for name in names:
        account.client("sesv2").create_email_identity(EmailIdentity=name)
        for kind in ("Bounce", "Complaint", "Delivery"):
            digits = "".join(sha256(f"{name}{kind}{part}".encode()).hexdigest() for part in range(4))
            account.client("ses").set_identity_notification_topic(
                Identity=name, NotificationType=kind, SnsTopic=f"{OTHERS}-{digits[:letters]}"
            )
    return names


def test_all_that_twenty_identities_had_is_kept_and_given_back(account: Account) -> None:
    names = twenty_with_topics(account, letters=24)
    before = [account.attributes(name) for name in names]

    made = created(account, *names)
    account.ask("Delete", of(*names), PhysicalResourceId=made.physical_id)

    assert [account.attributes(name) for name in names] == before


def test_more_than_a_parameter_holds_is_refused_before_anything_is_changed(account: Account) -> None:
    names = twenty_with_topics(account, letters=240)
    before = [account.attributes(name) for name in names]

    refused = account.ask("Create", of(*names))

    assert "What 20 identities had before takes " in refused.reason
    assert "add fewer identities at once, or name some of them in another stack" in refused.reason
    assert [account.attributes(name) for name in names] == before
    account.ask("Delete", of(*names), PhysicalResourceId=refused.physical_id)
    assert [account.attributes(name) for name in names] == before


def test_an_update_that_adds_more_than_a_parameter_holds_leaves_all_as_it_was(account: Account) -> None:
    """The rollback of the stack follows, and later its deletion: both know what the first identity had."""
    had = set_by_hand(account, ORCHARD)
    made = created(account, ORCHARD)
    names = twenty_with_topics(account, letters=240)
    before = [account.attributes(name) for name in names]
    then = {"PhysicalResourceId": made.physical_id}

    refused = account.ask("Update", of(ORCHARD, *names), **then, OldResourceProperties=of(ORCHARD))
    rolled_back = account.ask("Update", of(ORCHARD), **then, OldResourceProperties=of(ORCHARD, *names))

    assert "Nothing was changed" in refused.reason
    assert (rolled_back.is_success, refused.physical_id) == (True, made.physical_id)
    assert [account.attributes(name) for name in names] == before
    assert account.attributes(ORCHARD) == SET
    account.ask("Delete", of(ORCHARD), **then)
    assert account.attributes(ORCHARD) == had


def added(account: Account) -> tuple[StackAnswer, StackAnswer, dict[str, Any]]:
    """Create with one identity, and add one that had topics; return both answers, and what it had."""
    before = set_by_hand(account, NEWS)
    made = created(account, ORCHARD)
    answer = account.ask(
        "Update", of(ORCHARD, NEWS), PhysicalResourceId=made.physical_id, OldResourceProperties=of(ORCHARD)
    )
    return made, answer, before


def test_what_an_identity_had_that_an_update_adds_is_given_back_by_a_deletion(account: Account) -> None:
    made, answer, before = added(account)

    assert (answer.is_success, answer.physical_id) == (True, made.physical_id)
    assert f"Bounce of {NEWS} was {OTHERS}." in answer.notes
    assert not any("not kept" in note for note in answer.notes)
    account.ask("Delete", of(ORCHARD, NEWS), PhysicalResourceId=made.physical_id)
    assert (account.attributes(ORCHARD), account.attributes(NEWS)) == (CLEAR, before)


def test_what_an_identity_had_that_an_update_adds_is_given_back_when_the_update_is_rolled_back(
    account: Account,
) -> None:
    made, _, before = added(account)

    # What CloudFormation sends when another resource fails later: the properties of before.
    account.ask(
        "Update",
        of(ORCHARD),
        PhysicalResourceId=made.physical_id,
        OldResourceProperties=of(ORCHARD, NEWS),
    )

    assert (account.attributes(ORCHARD), account.attributes(NEWS)) == (SET, before)


def test_an_identity_that_an_update_takes_out_is_as_before_once_that_is_rolled_back(account: Account) -> None:
    before = set_by_hand(account, NEWS)
    made = created(account, ORCHARD, NEWS)
    there: dict[str, Any] = {"PhysicalResourceId": made.physical_id}

    account.ask("Update", of(ORCHARD), OldResourceProperties=of(ORCHARD, NEWS), **there)
    account.ask("Update", of(ORCHARD, NEWS), OldResourceProperties=of(ORCHARD), **there)
    assert (account.attributes(ORCHARD), account.attributes(NEWS)) == (SET, SET)

    account.ask("Delete", of(ORCHARD, NEWS), **there)
    assert (account.attributes(ORCHARD), account.attributes(NEWS)) == (CLEAR, before)


def test_an_update_that_fails_keeps_what_was_kept(account: Account) -> None:
    before = set_by_hand(account, NEWS)
    made = created(account, ORCHARD, NEWS)
    there: dict[str, Any] = {"PhysicalResourceId": made.physical_id}

    account.fail = lambda name, request: (
        "InvalidParameterValue"
        if name == "set_identity_notification_topic" and request.get("Identity") == CIDER
        else ""
    )
    failed = account.ask("Update", of(ORCHARD, CIDER), OldResourceProperties=of(ORCHARD, NEWS), **there)
    account.fail = lambda _name, _request: ""

    assert not failed.is_success
    assert account.attributes(NEWS) == SET
    account.ask("Delete", of(ORCHARD, NEWS), **there)
    assert account.attributes(NEWS) == before


def test_what_was_cut_off_half_way_and_comes_again_is_given_back_whole(account: Account) -> None:
    """Lambda repeats a call that ended in an error; the second finds one topic set already."""
    before = set_by_hand(account, ORCHARD)
    made = created(account, ORCHARD)
    account.client("ses").set_identity_notification_topic(
        Identity=ORCHARD, NotificationType="Complaint", SnsTopic=OTHERS
    )

    created(account, ORCHARD)

    account.ask("Delete", of(ORCHARD), PhysicalResourceId=made.physical_id)
    assert account.attributes(ORCHARD) == before


def test_nothing_is_set_where_what_was_before_cannot_be_kept(account: Account) -> None:
    before = set_by_hand(account, ORCHARD)
    account.parameters.failure = "AccessDeniedException"

    answer = account.ask("Create", of(ORCHARD))

    assert answer.reason == "GetParameter AccessDeniedException"
    assert account.attributes(ORCHARD) == before


def test_a_deletion_does_not_fail_where_what_was_before_cannot_be_read(account: Account) -> None:
    set_by_hand(account, ORCHARD)
    made = created(account, ORCHARD)
    account.parameters.failure = "ParameterNotFound"

    answer = account.ask("Delete", of(ORCHARD), PhysicalResourceId=made.physical_id)

    assert answer.is_success
    assert answer.notes[-1] == (
        "What was there before could not be read (GetParameter ParameterNotFound), so it is not given back."
    )
    assert account.attributes(ORCHARD) == CLEAR


def test_a_template_without_a_parameter_keeps_nothing_and_says_so(account: Account) -> None:
    set_by_hand(account, ORCHARD)
    wanted = {name: value for name, value in of(ORCHARD).items() if name != "EarlierSettings"}

    made = account.ask("Create", wanted)

    assert made.notes[-1].startswith(f"What {ORCHARD} had before is not kept")
    account.ask("Delete", wanted, PhysicalResourceId=made.physical_id)
    assert account.attributes(ORCHARD) == CLEAR


def test_what_is_kept_is_said_of_nobody_to_be_lost(account: Account) -> None:
    set_by_hand(account, ORCHARD)

    assert not any("not kept" in note for note in created(account, ORCHARD, NEWS).notes)


def in_place_of_an_older_set(account: Account) -> dict[str, str]:
    """Make a set the default of an identity, and return what puts another in its place."""
    ses = account.client("sesv2")
    for name in ("transactional", "older"):
        ses.create_configuration_set(ConfigurationSetName=name)
    ses.put_email_identity_configuration_set_attributes(EmailIdentity=ORCHARD, ConfigurationSetName="older")
    return {
        "Identities": ORCHARD,
        "ConfigurationSetName": "transactional",
        "EarlierSettings": EARLIER,
    }


def test_a_default_set_of_before_that_is_gone_by_now_is_cleared_and_that_is_said(account: Account) -> None:
    """Left as it is, it would be the stack's own set, which is deleted next: then every send fails (A40)."""
    kind, wanted = "Custom::DefaultConfigurationSet", in_place_of_an_older_set(account)
    made = account.ask("Create", wanted, kind)
    account.client("sesv2").delete_configuration_set(ConfigurationSetName="older")

    answer = account.ask("Delete", wanted, kind, PhysicalResourceId=made.physical_id)

    assert answer.is_success, answer.reason
    assert not account.default_set(ORCHARD)
    assert answer.notes[-1].startswith(f"What was there before could not be given back: {ORCHARD}")


def test_a_default_set_of_before_is_given_back(account: Account) -> None:
    kind, wanted = "Custom::DefaultConfigurationSet", in_place_of_an_older_set(account)

    made = account.ask("Create", wanted, kind)
    assert account.default_set(ORCHARD) == "transactional"
    assert account.ask("Delete", wanted, kind, PhysicalResourceId=made.physical_id).is_success

    assert account.default_set(ORCHARD) == "older"


@pytest.mark.parametrize(("status", "is_left"), [("CREATE_COMPLETE", True), ("DELETE_COMPLETE", False)])
def test_a_delete_leaves_all_to_a_resource_of_another_name_that_took_over(
    account: Account, status: str, is_left: bool
) -> None:
    made = created(account, ORCHARD)
    account.stack = [
        {"LogicalResourceId": "Feedback", "ResourceType": FEEDBACK, "ResourceStatus": status},
        {
            "LogicalResourceId": "IdentityFeedback",
            "ResourceType": FEEDBACK,
            "ResourceStatus": "DELETE_IN_PROGRESS",
        },
    ]

    answer = account.ask("Delete", of(ORCHARD), PhysicalResourceId=made.physical_id)

    assert answer.is_success
    assert account.attributes(ORCHARD) == (SET if is_left else CLEAR)
    left = "Everything was left to Feedback, which replaces it: identities that Feedback does not name keep"
    assert any(note.startswith(left) for note in answer.notes) is is_left


def test_a_delete_succeeds_where_the_identity_is_gone(account: Account) -> None:
    made = created(account, ORCHARD, NEWS)
    account.client("sesv2").delete_email_identity(EmailIdentity=ORCHARD)

    assert account.ask("Delete", of(ORCHARD, NEWS), PhysicalResourceId=made.physical_id).is_success
    assert account.attributes(NEWS) == CLEAR


def test_a_delete_succeeds_where_the_policy_or_the_set_alone_is_gone(account: Account) -> None:
    ses, policies, sets = (
        account.client("sesv2"),
        "Custom::IdentityPolicies",
        "Custom::DefaultConfigurationSet",
    )
    ses.create_configuration_set(ConfigurationSetName="transactional")
    wanted = {
        "Identities": ORCHARD,
        "ConfigurationSetName": "transactional",
        "EarlierSettings": EARLIER,
    }
    both = policies_of("222222222222", "333333333333")
    of_policies, of_sets = account.ask("Create", both, policies), account.ask("Create", wanted, sets)
    ses.delete_email_identity_policy(EmailIdentity=ORCHARD, PolicyName="ses-reputation-222222222222")
    ses.delete_configuration_set(ConfigurationSetName="transactional")

    answers = [
        account.ask("Delete", both, policies, PhysicalResourceId=of_policies.physical_id),
        account.ask("Delete", wanted, sets, PhysicalResourceId=of_sets.physical_id),
    ]

    assert [each.is_success for each in answers] == [True, True]
    assert (account.policies(ORCHARD), account.default_set(ORCHARD) or "") == ({}, "")


def test_a_delete_succeeds_where_the_policy_goes_between_reading_and_deleting(account: Account) -> None:
    kind, both = "Custom::IdentityPolicies", policies_of("222222222222", "333333333333")
    made = account.ask("Create", both, kind)
    gone = "ses-reputation-222222222222"
    account.fail = lambda name, request: (
        "NotFoundException"
        if name == "delete_email_identity_policy" and request["PolicyName"] == gone
        else ""
    )

    assert account.ask("Delete", both, kind, PhysicalResourceId=made.physical_id).is_success
    assert account.policies(ORCHARD).keys() == {gone}


def test_an_unknown_identity_fails_before_anything_is_set(account: Account) -> None:
    answer = account.ask("Create", of(ORCHARD, "unknown.example"))

    assert answer.reason.startswith("unknown.example: no identity of this account in eu-west-1. Verify it")
    assert account.attributes(ORCHARD) == CLEAR


def test_more_calls_than_there_is_time_for_fail_before_the_first(account: Account) -> None:
    account.seconds_left = 88  # seven calls, seven to take them back, and 75 seconds in reserve need 89

    answer = account.ask("Create", of(ORCHARD))

    assert answer.reason.startswith("14 more calls to SES, at one a second, take longer")
    assert account.attributes(ORCHARD) == CLEAR


def refuse_topics(name: str, _request: Mapping[str, Any]) -> str:
    return "InvalidParameterValue" if name == "set_identity_notification_topic" else ""


LETS_SES = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": "*",
        }
    ]
}


@pytest.mark.parametrize(
    ("topic", "attributes", "fault"),
    [
        (
            f"arn:aws:sns:us-east-1:{OWNER}:feedback",
            {},
            "the topic is in us-east-1, and the identity in eu-west-1",
        ),
        (f"{TOPIC}.fifo", {"Policy": json.dumps(LETS_SES)}, "it is a FIFO topic"),
        (TOPIC, None, "there is no such topic"),
        (TOPIC, {"Policy": '{"Statement": []}'}, "its policy does not let ses.amazonaws.com publish"),
        (
            TOPIC,
            {"Policy": json.dumps(LETS_SES), "KmsMasterKeyId": f"arn:aws:kms:{REGION}:{OWNER}:key/1"},
            "whose policy does not let ses.amazonaws.com use it",
        ),
        (
            TOPIC,
            {"Policy": json.dumps(LETS_SES), "KmsMasterKeyId": "alias/aws/sns"},
            "it is encrypted with alias/aws/sns",
        ),
    ],
)
def test_a_refused_topic_is_read_to_say_why(
    account: Account, topic: str, attributes: dict[str, str] | None, fault: str
) -> None:
    account.fail, account.topics.attributes = refuse_topics, attributes

    answer = account.ask("Create", of(ORCHARD, topic=topic))

    assert "InvalidParameterValue, says SES" in answer.reason
    assert fault in answer.reason


def policies_of(*delegates: str) -> dict[str, str]:
    return {"Identities": ORCHARD, "Delegates": ",".join(delegates)}


def test_each_delegate_gets_a_policy_and_loses_it(account: Account) -> None:
    kind = "Custom::IdentityPolicies"
    made = account.ask("Create", policies_of("222222222222", "333333333333"), kind)
    assert made.is_success, made.reason
    assert account.policies(ORCHARD)["ses-reputation-222222222222"]["Statement"] == [
        {
            "Sid": "AllowSending",
            "Effect": "Allow",
            "Principal": {"AWS": "222222222222"},
            "Action": ["ses:SendEmail", "ses:SendRawEmail"],
            "Resource": f"arn:aws:ses:{REGION}:{OWNER}:identity/{ORCHARD}",
        }
    ]

    account.ask(
        "Update",
        policies_of("333333333333"),
        kind,
        PhysicalResourceId=made.physical_id,
        OldResourceProperties=policies_of("222222222222", "333333333333"),
    )
    assert account.policies(ORCHARD).keys() == {"ses-reputation-333333333333"}
    account.ask("Delete", policies_of("333333333333"), kind, PhysicalResourceId=made.physical_id)
    assert account.policies(ORCHARD) == {}


def test_the_21st_policy_of_an_identity_fails_the_create_and_those_before_it_are_taken_back(
    account: Account,
) -> None:
    """A12: SES keeps 20 policies of an identity, of whoever they are."""
    ses = account.client("sesv2")
    ours = {"ses-reputation-222222222222", "ses-reputation-333333333333"}
    assert account.ask("Create", policies_of("222222222222"), "Custom::IdentityPolicies").is_success
    document = json.dumps(account.policies(ORCHARD)["ses-reputation-222222222222"])
    ses.delete_email_identity_policy(EmailIdentity=ORCHARD, PolicyName="ses-reputation-222222222222")
    for number in range(19):
        ses.create_email_identity_policy(
            EmailIdentity=ORCHARD, PolicyName=f"by-hand-{number}", Policy=document
        )
    both = policies_of("222222222222", "333333333333")

    failed = account.ask("Create", both, "Custom::IdentityPolicies")

    assert "LimitExceededException" in failed.reason
    assert failed.physical_id.endswith(UNDONE)
    assert (len(account.policies(ORCHARD)), ours & account.policies(ORCHARD).keys()) == (19, set())


def test_a_default_set_that_cannot_be_set_fails_the_create_and_those_before_it_are_taken_back(
    account: Account,
) -> None:
    kind, ses = "Custom::DefaultConfigurationSet", account.client("sesv2")
    for name in ("transactional", "older"):
        ses.create_configuration_set(ConfigurationSetName=name)
    ses.put_email_identity_configuration_set_attributes(EmailIdentity=ORCHARD, ConfigurationSetName="older")
    account.fail = refuse_the_set_of_news
    wanted = {
        "Identities": f"{ORCHARD},{NEWS}",
        "ConfigurationSetName": "transactional",
        "EarlierSettings": EARLIER,
    }

    failed = account.ask("Create", wanted, kind)

    assert "BadRequestException" in failed.reason
    assert failed.physical_id.endswith(UNDONE)
    assert (account.default_set(ORCHARD), account.default_set(NEWS) or "") == ("older", "")


def refuse_the_set_of_news(name: str, request: Mapping[str, Any]) -> str:
    is_setting = name == "put_email_identity_configuration_set_attributes"
    return "BadRequestException" if is_setting and request["EmailIdentity"] == NEWS else ""


def test_a_policy_that_somebody_changed_is_left(account: Account) -> None:
    kind = "Custom::IdentityPolicies"
    made = account.ask("Create", policies_of("222222222222"), kind)
    ses = account.client("sesv2")
    name = "ses-reputation-222222222222"
    changed = account.policies(ORCHARD)[name]
    changed["Statement"][0]["Action"] = ["ses:SendEmail"]
    ses.update_email_identity_policy(EmailIdentity=ORCHARD, PolicyName=name, Policy=json.dumps(changed))

    answer = account.ask("Delete", policies_of("222222222222"), kind, PhysicalResourceId=made.physical_id)

    assert account.policies(ORCHARD) == {name: changed}
    assert answer.notes[0].startswith(f"{name} of {ORCHARD} was left alone")


def test_a_default_set_is_set_and_given_back(account: Account) -> None:
    kind, ses = "Custom::DefaultConfigurationSet", account.client("sesv2")
    for name in ("transactional", "other"):
        ses.create_configuration_set(ConfigurationSetName=name)
    wanted = {"Identities": f"{ORCHARD},{NEWS}", "ConfigurationSetName": "transactional"}

    made = account.ask("Create", wanted, kind)
    assert (account.default_set(ORCHARD), account.default_set(NEWS)) == ("transactional", "transactional")
    ses.put_email_identity_configuration_set_attributes(EmailIdentity=NEWS, ConfigurationSetName="other")
    assert account.ask("Delete", wanted, kind, PhysicalResourceId=made.physical_id).is_success
    assert (account.default_set(ORCHARD) or "", account.default_set(NEWS)) == ("", "other")


@pytest.mark.parametrize(
    "change",
    [
        {"ResourceType": "Custom::Unknown"},
        {"RequestType": "Purge"},
        {"StackId": "none"},
        {"ResourceProperties": {"Identities": ORCHARD}},
    ],
)
def test_a_request_that_makes_no_sense_is_answered_with_a_failure(
    account: Account, change: dict[str, Any]
) -> None:
    answer = account.ask("Create", of(ORCHARD), **change)

    assert answer.reason
    assert answer.physical_id
