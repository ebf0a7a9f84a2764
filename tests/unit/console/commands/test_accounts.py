"""Accounts are registered in samconfig.toml, and listed with what was heard of them."""

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from console.actions.registration.register_accounts import registered_places
from console.actions.registration.samconfig import SamConfig
from console.application import app
from console.commands.accounts import commands as accounts
from console.commands.accounts import ledger
from console.commands.doctor import scope_of
from console.local_aws.template import read_template
from ses_reputation.accounts.registry import Party, QueueSubscription, SubscriptionState
from ses_reputation.feedback.origins import SenderHour
from ses_reputation.feedback.provenance import Registry
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.registration.store import AccountParameters, path_of
from tests.support.balances import posted_balance
from tests.support.stack_template import ROOT, read_source
from tests.unit.console.running import undocumented
from tests.unit.console.standings import NOW, Ledger, hour_back

LEDGER, OWNER, COURIER, HARBOR = "444444444444", "111111111111", "222222222222", "333333333333"
QUEUE = f"arn:aws:sqs:us-east-1:{LEDGER}:feedback"
BUS = f"arn:aws:events:us-east-1:{LEDGER}:event-bus/ses-reputation-ses-events"
OUTPUTS = {
    "FeedbackQueueArn": QUEUE,
    "SesEventBusArn": BUS,
    "ReadSesStatisticsRoleArn": f"arn:aws:iam::{LEDGER}:role/reader",
    "ExportSuppressionRoleArn": f"arn:aws:iam::{LEDGER}:role/exporter",
    "AssessReputationRoleArn": f"arn:aws:iam::{LEDGER}:role/assessor",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(ROOT / "samconfig.toml", tmp_path))


@pytest.fixture(autouse=True)
def connection(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The ledger's stack, whose parameters are as the last `make deploy` left them."""
    stack = SimpleNamespace(name="ses-reputation", parameters={}, outputs=OUTPUTS)
    connection = SimpleNamespace(
        stack=stack,
        clients=None,
        account_id=LEDGER,
        partition="aws",
        region="us-east-1",
        output=OUTPUTS.__getitem__,
    )
    monkeypatch.setattr(ledger, "connect", lambda _name: connection)
    monkeypatch.setattr(accounts, "SubscriptionReader", Subscribed)
    monkeypatch.setattr(accounts, "reading_clients", lambda *_: None)
    return connection


class Subscribed:
    """Reads that every account is connected, but the ledger's own."""

    def __init__(self, *_: object) -> None:
        pass

    def read(self, party: Party) -> QueueSubscription:
        is_own = party.account == LEDGER
        return QueueSubscription(SubscriptionState.MISSING if is_own else SubscriptionState.CONFIRMED)


def run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["accounts", *arguments, "--config", str(path)])


