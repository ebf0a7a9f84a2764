"""The function that reads statistics, run once on the local AWS: what it finds, the next alert quotes."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from console.local_aws.clients import Credentials
from console.local_aws.emulator import Ministack
from console.local_aws.ses_stand_in.server import SesStandIn
from functions.read_ses_statistics import app
from ses_reputation.assessment.assessment import AssessmentRun, assess_reputation
from ses_reputation.assessment.settings import AssessmentSettings
from ses_reputation.assessment.store import AssessmentTable
from ses_reputation.aws import clients
from ses_reputation.doctor.reading.asking import CallPace
from ses_reputation.protection.mode import ProtectionMode
from ses_reputation.rates.reading import HistoryMemory
from ses_reputation.rates.thresholds import StandingRules
from ses_reputation.rollup.entities import SenderIdentity
from tests.support.aws.ledger_table import TABLE, make_table
from tests.support.aws.sound_setup import IDENTITY, REGION, SoundSetup, build
from tests.support.in_memory.assessment_table import Announced
from tests.support.lambda_functions import context_of, prepare
from tests.support.mail import NOTHING, Reported, balance_of, hour_ago, reported_mail
from tests.support.posted_rows import rows_of_posting

pytestmark = pytest.mark.local_aws
BOTH = Reported(200, bounced=4)
"""Mail of an hour, of which both feeds report the bounces."""


@pytest.fixture
def setup(aws: Ministack, ses: SesStandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundSetup]:
    """A sound setup whose ledger has a table, in the environment of the function, which is not paced."""
    setup = build(aws, ses)
    own = Credentials.of_account(setup.ledger)
    environment = aws.environment() | {
        "AWS_ACCESS_KEY_ID": own.access_key_id,
        "AWS_SECRET_ACCESS_KEY": own.secret_access_key,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "LEDGER_TABLE": TABLE,
        "LEDGER_ACCOUNT": setup.ledger,
        "STACK_NAME": "prod",
        "OWNER_ACCOUNTS": f"{setup.ledger},{setup.owner}",
        "DELEGATE_ACCOUNTS": f"{setup.courier},{setup.harbor}",
        "FEEDBACK_QUEUE_ARN": setup.queue_arn,
        "FEEDBACK_QUEUE_URL": setup.queue_url,
        "READING_ROLE_NAME": "reading",
        "ALERT_TOPIC_ARN": f"arn:aws:sns:{REGION}:{setup.ledger}:alerts",
        "ALARM_TOPIC_ARN": f"arn:aws:sns:{REGION}:{setup.ledger}:alarms",
        "EVENT_BUS_NAME": "default",
    }
    prepare(app, "read_ses_statistics", environment, monkeypatch)
    monkeypatch.setattr(app, "pace_within", lambda _has_time: lambda: CallPace(lambda _seconds: None, 0.0))
    make_table(setup.client(setup.ledger, "dynamodb"))
    for account in (setup.owner, setup.courier, setup.harbor):
        let_the_ledger_read(setup, account)
    for cached in (app._settings, app._table, clients._session):
        cached.cache_clear()
    yield setup
    for cached in (app._settings, app._table, clients._session):
        cached.cache_clear()


def let_the_ledger_read(setup: SoundSetup, account: str) -> None:
    trusted = {"AWS": f"arn:aws:iam::{setup.ledger}:root"}
    trust = {"Statement": [{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}]}
    setup.client(account, "iam").create_role(RoleName="reading", AssumeRolePolicyDocument=json.dumps(trust))


def run_function() -> dict[str, int]:
    """Call the function as its schedule does."""
    counts: dict[str, int] = app.lambda_handler({}, context_of("read_ses_statistics", millis_left=900_000))
    return counts


def post(setup: SoundSetup, hours_ago: int, mail: Reported, now: datetime) -> None:
    """Post what the feeds reported of the courier's mail of an hour."""
    sender = SenderIdentity(setup.courier, REGION, IDENTITY)
    hour = reported_mail(hour_ago(hours_ago, now), replace(mail, name="mail"), sender=sender)
    for row in rows_of_posting(balance_of(hour, now)):
        setup.client(setup.ledger, "dynamodb").put_item(TableName=TABLE, Item=row)


def assess(setup: SoundSetup, now: datetime) -> list[str]:
    """Assess the ledger; return the alerts that are published."""
    table, announced = AssessmentTable(setup.client(setup.ledger, "dynamodb"), TABLE), Announced()
    rules = StandingRules(volume=1_000)
    settings = AssessmentSettings(TABLE, setup.ledger, "prod", "", "", ProtectionMode.REPORT, "", rules)
    run = AssessmentRun(now, lambda: now)
    pausing: Any = None
    outcome = assess_reputation(table, announced, pausing, settings, run, HistoryMemory())
    assert outcome.failed == {}
    return [" ".join(each.text.replace(" \\\n", " ").split()) for each in announced.published]


def test_an_alert_about_a_silent_feed_quotes_the_topic_that_is_closed_to_ses(setup: SoundSetup) -> None:
    topic = setup.topic(setup.courier)
    nobody = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic}
    setup.set_topic_policy(setup.courier, nobody)
    now = datetime.now(UTC)
    for hours_ago in range(9, 5, -1):
        post(setup, hours_ago, BOTH, now)
    for hours_ago in range(5, 2, -1):
        post(setup, hours_ago, replace(BOTH, sender=NOTHING), now)

    answer = run_function()
    (alert,) = (each for each in assess(setup, now) if "has reported nothing since" in each)

    assert (answer["checked"], answer["unchecked"]) == (4, 0)
    assert f"UTC: The policy of topic {topic} does not let SES publish to it. Mend it in account" in alert
    assert f"aws sns set-topic-attributes --region {REGION} --topic-arn {topic}" in alert
    assert "ses-reputation doctor" not in alert


def test_of_a_sound_setup_nothing_is_found_and_an_alert_sends_to_the_doctor(setup: SoundSetup) -> None:
    now = datetime.now(UTC)
    for hours_ago in range(9, 5, -1):
        post(setup, hours_ago, BOTH, now)
    for hours_ago in range(5, 2, -1):
        post(setup, hours_ago, replace(BOTH, sender=NOTHING), now)

    answer = run_function()
    found = AssessmentTable(setup.client(setup.ledger, "dynamodb"), TABLE).read_diagnoses()
    (alert,) = (each for each in assess(setup, now) if "has reported nothing since" in each)

    assert (answer["checked"], answer["unchecked"]) == (4, 0)
    assert [each.found for each in found] == [()] * 4
    assert f"ses-reputation doctor --account {setup.courier} --region {REGION}" in alert
