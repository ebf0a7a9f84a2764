"""Commands that read a stack, while a demo keeps one running."""

import csv
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from console.demo.traffic import DELEGATES, OWNER, InventedTraffic, generate_day
from console.local_aws.clients import Clients, Credentials
from console.local_aws.deployment import KEPT_STACK_NAME, find_stack
from tests.support.notifications import FOREIGN, published
from tests.support.waiting import HANG_SECONDS, await_that

pytestmark = pytest.mark.local_aws

ROOT = Path(__file__).parents[2]
SEED, MAILS = 7, 400


@dataclass(frozen=True, slots=True)
class Kept:
    """A demo that keeps its stack: what it printed, and how to reach the stack as if it were deployed."""

    process: subprocess.Popen[str]
    printed: str
    started_at: datetime
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the stack as on a deployed one: --stack, and credentials in the environment."""
        return run(*arguments, "--stack", KEPT_STACK_NAME, **self.environment)

    def read(self, *arguments: str) -> dict[str, Any]:
        """The JSON that a command prints."""
        result = self.run(*arguments, "--json")
        assert result.returncode == 0, result.stderr
        fields: dict[str, Any] = json.loads(result.stdout)
        assert fields.pop("format_version") == 1
        return fields


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "console.main", *arguments]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(  # noqa: S603
        command,
        cwd=ROOT,
        env=variables | environment,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    started_at = datetime.now(UTC)
    options = ("--mails", str(MAILS), "--days", "0", "--seed", str(SEED), "--keep")
    command = [sys.executable, "-m", "console.main", "demo", *options]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "aws sqs list-queues" in line:
                break
        reach = dict(re.findall(r"(AWS_\w+)=(\S+)", lines[-1]))
        yield Kept(process, "".join(lines), started_at, reach)
        process.send_signal(signal.SIGINT)


def totals(balances: list[dict[str, Any]]) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    for row in balances:
        for providers in row["counts"].values():
            for counts in providers.values():
                outcomes.update(counts)
    return outcomes


def test_balances_are_those_that_the_demo_showed(kept: Kept) -> None:
    (together,) = re.findall(
        r"(?m)^together +([\d,]+) +([\d,]+) .* [\d,-]+ +[\d,-]+ +[\d,-]+ *$", kept.printed
    )
    outcomes = totals(kept.read("balances")["balances"])

    assert outcomes["sent"] == int(together[0].replace(",", ""))
    delivered = sum(number for name, number in outcomes.items() if name.startswith("delivered"))
    assert delivered == int(together[1].replace(",", ""))


def test_an_owners_entity_and_the_senders_entities_hold_the_same_rows(kept: Kept) -> None:
    of_identities = [
        row
        for identity in ("example.com", "example.org")
        for row in kept.read("balances", "--identity", identity)["balances"]
    ]
    of_accounts = [
        row
        for account in (OWNER, *DELEGATES)
        for row in kept.read("balances", "--account", account, "--region", "us-east-1")["balances"]
    ]

    assert of_accounts == kept.read("balances")["balances"]
    assert sorted(of_identities, key=json.dumps) == sorted(of_accounts, key=json.dumps)


def test_hours_bound_balances_on_both_ends(kept: Kept) -> None:
    hours = sorted({row["send_hour"] for row in kept.read("balances")["balances"]})
    bounded = kept.read("balances", "--from", hours[2], "--to", hours[4])["balances"]

    assert {row["send_hour"] for row in bounded} == set(hours[2:5])


def test_entries_are_found_by_recipient_and_by_message(kept: Kept) -> None:
    bounces = [fact for fact in find_day(kept).facts if fact.outcome == "bounced_permanent_general"]

    assert bounces
    for fact in sorted(bounces)[:2]:
        of_recipient = kept.read("entries", "--recipient", f"Somebody <{fact.recipient.upper()}>")["entries"]
        of_message = kept.read("entries", "--message", fact.message_id)["entries"]
        assert of_recipient
        assert [each for each in of_message if each["recipient"] == fact.recipient] == of_recipient
        assert {each["outcome"] for each in of_recipient} >= {fact.outcome}


def find_day(kept: Kept) -> InventedTraffic:
    """The day that the demo invented: it ends with the hour that the demo began in, or with the next."""
    balanced = {
        (row["sending_account"], row["region"], row["identity"], row["send_hour"])
        for row in kept.read("balances")["balances"]
    }
    days = [generate_day(SEED, kept.started_at + timedelta(hours=later), MAILS) for later in (0, 1)]
    return next(day for day in days if {fact[:4] for fact in day.facts} == balanced)


def test_quarantined_messages_are_listed_by_reason_and_shown_whole(kept: Kept) -> None:
    listed = kept.read("quarantine", "list")["quarantined"]
    foreign = kept.read("quarantine", "list", "--reason", "foreign_topic")["quarantined"]

    assert len(listed) == 24
    assert foreign == [each for each in listed if each["reason"] == "foreign_topic"]
    printed = kept.read("quarantine", "show", foreign[0]["key"])
    assert printed["reason"] == "foreign_topic"
    assert json.loads(printed["body"])["TopicArn"] == printed["topic_arn"]
    assert printed["body"] in kept.run("quarantine", "show", foreign[0]["key"]).stdout


def test_a_key_that_is_not_there_is_one_line(kept: Kept) -> None:
    result = kept.run("quarantine", "show", "quarantine/unreadable/2026-01-01/none.json")

    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert "see `quarantine list`" in result.stderr


def test_an_export_adds_a_snapshot_whose_rows_are_the_list(kept: Kept) -> None:
    (before,) = kept.read("suppression", "snapshots")["snapshots"]
    exported = kept.read("suppression", "export")["summary"]["lists"]
    made = kept.read("suppression", "show")["snapshot"]
    rows = list(csv.DictReader(io.StringIO(kept.run("suppression", "list").stdout)))

    assert kept.read("suppression", "snapshots")["snapshots"] == [before, made]
    assert [(each["list"], each["status"], each["total"]) for each in exported] == [
        ("account", "complete", made["total"])
    ]
    assert kept.read("suppression", "show", before["run"])["snapshot"] == before
    assert len({row["EmailAddress"] for row in rows}) == len(rows) == made["total"] == 6_000
    assert Counter(row["Reason"] for row in rows) == made["by_reason"]
    assert kept.read("suppression", "stats")["by_reason"] == made["by_reason"]
    found = kept.read("suppression", "find", rows[4_321]["EmailAddress"].upper())["lists"]
    assert [each["rows"][0]["EmailAddress"] for each in found] == [rows[4_321]["EmailAddress"]]


def test_a_run_that_is_not_there_is_one_line(kept: Kept) -> None:
    result = kept.run("suppression", "show", "20200101T000000Z")

    assert (result.returncode, result.stderr.count("\n")) == (1, 1)


def test_every_command_that_the_kept_stack_names_works(kept: Kept) -> None:
    named = re.findall(r"(?m)^  ses-reputation (.*)$", kept.printed)

    assert f"standing explain --account {DELEGATES[0]}" in named
    # An export is tried above, where the snapshots are counted; pages are served below, until Ctrl-C.
    for command in set(named) - {"suppression export", "serve"}:
        result = kept.run(*command.split())
        assert (result.returncode, result.stderr) == (0, ""), command


def test_the_commands_of_a_page_of_the_kept_stack_work_as_they_are_printed(
    kept: Kept, tmp_path: Path
) -> None:
    assert f"--stack {KEPT_STACK_NAME}" in kept.printed
    assert run("statement", "write", str(tmp_path), "--stack", KEPT_STACK_NAME).returncode == 0
    page = (tmp_path / f"owner-{OWNER}" / "statement.html").read_text(encoding="utf-8")
    printed = set(map(unescape, re.findall(r'<code class="command">(.*?)</code>', page)))

    assert f"ses-reputation standing explain --identity example.com --stack {KEPT_STACK_NAME}" in printed
    for command in sorted(each for each in printed if f"--stack {KEPT_STACK_NAME}" in each):
        result = run(*shlex.split(command)[1:])
        # A demo has exported no list: the command says how.
        assert result.returncode == 0 or "`ses-reputation suppression export` makes one" in result.stderr, (
            command,
            result.stderr,
        )


def test_pages_are_served_of_what_the_stack_holds_until_ctrl_c(kept: Kept) -> None:
    options = ("--port", "0", "--no-browser", "--stack", KEPT_STACK_NAME)
    command = [sys.executable, "-m", "console.main", "serve", *options]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = variables | kept.environment | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout
            link = process.stdout.readline().split(": ", 1)[1].strip()
            with urllib.request.urlopen(link) as response:  # noqa: S310 - our own, at 127.0.0.1
                index = response.read().decode()
            page = re.findall(r'href="(delegate-[^"]*)"', index)[0]
            with urllib.request.urlopen(link + page) as response:  # noqa: S310
                assert "<h1" in response.read().decode()
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(HANG_SECONDS) == 0
    assert f"delegate-{DELEGATES[0]}/statement.html" in index


def test_standings_are_those_that_the_demo_showed(kept: Kept) -> None:
    entities = kept.read("standing")["entities"]
    measures = {
        entity.get("identity", entity.get("account")): entity["measures"]["bounces"] for entity in entities
    }

    assert measures.keys() == {OWNER, *DELEGATES, "example.com", "example.org"}
    for name, measure in measures.items():
        percent = f"{measure['rate']['value'] * 100:.2f} %"
        assert re.search(rf"(?m)^{name} .*{measure['standing']} {percent} *$", kept.printed)


def test_a_stack_that_is_not_there_is_named(kept: Kept) -> None:
    result = run("balances", "--stack", "nowhere", **kept.environment)

    assert result.returncode == 1
    assert "There is no stack nowhere " in result.stderr


# What follows changes the ledger: the tests above compare it with the day that the demo invented.


def test_a_summary_of_the_quarantine_counts_what_the_list_lists(kept: Kept) -> None:
    listed = Counter(each["reason"] for each in kept.read("quarantine", "list")["quarantined"])
    counted: Counter[str] = Counter()
    for group in kept.read("quarantine", "summary")["summary"]:
        counted[group["reason"]] += group["messages"]

    assert counted == listed


def test_a_retry_leaves_what_would_be_quarantined_again(kept: Kept) -> None:
    before = kept.read("quarantine", "list")["quarantined"]
    retried = kept.read("quarantine", "retry")

    assert retried["put_back"] == {}
    assert sum(each["messages"] for each in retried["staying"]) == len(before)
    assert kept.read("quarantine", "list")["quarantined"] == before


def test_what_a_registration_makes_right_is_journaled_and_leaves_the_quarantine(kept: Kept) -> None:
    foreign = kept.read("quarantine", "list", "--reason", "foreign_topic")["quarantined"]
    register(kept, FOREIGN)
    retried = kept.read("quarantine", "retry", "--account", FOREIGN)

    # What it reported of others' mail is refused for another reason now.
    stayed = sum(each["messages"] for each in retried["staying"])
    assert {each["reason"] for each in retried["staying"]} == {"contradicts_topic"}
    assert retried["put_back"] == {"journaled": len(foreign) - stayed}
    assert 0 < stayed < len(foreign)
    assert len(kept.read("quarantine", "list", "--reason", "foreign_topic")["quarantined"]) == stayed
    await_that(lambda: bool(outcomes_of(kept, FOREIGN)), "the retried messages count")


def register(kept: Kept, account: str) -> None:
    """Register an account as a deployment would: in the settings of the stack's function."""
    endpoint, credentials = kept.environment["AWS_ENDPOINT_URL"], Credentials.of_account(OWNER)
    clients = Clients.at_endpoint(endpoint, "us-east-1", credentials)
    name = find_stack(clients, KEPT_STACK_NAME).outputs["JournalFeedbackFunctionName"]
    found = clients.functions.get_function_configuration(FunctionName=name)
    variables = found["Environment"]["Variables"]
    variables["DELEGATE_ACCOUNTS"] += f",{account}"
    clients.functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def test_an_archive_is_counted_once_in_a_running_stack_however_often(kept: Kept, tmp_path: Path) -> None:
    archive = tmp_path / "archive.ndjson"
    archive.write_text(json.dumps(own_mail("backfilled.example")))
    for _ in range(2):
        printed = kept.read("replay", str(archive), "--yes")
        assert (printed["journaled"], printed["without_envelope"]) == (1, 1)

    await_that(lambda: "backfilled.example" in identities_of(kept, OWNER), "the archive counts")
    assert outcomes_of(kept, OWNER, "backfilled.example") == Counter(sent=1)


