"""The commands that change suppression lists, on the local AWS: what they print, do and record."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import pytest
from botocore.model import OperationModel

from console.local_aws.clients import Clients
from console.local_aws.deployment import Stack
from console.local_aws.emulator import Ministack
from console.local_aws.ses_stand_in.account import import_jobs
from console.local_aws.ses_stand_in.lists import StandInList, SuppressedAddress
from console.local_aws.ses_stand_in.refusals import bad_request
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.template import read_template
from ses_reputation.suppression.forgotten import ForgottenPeople
from ses_reputation.suppression.restore.actions import ActionKind, ActionOutcome
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.targets import Target
from tests.support.aws.changed_lists import ChangedLists
from tests.support.aws.local_aws import ministack
from tests.support.in_memory.suppression import NOON, suppress
from tests.support.stack_template import ROOT, render_stack
from tests.support.stored_snapshots import store_snapshot

__all__ = ["ministack"]
pytestmark = pytest.mark.local_aws
BUCKET, TABLE, ELSEWHERE = "reputation", "ledger", "eu-west-1"
OWNER, DELEGATE = "111111111111", "222222222222"
APPLY = ("--apply", "--why", "ticket 4711")
Run = Callable[..., str]


@pytest.fixture(scope="module")
def stack(ministack: Ministack) -> Stack:
    """What these commands use of the template's stack: bucket and policy, and a table with its keys."""
    clients = ministack.clients(OWNER)
    clients.s3.create_bucket(Bucket=BUCKET)
    policy = json.dumps(render_stack().properties("ReputationBucketPolicy")["PolicyDocument"])
    policy = policy.replace("<ReputationBucket.Arn>", f"arn:aws:s3:::{BUCKET}")
    clients.s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    keys = render_stack().properties("LedgerTable")["KeySchema"]
    clients.dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=keys,
        AttributeDefinitions=[{"AttributeName": key["AttributeName"], "AttributeType": "S"} for key in keys],
    )
    queue = f"arn:aws:sqs:us-east-1:{OWNER}:feedback"
    outputs = {"ReputationBucketName": BUCKET, "LedgerTableName": TABLE, "FeedbackQueueArn": queue}
    return Stack("reputation", {}, outputs, {})


@pytest.fixture
def lists(ministack: Ministack, stack: Stack) -> Iterator[ChangedLists]:
    with SesStandIn(OWNER) as ses:
        ses.publish_through(ministack)
        # SES of this account is asked nothing in some tests, and its bucket has to be found all the same.
        ses.open_account(OWNER)
        yield ChangedLists(ministack, stack, ses)
    s3, dynamodb = ministack.clients(OWNER).s3, ministack.clients(OWNER).dynamodb
    for item in dynamodb.scan(TableName=TABLE)["Items"]:
        dynamodb.delete_item(TableName=TABLE, Key={name: item[name] for name in ("pk", "sk")})
    for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=found["Key"])