def succeed(path: Path, *arguments: str) -> str:
    result = run(path, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def environments(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())


def add_all(path: Path) -> None:
    succeed(path, "add", "owner", OWNER, "--identity", "orchard.example")
    succeed(path, "add", "delegate", COURIER, HARBOR)


def test_owner_and_delegates_are_registered_with_the_ledger_and_get_stacks(path: Path) -> None:
    add_all(path)

    config = SamConfig(path)
    ledger = config.overrides("default")
    assert (ledger["OwnerAccounts"], ledger["DelegateAccounts"]) == (OWNER, f"{COURIER},{HARBOR}")
    assert ledger["ReadingRoleName"] == "ses-reputation-reading"
    assert re.fullmatch("[0-9a-f]{32}", ledger["ExternalId"])
    roles = {
        "FeedbackQueueArn": QUEUE,
        "SesEventBusArn": BUS,
        "ExternalId": ledger["ExternalId"],
        "ReadSesStatisticsRoleArn": OUTPUTS["ReadSesStatisticsRoleArn"],
        "ExportSuppressionRoleArn": OUTPUTS["ExportSuppressionRoleArn"],
        "ReadingRoleName": "ses-reputation-reading",
    }
    owner = config.overrides(f"owner-{OWNER}")
    assert owner == {**roles, "Identities": "orchard.example", "Delegates": f"{COURIER},{HARBOR}"}
    assert config.overrides(f"delegate-{COURIER}") == config.overrides(f"delegate-{HARBOR}") == roles


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("owner", OWNER, "--identity", "not a name"), "'not a name' is no identity: give a domain or an"),
        (("delegate", COURIER, "--owner", HARBOR), f"{HARBOR} is not registered as owner: run"),
    ],
)
def test_what_would_have_no_effect_is_refused_and_nothing_is_written(
    path: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = path.read_text()

    result = run(path, "add", *arguments)

    assert result.exit_code in {1, 2}
    assert said in " ".join(result.output.split())
    assert path.read_text() == before


def test_what_is_written_are_parameters_that_the_templates_take(path: Path) -> None:
    add_all(path)

    config = SamConfig(path)
    templates = {
        "default": read_source(),
        f"owner-{OWNER}": read_template(ROOT / "accounts" / "identity-owner.yaml"),
        f"delegate-{COURIER}": read_template(ROOT / "accounts" / "delegate-sender.yaml"),
    }
    for environment, template in templates.items():
        for name, value in config.overrides(environment).items():
            parameter = template["Parameters"][name]
            assert re.fullmatch(parameter.get("AllowedPattern", ".*"), value), (name, value)


def test_to_add_twice_changes_nothing(path: Path) -> None:
    add_all(path)
    before = path.read_text()
    add_all(path)

    assert path.read_text() == before


def test_comments_stay(path: Path) -> None:
    before = [line for line in path.read_text().splitlines() if line.startswith("#")]
    add_all(path)

    after = path.read_text().splitlines()
    assert [line for line in after if line in before] == before


def test_the_commands_for_both_sides_are_printed_filled_in(path: Path) -> None:
    output = succeed(path, "add", "delegate", COURIER, HARBOR)

    lines = output.splitlines()
    assert "make deploy" in lines
    for account in (COURIER, HARBOR):
        environment = f"delegate-{account}"
        assert f"make connect ENVIRONMENT={environment} PROFILE=profile-of-{account}" in lines
        build = f".aws-sam/{environment}"
        assert f"sam build --template-file accounts/delegate-sender.yaml --build-dir {build}" in lines
        (deploy,) = [line for line in lines if f"--template-file {build}/template.yaml" in line]
        assert "--region us-east-1 --capabilities CAPABILITY_NAMED_IAM" in deploy
        assert f"FeedbackQueueArn={QUEUE}" in deploy


def test_another_region_is_an_environment_of_its_own_without_the_roles(path: Path) -> None:
    succeed(path, "add", "owner", OWNER, "--identity", "orchard.example")
    succeed(path, "add", "owner", OWNER, "--identity", "orchard.example", "--region", "af-south-1")

    config = SamConfig(path)
    assert config.value(f"owner-{OWNER}-af-south-1", "global", "region") == "af-south-1"
    assert config.overrides(f"owner-{OWNER}-af-south-1") == {
        "FeedbackQueueArn": QUEUE,
        "SesEventBusArn": BUS,
        "Identities": "orchard.example",
    }
    assert config.overrides("default")["OptInRegions"] == "af-south-1"


def test_the_ledgers_own_account_in_another_region_needs_a_stack_and_no_role(path: Path) -> None:
    succeed(path, "add", "owner", LEDGER, "--identity", "orchard.example", "--region", "eu-west-1")

    config = SamConfig(path)
    assert "OwnerAccounts" not in config.overrides("default")
    assert "ReadSesStatisticsRoleArn" not in config.overrides(f"owner-{LEDGER}-eu-west-1")


def test_an_account_that_is_owner_and_delegate_has_the_roles_once(path: Path) -> None:
    succeed(path, "add", "owner", OWNER, "--identity", "orchard.example")
    succeed(path, "add", "delegate", OWNER)

    assert "ReadSesStatisticsRoleArn" not in SamConfig(path).overrides(f"delegate-{OWNER}")


def test_an_external_id_that_is_deployed_is_kept(path: Path, connection: SimpleNamespace) -> None:
    connection.stack.parameters = {"ExternalId": "known", "Protection": "enforce"}
    succeed(path, "add", "delegate", COURIER)

    given = SamConfig(path).overrides(f"delegate-{COURIER}")
    assert (given["ExternalId"], given["ProtectionRoleName"]) == ("known", "ses-reputation-protection")
    assert given["AssessReputationRoleArn"] == OUTPUTS["AssessReputationRoleArn"]


def test_a_program_reads_what_was_registered_and_what_to_run(path: Path) -> None:
    document = json.loads(succeed(path, "add", "delegate", COURIER, "--json"))

    (account,) = document["accounts"]
    assert (account["account"], account["environment"]) == (COURIER, f"delegate-{COURIER}")
    assert (document["deploy"], document["parameters"]) == ("make deploy", None)
    assert account["connect"] == f"make connect ENVIRONMENT=delegate-{COURIER} PROFILE=profile-of-{COURIER}"
    assert account["or_there"][0].startswith("sam build --template-file accounts/delegate-sender.yaml")
    assert undocumented(document, account) == set()


def test_a_delegate_that_leaves_is_taken_out_of_the_ledger_and_of_the_owners_delegates(path: Path) -> None:
    before = path.read_text()
    add_all(path)
    printed = succeed(path, "remove", "delegate", COURIER)

    config = SamConfig(path)
    assert config.overrides("default")["DelegateAccounts"] == HARBOR
    assert config.overrides(f"owner-{OWNER}")["Delegates"] == HARBOR
    assert f"delegate-{COURIER}" not in environments(path)
    assert f"delegate-{HARBOR}" in environments(path)
    assert path.read_text().startswith(before.split("parameter_overrides")[0])
    commands = [line.strip() for line in printed.splitlines() if line.startswith("   ")]
    # Its right to send goes first, and its stack last: in between its feedback still comes, and counts.
    in_order = [
        f"make connect ENVIRONMENT=owner-{OWNER} PROFILE=profile-of-{OWNER}",
        f"ses-reputation feeds --stack ses-reputation --account {COURIER}",
        "make deploy",
        f"sam delete --stack-name ses-reputation-delegate --region us-east-1 --profile profile-of-{COURIER}",
    ]
    assert [command for command in commands if command in in_order] == in_order


def test_the_last_of_a_role_leaves_an_empty_list_behind(path: Path) -> None:
    """A parameter that is not given keeps its value (AWS SAM CLI, `sam deploy`): so it is given, empty."""
    succeed(path, "add", "delegate", COURIER)
    succeed(path, "remove", "delegate", COURIER)

    assert SamConfig(path).overrides("default")["DelegateAccounts"] == ""
    pattern = read_source()["Parameters"]["DelegateAccounts"]["AllowedPattern"]
    assert re.fullmatch(pattern, "")


def test_all_that_was_added_for_an_account_is_taken_out_in_every_region(path: Path) -> None:
    succeed(path, "add", "owner", OWNER, "--identity", "orchard.example")
    succeed(path, "add", "owner", OWNER, "--identity", "orchard.example", "--region", "eu-west-1")
    document = json.loads(succeed(path, "remove", "owner", OWNER, "--json"))

    assert [each for each in environments(path) if OWNER in each] == []
    assert [(each["region"], each["environment"]) for each in document["stacks"]] == [
        ("us-east-1", f"owner-{OWNER}"),
        ("eu-west-1", f"owner-{OWNER}-eu-west-1"),
    ]
    assert document["steps"][0]["commands"] == [
        "ses-reputation feeds --stack ses-reputation --identity orchard.example"
    ]
    assert undocumented(document, *document["stacks"], *document["steps"]) == set()


def test_the_roles_of_an_account_that_stays_in_its_other_role_move_to_that_stack(path: Path) -> None:
    succeed(path, "add", "delegate", OWNER)
    succeed(path, "add", "owner", OWNER, "--identity", "orchard.example")
    assert "ReadSesStatisticsRoleArn" not in SamConfig(path).overrides(f"owner-{OWNER}")

    document = json.loads(succeed(path, "remove", "delegate", OWNER, "--json"))

    given = SamConfig(path).overrides(f"owner-{OWNER}")
    assert given["ReadSesStatisticsRoleArn"] == OUTPUTS["ReadSesStatisticsRoleArn"]
    assert given["Identities"] == "orchard.example"
    # IAM's names are taken until the stack that made the roles is deleted.
    deletion, making = document["steps"][-2:]
    assert deletion["commands"][0].startswith("sam delete --stack-name ses-reputation-delegate")
    assert making["commands"] == [f"make connect ENVIRONMENT=owner-{OWNER} PROFILE=profile-of-{OWNER}"]


def said_at(path: Path, *arguments: str) -> str:
    """What the steps of a removal say, without their commands."""
    document = json.loads(succeed(path, "remove", *arguments, "--json"))
    return " ".join(step["what"] for step in document["steps"])


def test_of_an_account_that_stays_in_its_other_role_nothing_is_said_to_be_refused(path: Path) -> None:
    """OwnerAccounts and DelegateAccounts are one list for the queue and the roles (template.yaml)."""
    succeed(path, "add", "owner", OWNER, "--identity", "orchard.example")
    succeed(path, "add", "delegate", OWNER)
    said = said_at(path, "owner", OWNER)

    assert "refuses" not in said
    assert "not counted any more" not in said
    assert f"{OWNER} stays a delegate: its topics count for its own mail alone after the next step." in said
    assert (
        f"Update the ledger: {OWNER} stays registered, so its queue and its roles stay as they are." in said
    )
    succeed(path, "add", "owner", OWNER, "--identity", "orchard.example")
    assert f"{OWNER} stays an owner: its topics count as before" in said_at(path, "delegate", OWNER)


def test_of_several_accounts_those_that_stay_are_named(path: Path) -> None:
    add_all(path)
    succeed(path, "add", "delegate", OWNER)
    said = said_at(path, "delegate", COURIER, OWNER)

    assert f"After the next step, what its topics publish is not counted any more. {OWNER} stays an" in said
    assert f"its queue refuses that account's topics, and its roles leave it. They keep {OWNER}." in said


def test_the_ledgers_own_account_stays_an_owner_whatever_stack_of_it_goes(path: Path) -> None:
    succeed(path, "add", "owner", LEDGER, "--identity", "orchard.example", "--region", "eu-west-1")
    said = said_at(path, "owner", LEDGER)

    assert f"{LEDGER} stays an owner: its topics count as before" in said
    assert "refuses" not in said


def test_an_account_that_is_named_twice_has_its_steps_once(path: Path) -> None:
    add_all(path)
    document = json.loads(succeed(path, "remove", "delegate", COURIER, COURIER, "--json"))

    assert document["accounts"] == [COURIER]
    commands = [command for step in document["steps"] for command in step["commands"]]
    assert len(commands) == len(set(commands)) == 4


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"IdentityOwners": f"orchard.example={OWNER}"}, "Take it out of IdentityOwners too, in samconfig"),
        (
            {"AccountNames": f"{HARBOR}=Harbor,{OWNER}=Orchard", "AccountVolumeWindows": f"{OWNER}=5000"},
            "Take it out of AccountNames and AccountVolumeWindows too, in samconfig.toml.",
        ),
        ({"AccountNames": f"{HARBOR}=Harbor", "IdentityOwners": f"a.example={HARBOR}"}, ""),
    ],
)
def test_parameters_that_still_name_the_account_are_named(
    path: Path, connection: SimpleNamespace, parameters: dict[str, str], named: str
) -> None:
    succeed(path, "add", "owner", OWNER, "--identity", "orchard.example")
    connection.stack.parameters = parameters
    said = said_at(path, "owner", OWNER)

    assert (named in said) if named else ("Take it out" not in said)


