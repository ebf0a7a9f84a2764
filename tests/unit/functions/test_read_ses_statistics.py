"""The function as EventBridge Scheduler calls it, over moto's AWS."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any, NoReturn

import boto3
import pytest
from moto import mock_aws

from functions.read_ses_statistics import app
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.doctor.facts.listing import Listing, Unread
from ses_reputation.doctor.facts.sending import AccountState, ConfigurationSet, Place
from ses_reputation.doctor.facts.setup import Setup
from ses_reputation.doctor.reading.asking import Asker, CallPace
from ses_reputation.doctor.reading.messaging import ConnectTo
from ses_reputation.doctor.reading.scope import SetupScope
from ses_reputation.errors import SettingsError, UnavailableError
from ses_reputation.registration.store import AccountParameters
from ses_reputation.statistics.decisions import SesDecision
from ses_reputation.statistics.reading_decisions import DecisionsOutcome
from ses_reputation.statistics.send_statistics import AccountRegion, HourTotals, SendStatistics
from ses_reputation.statistics.unheard_channels import ChannelNames, ChannelsOutcome
from ses_reputation.stored_json import read_as
from tests.support.aws.ledger_table import TABLE, make_table
from tests.support.doctor_facts import HEALTHY, sound_setup
from tests.support.lambda_functions import context_of, prepare

QUEUE = "arn:aws:sqs:us-east-1:111122223333:feedback"
ENVIRONMENT = {
    "LEDGER_TABLE": TABLE,
    "LEDGER_ACCOUNT": "111122223333",
    "STACK_NAME": "prod",
    "OWNER_ACCOUNTS": "111122223333",
    "DELEGATE_ACCOUNTS": "444455556666",
    "FEEDBACK_QUEUE_ARN": QUEUE,
    "FEEDBACK_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/111122223333/feedback",
    "READING_ROLE_NAME": "reading",
    "ALERT_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:alerts",
    "ALARM_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:alarms",
    "EVENT_BUS_NAME": "default",
}
CONTEXT = context_of("read_ses_statistics")
CHECKED = {"checked": 0, "unchecked": 0, "decided": 0, "undecided": 0}
EVENT = {"scheduled_at": "2026-11-22T10:00:00Z"}


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """An AWS with the stack's table, in the ledger's account; gives what the function logs."""
    stream = prepare(app, "read_ses_statistics", ENVIRONMENT, monkeypatch)
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
    forget_clients()
    with mock_aws():
        make_table(boto3.client("dynamodb"))
        yield stream
    forget_clients()


@dataclass
class Channels:
    """Who hears the stack, in memory: moto counts no subscriptions of a topic."""

    found: ChannelsOutcome = field(default_factory=lambda: ChannelsOutcome({}, {}))
    asked: list[ChannelNames] = field(default_factory=list)

    def __call__(self, clients: Any, names: ChannelNames, _now: datetime) -> ChannelsOutcome:
        self.asked.append(names)
        made = (clients.topics, clients.keys, clients.buses)
        asked = [each.meta.service_model.service_name for each in made]
        assert asked == ["sns", "kms", "events"]
        return self.found


@pytest.fixture(autouse=True)
def channels(monkeypatch: pytest.MonkeyPatch) -> Channels:
    """Channels that are all heard, until a test says otherwise."""
    fake = Channels()
    monkeypatch.setattr(app, "find_unheard", fake)
    return fake


@dataclass
class Decisions:
    """What SES decides, in memory: moto knows no reputation entities. It keeps whom it is asked about."""

    states: dict[tuple[str, str], AccountState] = field(default_factory=dict)
    failed: dict[AccountRegion, str] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    asked: list[list[tuple[str, str]]] = field(default_factory=list)

    def __call__(self, *_: Any) -> "Decisions":
        return self

    def read(self, places: Iterable[AccountRegion]) -> DecisionsOutcome:
        self.asked.append([(each.account, each.region) for each in places])
        return DecisionsOutcome(self.states, self.failed, self.unread)


@pytest.fixture(autouse=True)
def decisions(monkeypatch: pytest.MonkeyPatch) -> Decisions:
    """No decisions, until a test says otherwise."""
    fake = Decisions()
    monkeypatch.setattr(app, "DecisionReader", fake)
    return fake


@dataclass
class Setups:
    """The doctor's reader in memory: `read` is what it reads; without it, there is nothing to look at."""

    setup: Setup | None = None
    scopes: list[SetupScope] = field(default_factory=list)
    is_slow: bool = False
    states: list[Mapping[tuple[str, str], AccountState]] = field(default_factory=list)

    def __call__(
        self,
        scope: SetupScope,
        connect: ConnectTo,
        make_pace: Callable[[], CallPace],
        states: Mapping[tuple[str, str], AccountState],
    ) -> Any:
        self.scopes.append(scope)
        self.states.append(states)
        places = scope.places if self.setup else ()

        def read(now: datetime) -> Setup:
            setup = self.setup or sound_setup(places=())
            asker = Asker("reading", make_pace())
            if self.is_slow:
                asker.ask("ses:GetAccount", "444455556666 in us-east-1", lambda: 0)
            return replace(setup, read_at=now, unread=(*setup.unread, *asker.unread))

        return SimpleNamespace(scope=replace(scope, places=places), read=read)


