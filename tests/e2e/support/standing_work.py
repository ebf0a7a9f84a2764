"""Work that makes a deployed stack use what it needs for standings: assess, publish, protect, read rates.

As in e2e_work, each piece is put in by a function that takes a Trial and returns a check that it was
done. It has an identity, or an account's Region, of its own.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from console.local_aws.clients import Clients, Credentials
from console.local_aws.deployment import Stack
from console.local_aws.emulator import LocalAws
from console.local_aws.schedules import start_on_schedule
from ses_reputation.feedback.origins import AccountHour
from ses_reputation.hours import day_of
from ses_reputation.ledger.balance import BalanceCounts
from ses_reputation.ledger.balance_store import Balance
from ses_reputation.ledger.pieces import pack_figures
from ses_reputation.ledger.segments import Segment
from ses_reputation.ledger.shards import Shard
from ses_reputation.rollup.entities import SenderIdentity, identity_entity
from ses_reputation.rollup.keys import day_partition, sender_key
from ses_reputation.standing.keys import STANDINGS
from ses_reputation.statistics.keys import DIAGNOSES, SENDERS, STATISTICS
from tests.e2e.support.trials import Trial, key_of_item
from tests.support.account_stack import AccountStack
from tests.support.notifications import DELEGATE, OWNER
from tests.support.posted_rows import rows_of_posting

Check = Callable[[], bool]

ASSESSMENT, STATISTICS_FUNCTION = "AssessReputationFunction", "ReadSesStatisticsFunction"
REGION = "us-east-1"
CONFIGURATION_SET = "newsletter"
SENDS = 100
# Of a hundred: worth watching beyond chance, and enough for SES to pause an account.
WATCHED, PAUSED = 11, 40
# Whoever is to be paused sends where nobody sent before.
_REGIONS = (
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "us-west-2",
    "ap-south-1",
    "ap-southeast-2",
    "sa-east-1",
)
_numbers = count()
# Younger days are not stored yet.
_FIRST_STORED_DAY = 3


def assess_an_entity(trial: Trial) -> Check:
    """Mail of a new identity gets it a state, and what it sent on a day that is over is stored."""
    identity = send_badly(trial)
    days_ago = _FIRST_STORED_DAY + next(_numbers)
    post_balance(trial, SenderIdentity(DELEGATE, REGION, identity), WATCHED, 24 * days_ago)
    day = day_of(datetime.now(UTC) - timedelta(days=days_ago))
    start(trial, ASSESSMENT)
    return lambda: (
        has_item(trial, STANDINGS, identity_entity(identity).key)
        and has_item(trial, day_partition(DELEGATE, REGION), day)
    )


def forget_a_sender(trial: Trial) -> Check:
    """A sender of whom no mail is known leaves the registry."""
    sender = sender_key(SenderIdentity(DELEGATE, REGION, f"{uuid4().hex}.example.com"))
    table = trial.stack.resources["LedgerTable"]
    trial.aws.clients().dynamodb.put_item(TableName=table, Item=key_of_item(SENDERS, sender))
    start(trial, ASSESSMENT)
    return lambda: not has_item(trial, SENDERS, sender)


def alert_people(trial: Trial) -> Check:
    """A standing that changes is published to whoever is subscribed to the topic."""
    identity = send_badly(trial)
    start(trial, ASSESSMENT)
    return lambda: trial.audience.has_alert(identity)


def notify_programs(trial: Trial) -> Check:
    """A standing that changes is published to the targets of a rule on the bus."""
    identity = send_badly(trial)
    start(trial, ASSESSMENT)
    return lambda: trial.audience.has_event(identity)


def pause_own_set(trial: Trial) -> Check:
    """The ledger account's own configuration set is paused for what it did."""
    return _pause(trial, OWNER)


def pause_a_delegates_set(trial: Trial) -> Check:
    """A delegate's configuration set is paused through the role in its account."""
    return _pause(trial, DELEGATE)


def read_own_statistics(trial: Trial) -> Check:
    """What SES counted for the ledger account is kept."""
    return _read_statistics(trial, OWNER)


def read_a_delegates_statistics(trial: Trial) -> Check:
    """What SES counted for a delegate is read through the role in its account, and kept."""
    return _read_statistics(trial, DELEGATE)


def check_own_setup(trial: Trial) -> Check:
    """What is wrong with how the ledger account is set up is looked for, and kept."""
    dynamodb, table = trial.aws.clients().dynamodb, trial.stack.resources["LedgerTable"]
    kept = f"{OWNER}#{REGION}"
    dynamodb.delete_item(TableName=table, Key=key_of_item(DIAGNOSES, kept))
    start(trial, STATISTICS_FUNCTION)
    return lambda: has_item(trial, DIAGNOSES, kept)


