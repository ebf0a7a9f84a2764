"""Lists that were lost are restored from snapshots, through SES's import jobs, and people see who did it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from console.local_aws.emulator import start_ministack
from console.local_aws.ses_stand_in.lists import SuppressedAddress
from ses_reputation.suppression.restore.actions import ActionKind, ActionOutcome
from ses_reputation.suppression.targets import Target
from tests.support.aws.changed_lists import ChangedLists
from tests.support.aws.local_aws import Ledger, deploy_ledger
from tests.support.notifications import DELEGATE

pytestmark = pytest.mark.local_aws
APPLY = ("--apply", "--why", "ticket 4711")
ODD = {
    "a/b@example.com": "BOUNCE",
    "Foo@example.com": "BOUNCE",
    "foo@example.com": "COMPLAINT",
    '"quoted,comma"@example.com': "COMPLAINT",
    "jörg@example.com": "BOUNCE",
}
MANY = {f"{number:04d}@example.com": ("BOUNCE", "COMPLAINT")[number % 2] for number in range(1_500)} | ODD


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    with start_ministack() as aws, deploy_ledger(aws) as deployed:
        deployed.ses.publish_through(aws)
        yield deployed


@pytest.fixture
def lists(ledger: Ledger) -> Iterator[ChangedLists]:
    lists = ChangedLists(ledger.aws, ledger.stack, ledger.ses)
    fill(lists, lists.own, MANY)
    yield lists
    for account in (lists.own.account, DELEGATE):
        fill(lists, Target(account, lists.own.region), {})


def fill(lists: ChangedLists, target: Target, entries: dict[str, str]) -> None:
    """Put a list into the stand-in, in place of all that was on it."""
    kept = lists.ses.open_list(target.account, target.region)
    for address in kept.addresses():
        kept.delete(address)
    kept.put_many(SuppressedAddress(address, reason, 1_780_000_000.0) for address, reason in entries.items())


@pytest.fixture
def snapshot(lists: ChangedLists, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run whose snapshot has MANY."""
    # The lists of other accounts fail, which have no roles here: that is the export's to report.
    run = str(json.loads(lists.run(monkeypatch, "export", "--json").stdout)["summary"]["run"])
    assert lists.read(monkeypatch, "show", run)["snapshot"]["total"] == len(MANY)
    return run


def test_an_emptied_list_is_restored_to_the_identical_list(
    lists: ChangedLists, snapshot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(lists, lists.own, {})

    shown = lists.run(monkeypatch, "restore", snapshot)
    assert (shown.exit_code, lists.entries(lists.own)) == (0, {}), shown.output
    assert re.search(r"^to add +1,505$", shown.output, re.MULTILINE)
    assert "--apply" in shown.output

    restored = lists.run(monkeypatch, "restore", snapshot, *APPLY)

    assert restored.exit_code == 0, restored.output
    assert lists.entries(lists.own) == MANY
    action = lists.actions(lists.own)[-1]
    assert (action.kind, action.outcome, action.puts) == (ActionKind.RESTORE, ActionOutcome.DONE, 1_505)
    assert (action.why, len(action.jobs)) == ("ticket 4711", 1)
    assert {change.email_address: change.reason for change in lists.changes(action)} == MANY
    again = lists.read(monkeypatch, "restore", snapshot, *APPLY)
    assert (again["plan"]["unchanged"], again["action"]) == (1_505, None)


def test_a_restore_counts_the_records_that_ses_does_not_take_and_says_where_they_are_listed(
    lists: ChangedLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SES put them on the list itself, for mail that it sent, and takes them from nobody."""
    untaken = {'"two words"@example.com': "BOUNCE", "two@signs@example.com": "COMPLAINT"}
    fill(lists, lists.own, MANY | untaken)
    run = json.loads(lists.run(monkeypatch, "export", "--json").stdout)["summary"]["run"]
    fill(lists, lists.own, {})

    said = lists.run(monkeypatch, "restore", run, *APPLY)

    assert said.exit_code == 1, said.output
    assert lists.entries(lists.own) == MANY
    assert "is COMPLETED: SES did not take 2 of 1,507 records." in said.output
    (url,) = re.findall(r"SES lists them at (\S+)", said.output)
    assert read_failed(url) == untaken
    action = lists.actions(lists.own)[-1]
    assert (action.outcome, action.puts, action.failed) == (ActionOutcome.INCOMPLETE, 1_507, 2)
    # Nothing of them, and no way to them, is in what the ledger keeps.
    assert "two" not in repr(action)

    again = lists.run(monkeypatch, "restore", run, *APPLY, "--json", "--one-by-one")
    assert again.exit_code == 1, again.output
    assert lists.entries(lists.own) == MANY


def read_failed(url: str) -> dict[str, str]:
    with urlopen(url) as answer:  # noqa: S310 - the local AWS
        records = [json.loads(json.loads(line)["record"]) for line in answer]
    return {record["emailAddress"]: record["reason"] for record in records}


def test_a_restore_into_another_account_keeps_its_complaints_and_its_own_addresses(
    lists: ChangedLists, snapshot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Target(DELEGATE, lists.own.region)
    fill(lists, other, {"0000@example.com": "COMPLAINT", "own@example.com": "BOUNCE"})

    report = lists.read(monkeypatch, "restore", snapshot, "--to", DELEGATE, *APPLY)

    assert lists.entries(other) == MANY | {"0000@example.com": "COMPLAINT", "own@example.com": "BOUNCE"}
    assert (report["plan"]["kept_stronger"], report["plan"]["others"]) == (1, 1)
    assert lists.entries(lists.own) == MANY


def test_an_exact_restore_removes_what_the_snapshot_lacks_and_weakens_where_asked(
    lists: ChangedLists, snapshot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = dict(MANY) | {f"new/{number}@example.com": "BOUNCE" for number in range(120)}
    changed["0000@example.com"] = "COMPLAINT"
    fill(lists, lists.own, changed)

    lists.read(monkeypatch, "restore", snapshot, "--exact", "--weaken", *APPLY)

    assert lists.entries(lists.own) == MANY


def test_the_files_of_a_dry_run_are_what_import_jobs_take(
    lists: ChangedLists, snapshot: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(lists, lists.own, {})
    lists.run(monkeypatch, "restore", snapshot, "--files", str(tmp_path))
    (file,) = tmp_path.iterdir()
    bucket = lists.stack.outputs["ReputationBucketName"]
    key = f"suppression/imports/{lists.own.account}/by-hand.ndjson"
    lists.connection.clients.s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes())

    lists.connection.clients.sesv2.create_import_job(
        ImportDestination={"SuppressionListDestination": {"SuppressionListImportAction": "PUT"}},
        ImportDataSource={"S3Url": f"s3://{bucket}/{key}", "DataFormat": "JSON"},
    )

    assert lists.entries(lists.own) == MANY


def test_a_removal_takes_all_spellings_and_names_the_other_lists_that_have_the_address(
    lists: ChangedLists, snapshot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cases A52 and A53; and an address with a slash, which only an import job removes."""
    result = lists.run(monkeypatch, "remove", "FOO@example.com", "a/b@example.com", *APPLY)

    assert result.exit_code == 0, result.output
    left = lists.entries(lists.own)
    assert MANY.keys() - left.keys() == {"Foo@example.com", "foo@example.com", "a/b@example.com"}
    assert "On the list: Foo@example.com" in result.output
    assert lists.actions(lists.own)[-1].deletes == 3