@pytest.fixture(autouse=True)
def setups(monkeypatch: pytest.MonkeyPatch) -> Setups:
    """What the doctor reads in place of AWS: moto has no tenants, and SES takes one call a second."""
    fake = Setups()
    monkeypatch.setattr(app, "SetupReader", fake)
    return fake


def account_at(account: str, **fields: Any) -> Place:
    return Place("aws", account, "us-east-1", HEALTHY, Listing(), Listing(), **fields)


def broken_setup() -> Setup:
    """The delegate's only set publishes nowhere."""
    sets = Listing({"mail": ConfigurationSet("mail", ())})
    delegate = replace(account_at("444455556666"), sets=sets)
    return sound_setup(
        ledger_account="111122223333",
        owners=frozenset({"111122223333"}),
        delegates=frozenset({"444455556666"}),
        places=(account_at("111122223333"), delegate),
        queue=None,
        queue_arn=QUEUE,
        topics=Listing(),
    )


def diagnoses() -> dict[str, list[str]]:
    """What is kept, by account and Region: the names of the diagnoses."""
    kept = AssessmentTable(boto3.client("dynamodb"), TABLE).read_diagnoses()
    return {f"{each.account} {each.region}": [found.name for found in each.found] for each in kept}


def forget_clients() -> None:
    for cached in (app._settings, app._table):
        cached.cache_clear()


def register(*senders: str) -> None:
    for sender in senders:
        item = {"pk": {"S": "SENDERS"}, "sk": {"S": sender}}
        boto3.client("dynamodb").put_item(TableName=TABLE, Item=item)


def stored(place: str) -> SendStatistics | None:
    key = {"pk": {"S": "STATISTICS"}, "sk": {"S": place}}
    row = boto3.client("dynamodb").get_item(TableName=TABLE, Key=key).get("Item")
    return read_as(SendStatistics, json.loads(row["statistics"]["S"])) if row else None


def send_mail(number: int) -> None:
    """Send from the ledger's account, so that moto's SES has something to count."""
    ses: Any = boto3.client("ses")
    ses.verify_email_identity(EmailAddress="news@example.com")
    for _ in range(number):
        ses.send_email(
            Source="news@example.com",
            Destination={"ToAddresses": ["recipient-1@example.net"]},
            Message={"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}},
        )


def publish_rate(value: float, credentials: dict[str, Any]) -> None:
    cloudwatch: Any = boto3.client("cloudwatch", **credentials)
    at = datetime.now(UTC) - timedelta(hours=2)
    metric = {"MetricName": "Reputation.BounceRate", "Value": value, "Timestamp": at}
    cloudwatch.put_metric_data(Namespace="AWS/SES", MetricData=[metric])


def test_the_own_account_is_read_and_kept() -> None:
    register("111122223333#us-east-1#example.com", "111122223333#us-east-1#example.org")
    send_mail(3)
    publish_rate(0.012, {})

    assert app.lambda_handler(EVENT, CONTEXT) == {"read": 1, "skipped": 0, "failed": 0} | CHECKED

    statistics = stored("111122223333#us-east-1")
    assert statistics is not None
    assert sum(hour.delivery_attempts for hour in statistics.hours.values()) == 3
    assert statistics.bounce_rate == 0.012


def test_a_delegates_account_is_read_through_its_role() -> None:
    register("444455556666#us-east-1#example.com")
    role = "arn:aws:iam::444455556666:role/reading"
    lent = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    theirs = {
        "aws_access_key_id": lent["AccessKeyId"],
        "aws_secret_access_key": lent["SecretAccessKey"],
        "aws_session_token": lent["SessionToken"],
    }
    publish_rate(0.031, theirs)

    assert app.lambda_handler(EVENT, CONTEXT) == {"read": 1, "skipped": 0, "failed": 0} | CHECKED
    statistics = stored("444455556666#us-east-1")
    assert statistics is not None
    assert (statistics.bounce_rate, statistics.complaint_rate) == (0.031, None)


def test_without_a_reading_role_other_accounts_are_skipped_and_said_so(
    monkeypatch: pytest.MonkeyPatch, log: StringIO
) -> None:
    monkeypatch.setenv("READING_ROLE_NAME", "")
    register("111122223333#us-east-1#example.com", "444455556666#us-east-1#example.com")

    assert app.lambda_handler(EVENT, CONTEXT) == {"read": 1, "skipped": 1, "failed": 0} | CHECKED
    assert stored("444455556666#us-east-1") is None
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["level"], line["account"], line["region"]) == ("INFO", "444455556666", "us-east-1")


