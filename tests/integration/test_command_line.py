"""The command line as a person runs it: a process of its own, on a stack of its own."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.waiting import HANG_SECONDS

pytestmark = pytest.mark.local_aws

ROOT = Path(__file__).parents[2]
EVENTS = ROOT / "events"
EXPECTED_READINGS = ROOT / "tests" / "unit" / "feedback" / "expected_readings"
OWNER, DELEGATES = "111122223333", ("444455556666", "777788889999")
PARTIES = ("--owner", OWNER, *(part for each in DELEGATES for part in ("--delegate", each)))
EMPTY_BODY = EXPECTED_READINGS / "quarantined" / "unreadable_empty_body.json"
Readings = list[dict[str, Any]]
# Of these an archive's owner is believed, and a queue is not: see tests/unit/feedback/test_public_shapes.py.
OWN_WORD = ("raw_delivery_", "wrapped_event_")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "console.main", *arguments]


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(  # noqa: S603
        command(*arguments),
        cwd=cwd,
        env=variables | environment,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def replayed() -> dict[str, Any]:
    """All of events/, replayed, but for what is read otherwise in an archive than on the queue."""
    files = [path.relative_to(ROOT) for path in sorted(EVENTS.rglob("*")) if path.is_file()]
    names = [str(path) for path in files if not path.name.startswith(OWN_WORD)]
    result = run("replay", *names, *PARTIES, "--own-domain", "corp.example.com", "--json")

    assert result.returncode == 1, result.stderr
    fields: dict[str, Any] = json.loads(result.stdout)
    return fields


@pytest.fixture(scope="module")
def expected() -> Readings:
    """The readings of all of events/, as they were written by hand."""
    files = [path for path in EXPECTED_READINGS.rglob("*.json") if path != EMPTY_BODY]
    files = [path for path in files if not path.name.startswith(OWN_WORD)]
    contents = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return [reading for each in contents for reading in (each if isinstance(each, list) else [each])]


def test_a_replay_conserves_messages(replayed: dict[str, Any]) -> None:
    assert replayed["received"] == (
        replayed["journaled"]
        + sum(replayed["ignored"].values())
        + sum(replayed["quarantined"].values())
        + replayed["failed"]
    )


def test_every_message_of_events_ends_as_its_expected_reading_says(
    replayed: dict[str, Any], expected: Readings
) -> None:
    kinds = Counter(reading["kind"] for reading in expected if reading["reading"] == "ignored")
    reasons = Counter(reading["reason"] for reading in expected if reading["reading"] == "quarantined")
    # SNS has long forgotten the tokens in events/, and events/README.md is no notification.
    reasons["subscription_refused"] = sum(reading["reading"] == "subscription" for reading in expected)
    reasons["unreadable"] += 1
    # SNS signs for topics alone: an envelope that names none is forged, whoever signed it.
    reasons["foreign_topic"] -= 1
    reasons["forged_envelope"] += 1

    assert replayed["ignored"] == kinds
    assert replayed["quarantined"] == reasons
    assert replayed["journaled"] == sum(reading["reading"] == "observed" for reading in expected)
    assert replayed["received"] == len(expected) + 2
    assert replayed["failed"] == 1
    assert replayed["unsent"] == [
        {"file": "events/quarantined/unreadable_empty_body.json", "position": 1, "why": "it is empty"}
    ]


def test_balances_of_events_count_each_distinct_fact_of_the_expected_readings_once(
    replayed: dict[str, Any], expected: Readings
) -> None:
    found: Counter[tuple[str, ...]] = Counter()
    for row in replayed["balances"]:
        for name, providers in row["counts"].items():
            for provider, outcomes in providers.items():
                for outcome, number in outcomes.items():
                    found[(*hour_of(row), name, provider, outcome)] += number

    assert found == expected_counts(expected)


def expected_counts(expected: Readings) -> Counter[tuple[str, ...]]:
    """Distinct facts, each dispatch under the configuration set that any report of it names."""
    names: dict[tuple[str, ...], str] = {}
    facts: set[tuple[str, ...]] = set()
    for reading in expected:
        for each in reading.get("observations", ()):
            dispatch = (*hour_of(reading), reading["message_id"], each["recipient"])
            facts.add((*dispatch, each["provider"], each["outcome"]))
            if reading["configuration_set"]:
                names[dispatch] = reading["configuration_set"]
    return Counter(
        (*fact[:4], names.get(fact[:6], "(none)"), provider, outcome)
        for fact in facts
        for provider, outcome in [fact[6:]]
    )


def hour_of(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("sending_account", "region", "identity", "send_hour"))


def test_facts_older_than_90_days_are_counted_and_marked_late(replayed: dict[str, Any]) -> None:
    long_ago = (datetime.now(UTC) - timedelta(days=91)).strftime("%Y-%m-%dT%H")
    lately = (datetime.now(UTC) - timedelta(days=89)).strftime("%Y-%m-%dT%H")
    for row in replayed["balances"]:
        facts = sum(
            number
            for providers in row["counts"].values()
            for outcomes in providers.values()
            for number in outcomes.values()
        )
        if not long_ago <= row["send_hour"] <= lately:
            assert row["late"] == (facts if row["send_hour"] < long_ago else 0)

    assert any(row["late"] for row in replayed["balances"])


def test_rows_of_a_replay_are_sorted(replayed: dict[str, Any]) -> None:
    rows = [hour_of(row) for row in replayed["balances"]]

    assert rows == sorted(rows)
    assert len(set(rows)) == len(rows)


def test_what_cannot_be_read_is_named_and_the_rest_is_replayed_all_the_same(tmp_path: Path) -> None:
    message = json.dumps(
        {"Type": "Notification", "TopicArn": f"arn:aws:sns:us-east-1:{OWNER}:t", "Message": "x"}
    )
    (tmp_path / "1.ndjson.gz").write_bytes(gzip.compress(f"{message}\n{message}\n".encode()))
    (tmp_path / "2.large").write_text(json.dumps({"body": "x" * 1_048_577}))
    (tmp_path / "3.largest").write_text(json.dumps({"body": "x" * 1_048_576}))
    (tmp_path / "4.png").write_bytes(b"\x89PNG\xff\xfe")
    (tmp_path / "5.txt").write_text("recipient-1@example.com said no")

    result = run("replay", str(tmp_path), "--owner", OWNER, "--json")

    fields = json.loads(result.stdout)
    assert result.returncode == 1
    assert (fields["received"], fields["journaled"], fields["failed"]) == (6, 0, 2)
    assert fields["quarantined"] == {"unreadable": 4}
    assert [(Path(each["file"]).name, each["position"]) for each in fields["unsent"]] == [
        ("2.large", 1),
        ("4.png", 1),
    ]
    assert fields["balances"] == []
    assert "recipient-1" not in result.stdout + result.stderr


def test_events_without_envelope_are_believed_and_foreign_topics_are_named() -> None:
    files = ("archives/bare_event.json", "quarantined/foreign_topic_event.json")
    result = run("replay", *(f"events/{name}" for name in files))

    assert result.returncode == 0, result.stderr
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["journaled", "1"] in rows
    assert ["quarantined", "foreign_topic", "1"] in rows
    assert "topics of accounts that are not registered: 999900001111 (1)" in result.stdout
    assert "\x1b" not in result.stdout + result.stderr


def test_the_demo_adds_up_in_plain_text_of_80_columns(tmp_path: Path) -> None:
    result = run("demo", "--mails", "300", "--days", "9", TMPDIR=str(tmp_path))

    assert result.returncode == 0, result.stdout + result.stderr
    assert "\x1b" not in result.stdout
    assert max(len(line) for line in result.stdout.splitlines()) <= 80
    assert re.search(r"(?m)^[0-9,]+ published = .* quarantined \+ 0 failed$", result.stdout)
    assert "tokens expired 1 " in result.stdout
    assert re.search(r"What a subscriber of AlertTopic received: [1-9]\d* alerts", result.stdout)
    assert result.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_the_demos_whole_day_alerts_of_the_delegate_of_the_domain_and_of_the_deferral() -> None:
    result = run("demo", COLUMNS="100")

    assert result.returncode == 0, result.stdout + result.stderr
    alerts = re.findall(r"(?m)^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d:00 (\w+)[:,] (.*?) *$", result.stdout)
    assert [
        (what, *re.findall(r"account \d+|identity [\w.]+|Microsoft", about)) for what, about in alerts
    ] == [
        ("Watch", "account 444455556666"),
        ("Found", "account 444455556666"),
        ("Watch", "identity example.com"),
        ("Found", "identity example.com"),
        ("Found", "Microsoft"),
        ("Review", "account 444455556666"),
        ("Watch", "account 777788889999"),
        ("Found", "account 777788889999"),
        ("Review", "identity example.com"),
        ("Watch", "identity example.org"),
        ("Found", "identity example.org"),
    ]
    assert re.search(r"configuration set promotions, [\d.]+ % of its [\d,]+", result.stdout)
    assert "the ledger holds 99." in result.stdout


@pytest.mark.parametrize("after", ["Deploy template.yaml", "First 12 hours"])
def test_ctrl_c_leaves_no_process_and_no_folder(tmp_path: Path, after: str) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(  # noqa: S603
        command("demo", "--mails", "2000", "--days", "0"),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as demo:
        assert demo.stdout
        assert demo.stderr
        for line in demo.stdout:
            if after in line:
                break
        started = children_of(demo.pid)
        demo.send_signal(signal.SIGINT)
        said = demo.stderr.read()

    assert (demo.returncode, said) == (130, "Stopped.\n")
    assert started
    assert not [process for process in started if is_alive(process)]
    assert list(tmp_path.iterdir()) == []


def children_of(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in listed.split()]


def is_alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()
