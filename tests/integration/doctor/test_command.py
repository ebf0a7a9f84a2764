"""`ses-reputation doctor` on the local AWS: what it prints, how it exits, and what it may not read."""

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.application import app
from console.commands import doctor
from console.local_aws.emulator import Ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.doctor.reading.asking import CallPace
from ses_reputation.doctor.report import examine
from ses_reputation.errors import UnavailableError
from ses_reputation.feedback.provenance import Registry
from tests.support.aws.sound_setup import OPT_IN_REGION, OTHER_REGION, REGION, SoundSetup, build
from tests.unit.console.running import undocumented

pytestmark = pytest.mark.local_aws


class NoMail:
    """A ledger that has counted nothing."""

    def senders(self) -> list[Any]:
        return []


def make_channels(setup: SoundSetup) -> dict[str, str]:
    """An alert topic and an alarm topic with a subscriber each, and the default bus: the stack's outputs."""
    sns = setup.client(setup.ledger, "sns")
    alerts, alarms = (sns.create_topic(Name=f"ses-reputation-{kind}Topic-1") for kind in ("Alert", "Alarm"))
    for topic in (alerts, alarms):
        sns.subscribe(TopicArn=topic["TopicArn"], Protocol="sqs", Endpoint=setup.queue_arn)
    return {
        "AlertTopicArn": alerts["TopicArn"],
        "AlarmTopicArn": alarms["TopicArn"],
        "EventBusName": "default",
    }


def run(monkeypatch: pytest.MonkeyPatch, setup: SoundSetup, *arguments: str) -> Result:
    """Run the command on a setup, without pauses, as on a stack in the ledger's account."""
    outputs = {"FeedbackQueueArn": setup.queue_arn, "FeedbackQueueUrl": setup.queue_url}
    connection = SimpleNamespace(
        clients=SimpleNamespace(connect=partial(setup.client, setup.ledger)),
        assessments=NoMail(),
        account_id=setup.ledger,
        region=REGION,
        registered_accounts=(setup.ledger, setup.owner, setup.courier, setup.harbor),
        registry=Registry(frozenset({setup.ledger, setup.owner}), frozenset({setup.courier, setup.harbor})),
        output=(outputs | make_channels(setup)).__getitem__,
        stack=SimpleNamespace(
            outputs={}, name="ses-reputation", parameters={"ReadingRoleName": "ses-reputation-reading"}
        ),
    )
    monkeypatch.setattr(doctor, "connect", lambda _stack: connection)
    monkeypatch.setattr(doctor, "reading_clients", lambda *_: setup.client)
    monkeypatch.setattr(doctor, "CallPace", lambda _sleep: CallPace(lambda _seconds: None, 0.0))
    return CliRunner().invoke(app, ["doctor", *arguments], env={"COLUMNS": "80"})


def test_a_sound_setup_exits_with_0(aws: Ministack, ses: SesStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, build(aws, ses))

    assert result.exit_code == 0, result.output
    assert "Nothing is wrong with what was looked at." in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_an_error_is_printed_with_what_follows_and_a_command_on_one_line(
    aws: Ministack, ses: SesStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = build(aws, ses)
    setup.client(setup.ledger, "sns").set_subscription_attributes(
        SubscriptionArn=setup.subscription(setup.courier),
        AttributeName="RawMessageDelivery",
        AttributeValue="true",
    )

    result = run(monkeypatch, setup)

    words = " ".join(result.stdout.split())
    assert result.exit_code == 2
    assert words.count("Raw message delivery is on") == 1
    assert "-> The ledger gets no Send, Reject" in words
    assert "1 error, 0 warnings." in words
    (command,) = (line for line in result.stdout.splitlines() if "aws sns" in line)
    assert command.endswith("--attribute-name RawMessageDelivery --attribute-value false")


def test_an_alarm_topic_that_cloudwatch_cannot_publish_to_is_named_as_the_hourly_check_names_it(
    aws: Ministack, ses: SesStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = build(aws, ses)
    topic = make_channels(setup)["AlarmTopicArn"]
    own = {"Effect": "Allow", "Principal": {"AWS": setup.ledger}, "Action": "sns:*", "Resource": topic}
    setup.client(setup.ledger, "sns").set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [own]}),
    )

    result = run(monkeypatch, setup)

    words = " ".join(result.stdout.split())
    assert result.exit_code == 1, result.output
    assert (
        f"The alarm topic {topic} reaches nobody: its policy does not let cloudwatch.amazonaws.com" in words
    )