@pytest.fixture
def run(lists: ChangedLists, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command, and return what it prints."""

    def run_command(*arguments: str, exit_code: int = 0) -> str:
        result = lists.run(monkeypatch, *arguments)
        assert result.exit_code == exit_code, result.output
        return result.stdout + result.stderr

    return run_command


def suppressed(*addresses: str, reason: str = "BOUNCE") -> list[SuppressedAddress]:
    return [SuppressedAddress(address, reason, 1_780_000_000.0) for address in addresses]


def snapshot_of(lists: ChangedLists, target: Target, *addresses: str) -> Manifest:
    return store_snapshot(lists.connection.snapshots, map(suppress, addresses), target=target)


EXPORT = (
    "EmailAddress,SuppressionReason,Origin,CreatedAt\n"
    "ann@example.com,HardBounce,Recipient,2026-01-02\n"
    "bob@example.com,SpamComplaint,Recipient,2026-01-02\n"
    "cy@example.com,ManualSuppression,Customer,2026-01-02\n"
    "no address,HardBounce,Recipient,2026-01-02\n"
)


def test_a_former_providers_list_is_counted_first_and_then_taken_over(
    lists: ChangedLists, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "postmark.csv").write_text(EXPORT)
    asked = ("import", str(tmp_path / "postmark.csv"))

    shown = run(*asked)
    assert lists.entries(lists.own) == {}
    rows = dict(re.findall(r"^(\S.*?) {2,}(\d+) *$", shown, re.MULTILINE))
    assert "Read as: Postmark suppressions" in shown
    assert rows["unknown: left out, unless --unknown-as says BOUNCE or COMPLAINT"] == "1"
    assert rows["without a readable address: line 5"] == "1"
    assert rows["to add"] == "2"
    assert "no address" not in shown
    assert "@" not in shown

    run(*asked, "--unknown-as", "bounce", *APPLY)
    assert lists.entries(lists.own) == {
        "ann@example.com": "BOUNCE",
        "bob@example.com": "COMPLAINT",
        "cy@example.com": "BOUNCE",
    }
    (action,) = lists.actions(lists.own)
    assert (action.kind, action.puts, action.outcome) == (ActionKind.IMPORT, 3, ActionOutcome.DONE)


def test_an_imported_bounce_leaves_a_complaint_as_it_is_in_any_spelling(
    lists: ChangedLists, run: Run, tmp_path: Path
) -> None:
    lists.ses.seed(suppressed("Ann@example.com", reason="COMPLAINT"), OWNER)
    (tmp_path / "list.csv").write_text("email,reason\nann@example.com,bounce\n")

    assert "left at COMPLAINT" in run("import", str(tmp_path / "list.csv"), *APPLY)
    assert lists.entries(lists.own) == {"Ann@example.com": "COMPLAINT"}


def test_changes_are_shown_as_csv_with_the_reason_before(
    lists: ChangedLists, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.ses.seed(suppressed("ann@example.com"), OWNER)
    (tmp_path / "list.csv").write_text("ann@example.com,COMPLAINT\n=x@example.com,BOUNCE\n")
    result = lists.run(monkeypatch, "import", str(tmp_path / "list.csv"), "--csv")

    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["Operation", "EmailAddress", "Reason", "PreviousReason"],
        ["PUT", "'=x@example.com", "BOUNCE", ""],
        ["PUT", "ann@example.com", "COMPLAINT", "BOUNCE"],
    ]


def test_addresses_are_added_by_name_and_from_a_file(lists: ChangedLists, run: Run, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("bob@Example.com\nann@example.com\n")
    run("add", "ann@example.com", "--file", str(tmp_path / "more.txt"), "--reason", "complaint", *APPLY)

    assert lists.entries(lists.own) == dict.fromkeys(("ann@example.com", "bob@example.com"), "COMPLAINT")


def test_adding_a_bounce_leaves_a_complaint(lists: ChangedLists, run: Run) -> None:
    lists.ses.seed(suppressed("ann@example.com", reason="COMPLAINT"), OWNER)

    run("add", "ann@example.com", *APPLY)

    assert lists.entries(lists.own) == {"ann@example.com": "COMPLAINT"}
    assert lists.actions(lists.own) == []


def test_a_removal_takes_every_spelling_and_says_which_lists_still_have_the_address(
    lists: ChangedLists, run: Run
) -> None:
    """Cases A52 and A53."""
    other = Target(DELEGATE, ELSEWHERE)
    tenant = Target(OWNER, "us-east-1", "acme")
    for target in (lists.own, other, tenant):
        snapshot_of(lists, target, "Foo@example.com", "keep@example.com")
    lists.ses.seed(suppressed("Foo@example.com", "foo@example.com", "keep@example.com"), OWNER)

    said = run("remove", "foo@example.com", *APPLY)

    assert lists.entries(lists.own) == {"keep@example.com": "BOUNCE"}
    assert f"Also on the list of {other.name}: 1 entry." in said
    assert f"Also on the list of {tenant.name}: 1 entry." in said
    assert f"Also on the list of {lists.own.name}:" not in said


def test_a_list_whose_snapshot_cannot_be_read_may_have_the_address(lists: ChangedLists, run: Run) -> None:
    other = Target(DELEGATE, ELSEWHERE)
    manifest = snapshot_of(lists, other, "foo@example.com")
    lists.connection.snapshots.put(manifest.run.index_key, b"damaged")

    said = run("remove", "foo@example.com", *APPLY)

    assert f"Perhaps on the list of {other.name}:" in said


def test_without_a_snapshot_the_list_itself_is_read(lists: ChangedLists, run: Run) -> None:
    lists.ses.seed(suppressed("Foo@example.com"), OWNER)

    run("remove", "foo@example.com", *APPLY)

    assert lists.entries(lists.own) == {}


def test_what_is_not_listed_is_said_and_nothing_is_recorded(lists: ChangedLists, run: Run) -> None:
    assert "1 address not found" in run("remove", "absent@example.com", "--live", *APPLY)
    assert lists.actions(lists.own) == []


def test_a_tenants_list_is_changed_by_single_calls(lists: ChangedLists, run: Run, tmp_path: Path) -> None:
    tenant = Target(OWNER, "us-east-1", "acme")
    lists.clients(OWNER, "us-east-1").sesv2.create_tenant(TenantName="acme")
    (tmp_path / "many.txt").write_text("".join(f"{number}@example.com\n" for number in range(150)))

    shown = run("add", "--file", str(tmp_path / "many.txt"), "--tenant", "acme", *APPLY)

    assert "import jobs know no tenants" in shown
    assert len(lists.entries(tenant)) == 150
    assert lists.entries(lists.own) == {}
    (action,) = lists.actions(tenant)
    assert (action.puts, action.jobs, lists.actions(lists.own)) == (150, (), [])


def test_a_list_of_another_region_is_changed_by_single_calls(
    lists: ChangedLists, run: Run, tmp_path: Path
) -> None:
    elsewhere = Target(DELEGATE, ELSEWHERE)
    lists.ses.seed(suppressed("a/b@example.com", "ann@example.com"), DELEGATE, ELSEWHERE)
    where = ("--account", DELEGATE, "--region", ELSEWHERE)

    said = run("remove", "a/b@example.com", "ann@example.com", *where, *APPLY, exit_code=1)

    assert "the list in eu-west-1" in said
    assert "1 address cannot be removed" in said
    assert lists.entries(elsewhere) == {"a/b@example.com": "BOUNCE"}
    (action,) = lists.actions(elsewhere)
    assert (action.outcome, action.failed) == (ActionOutcome.INCOMPLETE, 1)


def test_in_the_sandbox_nothing_is_tried(lists: ChangedLists, run: Run) -> None:
    lists.ses.open_account(OWNER).attributes["ProductionAccessEnabled"] = False

    assert "production access" in run("add", "ann@example.com", *APPLY, exit_code=1)
    assert lists.actions(lists.own) == []


def test_a_bucket_that_ses_may_not_read_stops_imports_until_single_calls_are_asked_for(
    lists: ChangedLists, run: Run, tmp_path: Path
) -> None:
    """Case A56: said before a job is started, with what to do."""
    s3 = lists.connection.clients.s3
    policy = s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    s3.delete_bucket_policy(Bucket=BUCKET)
    (tmp_path / "many.txt").write_text("".join(f"{number}@example.com\n" for number in range(150)))
    asked = ("add", "--file", str(tmp_path / "many.txt"), *APPLY)
    try:
        assert "does not let ses.amazonaws.com read" in " ".join(run(*asked, exit_code=1).split())
        assert lists.entries(lists.own) == {}
        run(*asked, "--one-by-one")
        assert len(lists.entries(lists.own)) == 150
    finally:
        s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)


def test_a_job_that_leaves_records_out_is_not_done(
    lists: ChangedLists, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case A54. What SES refuses of an address that looks sound is not documented: here it is one of them."""
    (tmp_path / "many.txt").write_text("".join(f"{number}@example.com\n" for number in range(150)))

    def put_row(addresses: StandInList, address: str, reason: str) -> None:
        if address == "7@example.com":
            raise bad_request("The address or the reason is not valid.")
        addresses.put(SuppressedAddress(address, reason, 0.0))

    monkeypatch.setattr(import_jobs, "put_row", put_row)

    said = run("add", "--file", str(tmp_path / "many.txt"), *APPLY, exit_code=1)

    assert "is COMPLETED: SES did not take 1 of 150 records" in said
    assert "Run the command again" in said
    assert lists.actions(lists.own)[0].failed == 1

    for address in lists.entries(lists.own):
        lists.ses.open_list(OWNER).delete(address)
    file = str(tmp_path / "many.txt")
    printed = json.loads(lists.run(monkeypatch, "add", "--file", file, *APPLY, "--json").stdout)
    (failed,) = printed["action"]["failed_jobs"]
    url = failed.pop("failed_records_url")
    assert failed == {
        "id": printed["action"]["jobs"][0],
        "status": "COMPLETED",
        "records": 150,
        "failed": 1,
        "message": "",
    }
    with urlopen(url) as answer:  # noqa: S310 - the local AWS
        assert json.load(answer)["record"] == '{"emailAddress":"7@example.com","reason":"BOUNCE"}'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "ann@example.com", "--apply"), "--why"),
        (("add", "ann@example.com", "--apply", "--why", " "), "--why"),
        (("add", "ann@example.com", "--reason", "SPAM"), "BOUNCE or COMPLAINT"),
        (("import", "x", "--csv", "--json"), "--csv"),
        (("import", "x", "--raw"), "--csv"),
        (("restore", "yesterday"), "20261122T070000Z"),
    ],
)
def test_wrong_options_are_refused(run: Run, arguments: tuple[str, ...], said: str) -> None:
    assert said in run(*arguments, exit_code=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add",), "Give addresses"),
        (("add", "ann@example.com", "bob"), "Argument 2"),
        (("import", "absent.csv"), "absent.csv"),
        (("restore", "latest"), "No snapshot of the list of"),
        (("add", "ann@example.com", "--apply", "--why", "asked by ann@example.com"), "without one"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run: Run, arguments: tuple[str, ...], said: str) -> None:
    assert said in run(*arguments, exit_code=1)


def test_rows_without_a_readable_address_stop_a_removal_by_their_lines(run: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_text("ann@example.com\n\nnobody\n")

    said = run("remove", "--file", str(tmp_path / "odd.txt"), exit_code=1)

    assert "in lines 3" in " ".join(said.split())


class Asked(NamedTuple):
    """What a policy is asked: an action, and the end of a resource or the partition of an item."""

    action: str
    resource: str


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[Asked]:
    """Every call of every client, as IAM names it."""
    seen: set[Asked] = set()

    def note(params: dict[str, Any], model: OperationModel, **_: Any) -> None:
        service = model.service_model.service_name.removesuffix("v2")
        if service != "sts":
            action = f"{service}:{_IAM_NAMES.get(model.name, model.name)}"
            item = params.get("Item", {}).get("pk") or params.get("ExpressionAttributeValues", {}).get(
                ":pk", {}
            )
            parameter = params.get("Name", "").removeprefix("/")
            seen.add(Asked(action, params.get("Key") or item.get("S", "") or parameter))

    make = Clients._make

    def make_and_watch(self: Clients, service: str, **options: Any) -> Any:
        client = make(self, service, **options)
        # SES itself reads the bucket through clients that know no stand-in.
        if self._ses_endpoint_url != self._endpoint_url:
            client.meta.events.register("provide-client-params.*.*", note)
        return client

    monkeypatch.setattr(Clients, "_make", make_and_watch)
    return seen


# Where IAM calls an operation otherwise (service authorization reference, Amazon S3).
_IAM_NAMES = {"ListObjectsV2": "ListBucket", "GetBucketEncryption": "GetEncryptionConfiguration"}


def allowed_by(page: str) -> dict[str, list[str]]:
    """The patterns of resources or partitions by action, of the last policy on a page."""
    policy = json.loads(re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[-1])
    allowed: dict[str, list[str]] = {}
    for statement in policy["Statement"]:
        actions, resources = (
            [each] if isinstance(each, str) else each for each in (statement["Action"], statement["Resource"])
        )
        keys = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
        ends = keys or [each.partition("/")[2].replace("STACK", "*") or "*" for each in resources]
        for action in actions:
            allowed.setdefault(action, []).extend(ends)
    return allowed


def test_an_operator_needs_the_permissions_that_the_documents_name(
    lists: ChangedLists, run: Run, asked: set[Asked]
) -> None:
    snapshot_of(lists, lists.own, "ann@example.com", "a/b@example.com")
    forgotten = lists.connection.forgotten
    people = ForgottenPeople(forgotten.key.create())
    forgotten.table.add(people.hash_of("dee@example.com"), NOON)
    asked.clear()
    run("restore", "latest", *APPLY)
    run("add", "bob@example.com", *APPLY)
    run("remove", "ann@example.com", "a/b@example.com", *APPLY)
    allowed = allowed_by((ROOT / "docs" / "command-line.md").read_text(encoding="utf-8"))
    refused = [
        each
        for each in asked
        if not any(fnmatchcase(each.resource, pattern) for pattern in allowed.get(each.action, ()))
    ]

    assert refused == []
    assert allowed.keys() - {each.action for each in asked} == {"sts:AssumeRole"}


@pytest.mark.parametrize("template", ["identity-owner", "delegate-sender"])
def test_the_suppression_role_of_another_account_may_do_what_a_change_asks_of_ses(
    lists: ChangedLists, run: Run, asked: set[Asked], template: str
) -> None:
    lists.ses.seed(suppressed("ann@example.com", "a/b@example.com"), DELEGATE)
    snapshot_of(lists, lists.own, "cy@example.com")
    run("restore", "latest", "--to", DELEGATE, *APPLY)
    run("add", "dee@example.com", "--account", DELEGATE, *APPLY)
    run("remove", "ann@example.com", "a/b@example.com", "--account", DELEGATE, *APPLY)
    role = read_template(ROOT / "accounts" / f"{template}.yaml")["Resources"]["SuppressionRole"]
    (statement,) = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]

    needed = {each.action for each in asked if each.action.startswith("ses:")}
    # ListImportJobs is for people who look a job up.
    assert set(statement["Action"]) == needed | {"ses:ListImportJobs"}