def own_mail(identity: str) -> dict[str, Any]:
    arn = f"arn:aws:ses:us-east-1:{OWNER}:identity/{identity}"
    sent_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    fields = {"sendingAccountId": OWNER, "sourceArn": arn, "source": f"a@{identity}", "timestamp": sent_at}
    return published("Send", None, fields)


def identities_of(kept: Kept, account: str) -> set[str]:
    rows = kept.read("balances", "--account", account, "--region", "us-east-1")["balances"]
    return {row["identity"] for row in rows}


def outcomes_of(kept: Kept, account: str, identity: str = "") -> Counter[str]:
    rows = kept.read("balances", "--account", account, "--region", "us-east-1")["balances"]
    return totals([row for row in rows if identity in ("", row["identity"])])


def test_the_stack_kept_here_is_found_without_a_name_until_it_is_stopped(kept: Kept) -> None:
    here = run("balances", "--json")
    kept.process.send_signal(signal.SIGINT)
    assert kept.process.stdout
    said = kept.process.stdout.read()
    after = run("balances", "--json")

    assert json.loads(here.stdout)["balances"]
    assert "Stopped. Nothing stays behind" in said
    assert kept.process.wait(timeout=HANG_SECONDS) == 0
    assert after.returncode == 1
    assert after.stderr.startswith("Error: No stack runs on this machine")


# The last, since it keeps a stack where the demo of the tests before kept its own.
def test_a_replay_that_is_kept_has_standings() -> None:
    parties = ("--owner", OWNER, *(part for each in DELEGATES for part in ("--delegate", each)))
    arguments = ("replay", "events/archives/day.ndjson.gz", *parties, "--keep")
    command = [sys.executable, "-m", "console.main", *arguments]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stderr
        assert any("aws sqs list-queues" in line for line in process.stderr)
        standing = run("standing", "--json")
        process.send_signal(signal.SIGINT)

    assert standing.returncode == 0, standing.stderr
    entities = json.loads(standing.stdout)["entities"]
    assert {OWNER, "example.com"} <= {entity.get("account", entity.get("identity")) for entity in entities}