def send_badly(trial: Trial) -> str:
    """Post a balance of a new identity that is worth watching; return the identity."""
    identity = f"{uuid4().hex}.example.com"
    post_balance(trial, SenderIdentity(DELEGATE, REGION, identity), WATCHED)
    return identity


def post_balance(trial: Trial, sender: SenderIdentity, hard_bounces: int, hours_ago: int = 1) -> None:
    """Put the balance of a whole hour into the ledger, as posting would, in a segment of its own."""
    now = datetime.now(UTC)
    hour = f"{now - timedelta(hours=hours_ago):%Y-%m-%dT%H}"
    counts = {
        "sent": SENDS,
        "bounced_permanent_general": hard_bounces,
        "delivered_within_10s": SENDS - hard_bounces,
    }
    figures = {sender.identity: BalanceCounts({CONFIGURATION_SET: {"other": counts}}, {}, {})}
    shard = Shard(Segment(AccountHour(sender.account, sender.region, hour), next(_numbers)))
    balance = Balance(shard, pack_figures(figures), 1, 1.0, now)
    for row in rows_of_posting(balance):
        table = trial.stack.resources["LedgerTable"]
        trial.aws.clients().dynamodb.put_item(TableName=table, Item=row)


def start(trial: Trial, function: str) -> None:
    """Let a function's own schedule start it."""
    name = trial.stack.resources[function]
    configuration = trial.aws.clients().functions.get_function_configuration(FunctionName=name)
    start_on_schedule(trial.aws, configuration["FunctionArn"])


def has_item(trial: Trial, partition: str, sort: str) -> bool:
    """Whether the ledger holds an item."""
    answer = trial.aws.clients().dynamodb.get_item(
        TableName=trial.stack.resources["LedgerTable"], Key=key_of_item(partition, sort), ConsistentRead=True
    )
    return "Item" in answer


def is_remembered(text: str) -> Callable[[Trial], Check]:
    """A state names a refusal: what protection could not do, it remembers and publishes."""

    def watch(trial: Trial) -> Check:
        before = _count_states(trial, text)
        return lambda: _count_states(trial, text) > before

    return watch


def _count_states(trial: Trial, text: str) -> int:
    answer = trial.aws.clients().dynamodb.query(
        TableName=trial.stack.resources["LedgerTable"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": STANDINGS}},
        ConsistentRead=True,
    )
    return sum(text in json.dumps(row["state"]["S"]) for row in answer["Items"])


def _pause(trial: Trial, account: str) -> Check:
    region = _REGIONS[next(_numbers) % len(_REGIONS)]
    ses = Clients.at_endpoint(trial.aws.endpoint_url, region, Credentials.of_account(account)).sesv2
    ses.create_configuration_set(ConfigurationSetName=CONFIGURATION_SET)
    post_balance(trial, SenderIdentity(account, region, f"{uuid4().hex}.example.com"), PAUSED)
    start(trial, ASSESSMENT)

    def is_paused() -> bool:
        found = ses.get_configuration_set(ConfigurationSetName=CONFIGURATION_SET)
        return not found["SendingOptions"]["SendingEnabled"]

    return is_paused


def _read_statistics(trial: Trial, account: str) -> Check:
    dynamodb, table = trial.aws.clients().dynamodb, trial.stack.resources["LedgerTable"]
    registered = sender_key(SenderIdentity(account, REGION, "example.com"))
    dynamodb.put_item(TableName=table, Item=key_of_item(SENDERS, registered))
    kept = f"{account}#{REGION}"
    dynamodb.delete_item(TableName=table, Key=key_of_item(STATISTICS, kept))
    start(trial, STATISTICS_FUNCTION)
    return lambda: has_item(trial, STATISTICS, kept)


def make_roles(aws: LocalAws, stack: Stack, account: str) -> None:
    """Deploy accounts/identity-owner.yaml in another account, whose roles let the stack's functions in."""
    given = (
        "FeedbackQueueArn",
        "ReadSesStatisticsRoleArn",
        "ExportSuppressionRoleArn",
        "AssessReputationRoleArn",
    )
    connected = AccountStack(aws, account, "identity-owner")
    outputs = connected.create(
        ExternalId=stack.parameters["ExternalId"], **{name: stack.outputs[name] for name in given}
    )
    roles = ("ReadingRoleName", "ProtectionRoleName")
    assert {name: outputs[name] for name in roles} == {name: stack.parameters[name] for name in roles}