def test_an_account_that_fails_keeps_its_last_reading_and_is_named(
    monkeypatch: pytest.MonkeyPatch, log: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    register("111122223333#us-east-1#example.com", "444455556666#us-east-1#example.com")
    before = SendStatistics("444455556666", "us-east-1", datetime.now(UTC), {"2026-11-21T10": HourTotals(9)})
    app._table().put(before)

    def refuse(*_: Any) -> NoReturn:
        raise UnavailableError("AssumeRole AccessDenied")

    monkeypatch.setattr("ses_reputation.accounts.reach.AccountReach._assume", refuse)

    assert app.lambda_handler(EVENT, CONTEXT) == {"read": 1, "skipped": 0, "failed": 1} | CHECKED
    assert stored("444455556666#us-east-1") == before
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["level"], line["cause"]) == ("ERROR", "AssumeRole AccessDenied")
    (document,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (directive,) = document["_aws"]["CloudWatchMetrics"]
    assert (directive["Namespace"], directive["Dimensions"]) == ("SesReputation", [["service"]])
    assert {metric["Name"]: document[metric["Name"]] for metric in directive["Metrics"]} == {
        "DecisionsRead": [0],
        "StatisticsRead": [1],
        "StatisticsSkipped": [0],
        "StatisticsFailed": [1],
        "PlacesChecked": [0],
        "PlacesUnchecked": [0],
    }


def test_channels_that_nobody_hears_are_counted_and_named_with_what_to_do(
    channels: Channels, log: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    channels.found = ChannelsOutcome({"event bus": "it does not exist"}, {"alarm topic": "Throttled"})

    app.lambda_handler(EVENT, CONTEXT)

    named = [ENVIRONMENT[name] for name in ("ALERT_TOPIC_ARN", "ALARM_TOPIC_ARN", "EVENT_BUS_NAME")]
    assert channels.asked == [ChannelNames(*named)]
    unheard, unknown = (json.loads(line) for line in log.getvalue().splitlines())
    assert (unheard["level"], unheard["channel"], unheard["problem"]) == (
        "ERROR",
        "event bus",
        "it does not exist",
    )
    assert (unknown["level"], unknown["channel"], unknown["cause"]) == ("WARNING", "alarm topic", "Throttled")
    assert json.loads(capsys.readouterr().out)["ChannelsUnheard"] == [1]


@pytest.mark.parametrize("account", ["111122223333", "444455556666"], ids=["own", "other"])
def test_a_region_that_cannot_be_ends_nobody_elses_statistics(account: str, log: StringIO) -> None:
    """`us-east-1-` sorts between the Regions that are read: the account after it is read too."""
    register(f"{account}#us-east-1-#x.example", "111122223333#eu-west-1#example.com")
    register("444455556666#us-west-2#example.com")

    assert app.lambda_handler(EVENT, CONTEXT) == {"read": 2, "skipped": 0, "failed": 1} | CHECKED
    assert stored("111122223333#eu-west-1")
    assert stored("444455556666#us-west-2")
    (line,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (line["level"], line["account"], line["region"]) == ("ERROR", account, "us-east-1-")
    assert line["cause"].endswith(" InvalidRegionError")


def hint(account: str = "444455556666", region: str = "us-east-1", **more: Any) -> dict[str, Any]:
    """An event as EventBridge passes it on: Amazon SES developer guide, "Tenants"."""
    return {
        "version": "0",
        "detail-type": "Sending Status Disabled",
        "source": "aws.ses",
        "account": account,
        "time": "2026-11-22T12:44:28Z",
        "region": region,
        "resources": [f"arn:aws:ses:{region}:{account}:tenant/orchard/tn-1"],
        "detail": {
            "version": "1.0.0",
            "data": {"origin": "AWS_MANAGED", "record": {"status": "DISABLED", "cause": "High bounce rate"}},
        },
        **more,
    }


def test_an_event_of_ses_leads_to_one_question_and_to_nothing_else(
    decisions: Decisions, setups: Setups
) -> None:
    register("444455556666#us-east-1#example.com")

    assert app.lambda_handler(hint(), CONTEXT) == {"decided": 0, "undecided": 0}

    assert decisions.asked == [[("444455556666", "us-east-1")]]
    assert (setups.scopes, stored("444455556666#us-east-1")) == ([], None)


@pytest.mark.parametrize(
    "event", [hint("999999999999"), hint(region="us-east-1.example.net/"), hint(account="", region="")]
)
def test_nobody_else_is_asked_whatever_an_event_says(event: dict[str, Any], decisions: Decisions) -> None:
    app.lambda_handler(event, CONTEXT)

    assert decisions.asked == [[]]


@pytest.mark.parametrize(("read_at", "asks"), [("12:44:29", False), ("12:44:28", True), ("12:40:00", True)])
def test_of_many_events_at_once_the_first_asks_for_all(
    read_at: str, asks: bool, decisions: Decisions
) -> None:
    at = datetime.fromisoformat(f"2026-11-22T{read_at}+00:00")
    app._table().put_decision(SesDecision("444455556666", "us-east-1", at, "HEALTHY", True, True))

    app.lambda_handler(hint(), CONTEXT)

    assert bool(decisions.asked[0]) is asks


def test_a_region_that_an_event_led_to_once_is_asked_every_hour(decisions: Decisions) -> None:
    """Else nobody would hear that a pause there is over."""
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    for account in ("444455556666", "999999999999"):
        app._table().put_decision(SesDecision(account, "eu-west-3", at, "SHUTDOWN", True, True))

    app.lambda_handler(EVENT, CONTEXT)

    (asked,) = decisions.asked
    assert asked[-1] == ("444455556666", "eu-west-3")
    assert "999999999999" not in dict(asked)


def test_the_schedule_asks_about_every_place_and_the_checks_do_not_ask_again(
    decisions: Decisions, setups: Setups
) -> None:
    decisions.states = {("444455556666", "us-east-1"): HEALTHY}

    answer = app.lambda_handler(EVENT, CONTEXT)

    assert decisions.asked == [[("111122223333", "us-east-1"), ("444455556666", "us-east-1")]]
    assert setups.states == [decisions.states]
    assert (answer["decided"], answer["undecided"]) == (1, 0)


def test_decisions_that_cannot_be_read_are_counted_with_the_statistics_and_named(
    decisions: Decisions, log: StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    subject = "111122223333 in us-east-1"
    decisions.failed = {AccountRegion("444455556666", "us-east-1"): "AccessDeniedException"}
    decisions.unread = (Unread("ses:ListReputationEntities", subject, "reading", "AccessDeniedException"),)

    answer = app.lambda_handler(hint(), CONTEXT)

    assert answer == {"decided": 0, "undecided": 1}
    account, tenants = (json.loads(line) for line in log.getvalue().splitlines())
    assert (account["level"], account["account"], account["cause"]) == (
        "ERROR",
        "444455556666",
        "AccessDeniedException",
    )
    assert (tenants["level"], tenants["action"]) == ("WARNING", "ses:ListReputationEntities")
    assert json.loads(capsys.readouterr().out)["StatisticsFailed"] == [1]


def test_a_registry_that_cannot_be_read_fails_the_call() -> None:
    boto3.client("dynamodb").delete_table(TableName=TABLE)

    with pytest.raises(UnavailableError, match="ResourceNotFoundException"):
        app.lambda_handler(EVENT, CONTEXT)


@pytest.mark.parametrize("name", ["LEDGER_TABLE", "LEDGER_ACCOUNT"])
def test_a_missing_variable_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(SettingsError, match=name):
        app.lambda_handler(EVENT, CONTEXT)


def test_what_the_checks_find_is_kept_after_the_statistics(
    setups: Setups, capsys: pytest.CaptureFixture[str]
) -> None:
    register("111122223333#us-east-1#example.com")
    setups.setup = broken_setup()

    answer = app.lambda_handler(EVENT, CONTEXT)

    assert answer == {"read": 1, "skipped": 0, "failed": 0} | CHECKED | {"checked": 2}
    assert diagnoses() == {"111122223333 us-east-1": [], "444455556666 us-east-1": ["set_without_topic"]}
    assert stored("111122223333#us-east-1") is not None
    document = json.loads(capsys.readouterr().out)
    assert (document["PlacesChecked"], document["PlacesUnchecked"]) == ([2], [0])


def test_the_registered_accounts_are_checked_where_mail_is_known_and_in_the_stacks_region(
    setups: Setups,
) -> None:
    register("444455556666#eu-west-1#example.com", "999999999999#us-east-1#example.com")

    app.lambda_handler(EVENT, CONTEXT)

    (scope,) = setups.scopes
    assert scope.places == tuple(
        (account, region)
        for account in ("111122223333", "444455556666")
        for region in ("eu-west-1", "us-east-1")
    )


def test_accounts_of_parameter_store_are_checked_as_they_are_at_each_call(
    setups: Setups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCOUNTS_PATH", "/ses-reputation/prod/accounts")
    forget_clients()
    accounts = AccountParameters(boto3.client("ssm"), "/ses-reputation/prod/accounts")
    accounts.put("222233334444", ["owner"])
    app.lambda_handler(EVENT, CONTEXT)
    accounts.put("777788889999", ["delegate"])
    app.lambda_handler(EVENT, CONTEXT)

    before, after = setups.scopes
    assert before.owners == after.owners == {"111122223333", "222233334444"}
    assert before.delegates == {"444455556666"}
    assert after.delegates == {"444455556666", "777788889999"}
    assert ("777788889999", "us-east-1") in after.places


def test_what_could_not_be_read_is_logged_and_leaves_the_last_diagnoses(
    setups: Setups, log: StringIO
) -> None:
    setups.setup = broken_setup()
    app.lambda_handler(EVENT, CONTEXT)
    log.truncate(0)
    log.seek(0)
    refused = Unread("sts:AssumeRole", "444455556666 in us-east-1", "role reading", "AssumeRole AccessDenied")
    setups.setup = replace(broken_setup(), places=broken_setup().places[:1], unread=(refused,))

    answer = app.lambda_handler(EVENT, CONTEXT)

    assert (answer["checked"], answer["unchecked"]) == (1, 1)
    assert diagnoses()["444455556666 us-east-1"] == ["set_without_topic"]
    unchecked, unread = (json.loads(line) for line in log.getvalue().splitlines())
    assert (unchecked["account"], unchecked["region"], unchecked["cause"]) == (
        *("444455556666", "us-east-1"),
        "NotRead",
    )
    assert (unread["action"], unread["asker"], unread["calls"]) == ("sts:AssumeRole", "role reading", 1)


def test_when_time_runs_out_statistics_are_kept_and_what_was_cut_off_is_not(setups: Setups) -> None:
    register("111122223333#us-east-1#example.com")
    setups.setup = broken_setup()
    setups.is_slow = True

    answer = app.lambda_handler(EVENT, context_of("read_ses_statistics", millis_left=180_000))

    assert answer == {"read": 1, "skipped": 0, "failed": 0} | CHECKED | {"checked": 1, "unchecked": 1}
    assert diagnoses() == {"111122223333 us-east-1": []}


def test_a_fault_of_the_checks_ends_the_call_after_the_statistics_are_kept(
    setups: Setups, monkeypatch: pytest.MonkeyPatch
) -> None:
    register("111122223333#us-east-1#example.com")

    def fail(*_: Any) -> NoReturn:
        raise RuntimeError("a defect")

    monkeypatch.setattr(app, "run_checks", fail)

    with pytest.raises(RuntimeError, match="a defect"):
        app.lambda_handler(EVENT, CONTEXT)
    assert stored("111122223333#us-east-1") is not None