def test_address_validation_and_overrides_are_shown_with_their_thresholds(
    aws: Ministack, ses: SesStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold back mail to addresses that are in no list, so they are shown where nothing is wrong."""
    setup = build(aws, ses)
    for account, threshold in ((setup.courier, "HIGH"), (setup.harbor, "MANAGED")):
        setup.client(account, "sesv2").put_account_suppression_attributes(
            SuppressedReasons=["BOUNCE", "COMPLAINT"], ValidationAttributes=validation(threshold)
        )
    setup.client(setup.harbor, "sesv2").put_configuration_set_suppression_options(
        ConfigurationSetName="mail",
        SuppressedReasons=["BOUNCE", "COMPLAINT"],
        ValidationOptions=validation("MEDIUM"),
    )

    shown, listed = run(monkeypatch, setup), run(monkeypatch, setup, "--json")

    assert (shown.exit_code, listed.exit_code) == (0, 0), shown.output
    rows = {row[0]: row[3] for line in shown.stdout.splitlines() if (row := line.split())[1:2] == [REGION]}
    assert rows == {
        setup.owner: "off",
        setup.courier: "high",
        setup.harbor: "managed",
        setup.ledger: "off",
    }
    words = " ".join(shown.stdout.split())
    assert (
        f"Set mail of account {setup.harbor} in {REGION} has settings of its own: address validation medium; "
        "suppressed reasons bounce, complaint."
    ) in words
    places = {each["account"]: each for each in json.loads(listed.stdout)["places"]}
    assert places[setup.courier]["address_validation"] == "HIGH"
    assert (places[setup.owner]["address_validation"], places[setup.owner]["set_settings"]) == (None, {})
    assert places[setup.harbor]["set_settings"] == {
        "mail": {"address_validation": "MEDIUM", "suppressed_reasons": ["BOUNCE", "COMPLAINT"]}
    }


def validation(threshold: str) -> Any:
    """Address validation that is on, as SES takes it."""
    asked = {"ConfidenceVerdictThreshold": threshold}
    return {
        "ConditionThreshold": {"ConditionThresholdEnabled": "ENABLED", "OverallConfidenceThreshold": asked}
    }


def test_only_what_is_mended_in_one_account_is_shown_if_asked(
    aws: Ministack, ses: SesStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = build(aws, ses)
    setup.client(setup.courier, "sesv2").put_account_suppression_attributes(SuppressedReasons=[])

    of_courier = run(monkeypatch, setup, "--account", setup.courier)
    of_owner = run(monkeypatch, setup, "--account", setup.owner)

    assert (of_courier.exit_code, of_owner.exit_code) == (1, 0)


def test_json_holds_places_and_causes_of_which_every_field_is_documented(
    aws: Ministack, ses: SesStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = build(aws, ses)
    setup.client(setup.owner, "sns").delete_topic(TopicArn=setup.topic(setup.owner))

    result = run(monkeypatch, setup, "--json", "--region", REGION)

    document = json.loads(result.stdout)
    (cause,) = document["causes"]
    assert (result.exit_code, document["format_version"], cause["name"]) == (2, 1, "topic_missing")
    assert cause["subject"] == setup.topic(setup.owner)
    assert len(document["places"]) == 4
    courier = next(each for each in document["places"] if each["account"] == setup.courier)
    assert courier["dedicated_pools"] == {"mail-pool": "MANAGED"}
    assert undocumented(document, courier, cause) == set()


def test_accounts_are_read_where_samconfig_has_stacks_of_them(
    aws: Ministack, ses: SesStandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    setup = build(aws, ses)
    setup.client(setup.harbor, "sesv2", OTHER_REGION).put_account_sending_attributes(SendingEnabled=False)
    config = tmp_path / "samconfig.toml"
    config.write_text(
        'version = 0.1\n[default.global.parameters]\nstack_name = "ses-reputation"\n'
        f"[delegate-{setup.harbor}-{OTHER_REGION}.global.parameters]\n"
        f'stack_name = "ses-reputation-delegate"\nregion = "{OTHER_REGION}"\n'
    )

    without = run(monkeypatch, setup, "--config", str(tmp_path / "none.toml"))
    result = run(monkeypatch, setup, "--config", str(config), "--json")

    assert without.exit_code == 0, without.output
    document = json.loads(result.stdout)
    read = [(each["account"], each["region"]) for each in document["places"]]
    assert sorted(read) == sorted(
        [*((each, REGION) for each in setup.accounts), (setup.harbor, OTHER_REGION)]
    )
    assert [each["name"] for each in document["causes"]] == ["sending_disabled"]


def test_a_region_that_nobody_can_be_asked_in_is_shown_as_unknown(
    aws: Ministack, ses: SesStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = build(aws, ses)
    reach = setup.client

    def connect(account: str, service: str, region: str = REGION) -> Any:
        if (account, region) == (setup.harbor, OPT_IN_REGION):
            raise UnavailableError("connecting EndpointConnectionError")
        return reach(account, service, region)

    arguments = ("--region", REGION, "--region", OPT_IN_REGION)
    monkeypatch.setattr(SoundSetup, "client", lambda _self, *each: connect(*each))
    shown, listed = run(monkeypatch, setup, *arguments), run(monkeypatch, setup, *arguments, "--json")

    document = json.loads(listed.stdout)
    assert (shown.exit_code, len(document["places"])) == (1, 7)
    assert document["places_not_read"] == [{"account": setup.harbor, "region": OPT_IN_REGION}]
    assert [each["name"] for each in document["causes"]] == ["unread"]
    assert f"{setup.harbor} in {OPT_IN_REGION}" in document["causes"][0]["problem"]
    rows = [line.split() for line in shown.stdout.splitlines()]
    (row,) = (row for row in rows if row[:2] == [setup.harbor, OPT_IN_REGION])
    assert row[2:] == ["unknown"] * 5


@pytest.mark.parametrize(
    "action",
    [
        "ses:GetAccount",
        "ses:ListEmailIdentities",
        "ses:GetEmailIdentity",
        "ses:GetIdentityNotificationAttributes",
        "ses:ListConfigurationSets",
        "ses:GetConfigurationSet",
        "ses:GetConfigurationSetEventDestinations",
        "ses:ListDedicatedIpPools",
        "ses:GetDedicatedIpPool",
        "ses:GetDedicatedIps",
        "ses:ListTenants",
        "ses:ListRecommendations",
        "ses:ListSuppressedDestinations",
    ],
)
def test_what_a_role_may_not_read_is_unknown_and_nothing_else(
    aws: Ministack, ses: SesStandIn, action: str
) -> None:
    setup = build(aws, ses)
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    but_one = {"Effect": "Deny", "Action": action, "Resource": "*"}
    restriction = {"Version": "2012-10-17", "Statement": [everything, but_one]}
    for account in (setup.owner, setup.courier):
        ses.restrict(f"arn:aws:iam::{account}:root", restriction)

    causes = examine(setup.read())

    assert {each.diagnosis.name for each in causes} == {"unread"}
    problems = " ".join(each.diagnosis.problem for each in causes)
    assert f"role ses-reputation-reading of {setup.courier} may not {action}" in problems


def test_an_account_without_a_way_in_is_unknown_and_hides_no_other(aws: Ministack, ses: SesStandIn) -> None:
    setup = build(aws, ses)
    setup.client(setup.courier, "sesv2").put_account_suppression_attributes(SuppressedReasons=[])

    def connect(account: str, service: str, region: str = REGION) -> Any:
        if account == setup.harbor:
            raise UnavailableError("AssumeRole AccessDenied")
        return setup.client(account, service, region)

    causes = examine(setup.read(connect=connect))

    assert [each.diagnosis.name for each in causes] == ["suppression_off", "unread"]
    assert f"{setup.harbor} in {REGION}" in causes[1].diagnosis.problem