def test_a_name_of_an_account_that_stays_is_kept_and_its_identities_are_not(
    path: Path, connection: SimpleNamespace
) -> None:
    succeed(path, "add", "owner", OWNER, "--identity", "orchard.example")
    succeed(path, "add", "delegate", OWNER)
    connection.stack.parameters = {
        "AccountNames": f"{OWNER}=Orchard",
        "IdentityOwners": f"orchard.example={OWNER}",
    }

    assert "Take it out of IdentityOwners too" in said_at(path, "owner", OWNER)


def test_an_account_that_is_not_registered_in_the_role_is_named_and_nothing_changes(path: Path) -> None:
    add_all(path)
    before = path.read_text()

    result = run(path, "remove", "delegate", HARBOR, OWNER)

    assert result.exit_code == 1
    assert f"Nothing was taken out: {OWNER} is not registered as delegate." in result.stderr
    assert f"Registered are: {COURIER}, {HARBOR}." in result.stderr
    assert path.read_text() == before


def test_an_account_that_samconfig_does_not_describe_is_taken_out_of_the_list(
    path: Path, connection: SimpleNamespace
) -> None:
    connection.stack.parameters = {"DelegateAccounts": f"{COURIER},{HARBOR}"}

    document = json.loads(succeed(path, "remove", "delegate", COURIER, "--json"))

    assert SamConfig(path).overrides("default")["DelegateAccounts"] == HARBOR
    (stack,) = document["stacks"]
    assert (stack["environment"], stack["stack_name"]) == (None, "ses-reputation-delegate")


ORGANIZATION = {"OrganizationId": "o-exampleorgid"}


@pytest.fixture
def organization(connection: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Iterator[AccountParameters]:
    """A ledger with an organization, and its accounts in Parameter Store."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("ssm", region_name="us-east-1")
        connection.clients = SimpleNamespace(connect={"ssm": client}.__getitem__)
        connection.stack.parameters = ORGANIZATION
        yield AccountParameters(client, path_of("ses-reputation"))


def test_with_an_organization_accounts_are_registered_in_parameter_store_and_not_in_lists(
    path: Path, organization: AccountParameters
) -> None:
    add_all(path)
    succeed(path, "add", "delegate", OWNER)

    assert organization.read() == {OWNER: "delegate,owner", COURIER: "delegate", HARBOR: "delegate"}
    given = SamConfig(path).overrides("default")
    assert not given.keys() & {"OwnerAccounts", "DelegateAccounts"}
    assert f"delegate-{COURIER}" in environments(path)


def test_with_an_organization_the_command_that_takes_an_account_out_is_printed_and_not_run(
    path: Path, organization: AccountParameters
) -> None:
    add_all(path)
    succeed(path, "add", "delegate", OWNER)
    before = organization.read()

    document = json.loads(succeed(path, "remove", "delegate", COURIER, OWNER, "--json"))

    assert organization.read() == before
    name = "--name /ses-reputation/ses-reputation/accounts"
    there = f"--region us-east-1 --profile profile-of-{LEDGER}"
    put = f"aws ssm put-parameter {name}/{OWNER} {there} --value owner --type String --overwrite"
    steps = {step["what"]: step["commands"] for step in document["steps"]}
    assert steps["The ledger believes its topics no more."] == [
        f"aws ssm delete-parameter {name}/{COURIER} {there}"
    ]
    assert steps["It stays registered as owner, and no more as delegate."] == [put]


def test_to_put_an_account_twice_writes_nothing(
    path: Path, organization: AccountParameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_all(path)
    monkeypatch.setattr(AccountParameters, "put", lambda *_: pytest.fail("it wrote"))

    add_all(path)
    assert organization.read().keys() == {OWNER, COURIER, HARBOR}


def test_the_ledger_is_deployed_only_where_it_has_not_got_its_parameters_yet(
    path: Path, organization: AccountParameters, connection: SimpleNamespace
) -> None:
    first = succeed(path, "add", "delegate", COURIER)
    connection.stack.parameters = {**ORGANIZATION, **SamConfig(path).overrides("default")}
    second = succeed(path, "add", "delegate", HARBOR)

    assert "make deploy" in first
    assert "make deploy" not in second
    assert f"make connect ENVIRONMENT=delegate-{HARBOR}" in second
    assert "/ses-reputation/ses-reputation/accounts in Parameter Store registers" in " ".join(second.split())
    assert organization.read().keys() == {COURIER, HARBOR}


def test_accounts_of_parameter_store_are_listed_and_a_value_that_registers_nobody_is_named(
    path: Path,
    organization: AccountParameters,
    connection: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    organization.put(COURIER, ["delegate"])
    organization.put(HARBOR, ["sender"])
    connection.assessments = SimpleNamespace(senders=list)
    monkeypatch.setattr(accounts, "read_mail", lambda *_: SimpleNamespace(hours=[], days=[]))

    listed = json.loads(succeed(path, "list", "--json"))["accounts"]
    assert [(each["account"], each["role"]) for each in listed] == [
        (LEDGER, "owner"),
        (COURIER, "delegate"),
    ]
    printed = " ".join(succeed(path, "list").split())
    assert f"Parameter Store says sender of {HARBOR}: it takes owner, delegate, or both." in printed


def test_an_account_for_which_the_ledger_has_no_room_is_not_registered(
    path: Path, connection: SimpleNamespace
) -> None:
    connection.stack.parameters = {"DelegateAccounts": ",".join(f"{each:012d}" for each in range(1, 259))}
    before = path.read_text()
    result = run(path, "add", "delegate", COURIER)

    assert result.exit_code != 0
    said = re.sub(r"\s+", " ", re.sub("[│╭╮╰╯─]", "", result.output))
    assert "Nothing was registered. 259 accounts besides the ledger's own" in said
    assert path.read_text() == before


def test_a_window_of_an_account_that_is_none_is_named_before_anything_is_registered(path: Path) -> None:
    config = SamConfig(path)
    config.set_overrides("default", {"AccountVolumeWindows": f"{COURIER}=12,378"})
    config.save()
    before = path.read_text()

    result = run(path, "add", "delegate", COURIER)

    assert result.exit_code != 0
    said = re.sub(r"\s+", " ", re.sub("[│╭╮╰╯─]", "", result.output))
    assert "Nothing was registered. AccountVolumeWindows is '378': it takes volumes such as" in said
    assert path.read_text() == before


def test_a_window_of_an_account_stays_where_accounts_are_registered(path: Path) -> None:
    config = SamConfig(path)
    config.set_overrides("default", {"AccountVolumeWindows": f"{COURIER}=12378,{HARBOR}/eu-west-1=500"})
    config.save()

    succeed(path, "add", "delegate", COURIER)

    overrides = SamConfig(path).overrides("default")
    assert overrides["AccountVolumeWindows"] == f"{COURIER}=12378,{HARBOR}/eu-west-1=500"
    assert overrides["DelegateAccounts"] == COURIER


def test_a_ledger_of_another_environment_has_accounts_of_its_own(path: Path) -> None:
    succeed(path, "add", "delegate", COURIER, "--environment", "prod")

    assert f"prod-delegate-{COURIER}" in environments(path)
    assert "DelegateAccounts" not in SamConfig(path).overrides("default")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "owner", "1234"), "is no AWS account"),
        (
            ("add", "delegate", COURIER, "--region", "cn-north-1"),
            "SNS does not deliver from one to the other",
        ),
        (("add", "delegate", COURIER, "--region", "nowhere"), "'nowhere' is no Region of AWS: give one"),
        (("add", "delegate", COURIER, "--environment", "none"), "has no environment none"),
        (("add", "delegate", LEDGER), "needs no registration"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    path: Path, arguments: tuple[str, ...], says: str
) -> None:
    before = path.read_text()
    result = run(path, *arguments)

    assert result.exit_code != 0
    assert says in re.sub(r"\s+", " ", re.sub("[│╭╮╰╯─]", "", result.output))
    assert path.read_text() == before


def test_accounts_are_listed_with_what_was_heard_of_them(
    path: Path, connection: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_all(path)
    connection.stack.parameters = SamConfig(path).overrides("default")
    connection.assessments = SimpleNamespace(senders=list)
    monkeypatch.setattr(accounts, "read_mail", lambda *_: SimpleNamespace(hours=[], days=[]))

    fields = json.loads(succeed(path, "list", "--json"))
    assert [(each["account"], each["role"], each["state"]) for each in fields["accounts"]] == [
        (OWNER, "owner", "waiting"),
        (LEDGER, "owner", "not_connected"),
        (COURIER, "delegate", "waiting"),
        (HARBOR, "delegate", "waiting"),
    ]
    assert "no feedback yet" in succeed(path, "list")


def mail_seen(account: str, hours_ago: int, **coverage: int) -> Balance:
    sender_hour = SenderHour(account, "us-east-1", "orchard.example", hour_back(NOW, hours_ago))
    of_set = {"transactional": {"delivered": coverage}}
    outcomes = {"delivered_within_10s": sum(coverage.values())}
    # Identities' topics report no sends.
    if coverage.keys() != {"owner_only"}:
        outcomes["sent"] = outcomes["delivered_within_10s"]
    counts = {"transactional": {"other": outcomes}}
    return posted_balance(sender_hour, counts=counts, coverage=of_set)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        # Both feeds report the courier's mail; of the harbor's, nothing since five days.
        (
            [mail_seen(COURIER, 3, both=10), mail_seen(HARBOR, 5 * 24, both=10)],
            [("connected", "2026-11-22T07"), ("connected", "2026-11-22T07"), ("silent", "2026-11-17")],
        ),
        # The owner's topic alone reports: the delegate's own was never heard of.
        (
            [mail_seen(COURIER, 3, owner_only=10)],
            [("connected", "2026-11-22T07"), ("waiting", None), ("waiting", None)],
        ),
        # The other way about.
        (
            [mail_seen(COURIER, 3, sender_only=10)],
            [("waiting", None), ("connected", "2026-11-22T07"), ("waiting", None)],
        ),
    ],
)
def test_the_list_says_who_is_connected_silent_or_waited_for(
    path: Path,
    connection: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    seen: list[Balance],
    expected: list[tuple[str, str | None]],
) -> None:
    add_all(path)
    connection.stack.parameters = SamConfig(path).overrides("default")
    connection.assessments = Ledger(NOW, seen)
    monkeypatch.setattr(accounts, "current_time", lambda: NOW)

    listed = json.loads(succeed(path, "list", "--json"))["accounts"]
    states = {each["account"]: (each["state"], each["last_reported"]) for each in listed}
    assert [states[account] for account in (OWNER, COURIER, HARBOR)] == expected
    printed = re.sub(r"\s+", " ", succeed(path, "list"))
    assert "Connected: the ledger's queue has a confirmed subscription of a topic there" in printed


def test_the_doctor_reads_where_accounts_have_stacks_before_any_mail_came(
    path: Path, connection: SimpleNamespace
) -> None:
    add_all(path)
    succeed(path, "add", "delegate", COURIER, "--region", "eu-west-1")
    connection.registered_accounts = (LEDGER, OWNER, COURIER)
    connection.registry = Registry(frozenset({OWNER}), frozenset({COURIER}))
    connection.output = {**OUTPUTS, "FeedbackQueueUrl": "https://queue"}.__getitem__

    places = registered_places(path, connection)  # type: ignore[arg-type]
    # The harbor is in the file, and the stack has not registered it yet.
    assert places == {(OWNER, "us-east-1"), (COURIER, "us-east-1"), (COURIER, "eu-west-1")}
    everywhere = [(LEDGER, "us-east-1"), (OWNER, "us-east-1"), (COURIER, "us-east-1")]
    scope = scope_of(connection, [], [], places)  # type: ignore[arg-type]
    assert list(scope.places) == [*everywhere, (COURIER, "eu-west-1")]
    chosen = scope_of(connection, [], ["us-east-1"], places)  # type: ignore[arg-type]
    assert list(chosen.places) == everywhere


def test_a_ledger_without_a_file_or_of_another_name_has_no_such_places(
    path: Path, connection: SimpleNamespace
) -> None:
    add_all(path)
    connection.registered_accounts = (LEDGER, OWNER)
    assert registered_places(path.parent / "none.toml", connection) == set()  # type: ignore[arg-type]
    connection.stack.name = "another-ledger"
    assert registered_places(path, connection) == set()  # type: ignore[arg-type]


def test_the_page_on_the_command_line_shows_what_is_printed(
    path: Path, connection: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(accounts, "current_time", lambda: NOW)
    connection.stack.parameters = {"ExternalId": "3f0b6a4c9d1e8275"}
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")

    added = succeed(path, "add", "owner", OWNER, "--identity", "orchard.example")
    assert f"accounts add owner {OWNER} --identity orchard.example\n{shown(added)}\n```" in page

    succeed(path, "add", "delegate", COURIER, HARBOR)
    connection.stack.parameters = SamConfig(path).overrides("default")
    connection.assessments = Ledger(NOW, [mail_seen(COURIER, 3, both=10), mail_seen(HARBOR, 120, both=10)])
    assert f"$ ses-reputation accounts list\n{shown(succeed(path, 'list'))}\n```" in page
    fields = json.loads(succeed(path, "list", "--json"))["accounts"]
    assert undocumented(*fields) == set()

    removed = succeed(path, "remove", "delegate", COURIER)
    assert f"accounts remove delegate {COURIER}\n{shown(removed)}\n```" in page


def shown(printed: str) -> str:
    return "\n".join(line.rstrip() for line in printed.splitlines()).strip()
