"""A person is forgotten: no byte of the address is left in what the stack stores, and SES alone has it.

What is stored is read by clients of AWS, and looked through by code of this test: all items, all versions of
all objects, messages, logs, executions and parameters.
"""

import gzip
import json
import re
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from typer.testing import CliRunner, Result

from console.application import app
from console.local_aws.delivery import send_to_queue
from console.local_aws.deployment import Stack, deploy_template
from console.local_aws.emulator import Ministack, start_ministack
from console.local_aws.ses_stand_in.lists import SuppressedAddress
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.waiting import settle
from ses_reputation.ledger.entries import unpack_attributes
from ses_reputation.suppression.listing.pace import Pace
from tests.support.aws.local_aws import PARAMETERS
from tests.support.notifications import FOREIGN, OWNER, envelope, notified, published
from tests.support.waiting import await_that

pytestmark = pytest.mark.local_aws
# No other word begins so: whatever has it, has the address in some spelling.
TRACE = "ann.lee"
PERSON, LABEL = "Ann.Lee@bücher.example", "ann.lee@xn--bcher-kva.example"
OTHERS = {f"{number}@example.com": "BOUNCE" for number in range(30)}
LISTED = {PERSON: "COMPLAINT", LABEL: "BOUNCE", **OTHERS}
AT_LAST = {PERSON: "COMPLAINT", LABEL: "COMPLAINT", **OTHERS}
APPLY = ("--apply", "--why", "ticket 4711")


class Scene(NamedTuple):
    """A deployed stack, the SES beside it, and what runs commands on it."""

    aws: Ministack
    stack: Stack
    ses: SesStandIn

    def run(self, *arguments: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(app, [*arguments, "--stack", self.stack.name], env={"COLUMNS": "100"})
        assert result.exit_code == exit_code, result.output
        return result

    def read(self, *arguments: str, exit_code: int = 0) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(self.run(*arguments, "--json", exit_code=exit_code).stdout)
        return fields

    def entries(self) -> dict[str, str]:
        """What SES has on the list."""
        kept = self.ses.open_list(OWNER, "us-east-1")
        return {address: found.reason for address in kept.addresses() if (found := kept.get(address))}

    def fill(self, entries: dict[str, str]) -> None:
        kept = self.ses.open_list(OWNER, "us-east-1")
        for address in kept.addresses():
            kept.delete(address)
        kept.put_many(
            SuppressedAddress(address, reason, 1_780_000_000.0) for address, reason in entries.items()
        )

    @property
    def bucket(self) -> str:
        return self.stack.outputs["ReputationBucketName"]


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with (
        SesStandIn(default_account=OWNER) as ses,
        start_ministack(account_id=OWNER, ses_endpoint_url=ses.endpoint_url) as aws,
    ):
        ses.publish_through(aws)
        # The lists of delegates fail without a role: only that of this account is looked at.
        stack = deploy_template(aws, PARAMETERS | {"AnalystDatabaseName": "mail"})
        yield Scene(aws, stack, ses)


@pytest.fixture(autouse=True)
def _command_line_calls_the_emulator(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in scene.aws.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Pace, "wait", lambda _: None)


def test_no_byte_of_a_forgotten_address_is_left_but_in_ses(scene: Scene) -> None:
    store_all_there_is(scene)
    before = traces(scene)
    assert {kind_of(place) for place in before} == {
        *("item DELAYS", "item MESSAGE", "object exports", "object parquet", "object quarantine"),
        *("object suppression/111122223333", "object suppression/actions", "object suppression/raw"),
    }

    looked = scene.read("forget", PERSON)
    assert (looked["applied"], looked["forgotten"], traces(scene)) == (False, None, before)

    certificate = scene.read("forget", PERSON, "--apply")

    assert traces(scene) == []
    assert scene.entries() == AT_LAST
    assert TRACE not in json.dumps(certificate)
    assert (certificate["is_complete"], certificate["left"], certificate["damaged"]) == (True, [], [])
    erased, found = certificate["erased"], looked["found"]
    assert {name: erased[name] for name in found} == found
    assert {name: number for name, number in erased.items() if number} == {
        "entries": 2,
        "delays": 1,
        "mentions": 1,
        "quarantined_messages": 1,
        "snapshots": 2,
        "snapshot_rows": 4,
        "snapshot_changes": 1,
        "parquet_files": 2,
        "recorded_changes": 1,
        "exported_entries": 3,
        "working_files": erased["working_files"],
        "old_versions": 1,
    }
    assert certificate["suppressed_in"] == [{"account": OWNER, "region": "us-east-1", "tenant": ""}]
    assert {each["what"] for each in certificate["expires"]} >= {"messages in FeedbackQueue"}


def test_from_then_on_exports_have_a_hash_and_commands_know_the_person(scene: Scene) -> None:
    """It goes on where the test before ended."""
    digest = scene.read("forget", PERSON)["forgotten"]

    export(scene)

    assert traces(scene) == []
    snapshot = scene.read("suppression", "show", "latest")["snapshot"]
    assert (snapshot["total"], snapshot["forgotten"], snapshot["by_reason"]["COMPLAINT"]) == (31, 1, 1)
    assert [snapshot["changes"][name] for name in ("added", "removed", "reason_changed")] == [0, 0, 0]
    assert (
        scene.run("suppression", "list", "--format", "ndjson")
        .stdout.splitlines()[-1]
        .startswith(f'{{"Forgotten":"{digest}","Reason":"COMPLAINT",')
    )
    parquet = [body for key, _, body in versions(scene) if key.endswith(".parquet")]
    assert sum(f"'{digest}'" in rows for body in parquet for rows in parquet_rows(body)) == 3

    found = scene.read("suppression", "find", PERSON)
    assert (found["is_forgotten"], found["entries"]) == (True, [])
    (own,) = (each for each in found["lists"] if each["answer"] == "listed")
    assert [row["Forgotten"] for row in own["rows"]] == [digest]
    assert f"(forgotten: {digest})" in scene.run("suppression", "find", LABEL).stdout


def test_a_forgotten_person_is_neither_put_on_a_list_nor_taken_off(scene: Scene, tmp_path: Path) -> None:
    """It goes on where the test before ended."""
    exact = scene.read("suppression", "restore", "latest", "--exact", *APPLY)["plan"]
    assert (exact["forgotten"], exact["removed"], exact["others"]) == (1, 0, 2)
    assert scene.entries() == AT_LAST

    scene.fill({})
    lost = scene.read("suppression", "restore", "latest", *APPLY)["plan"]
    assert (lost["added"], lost["forgotten"]) == (30, 1)
    assert scene.entries() == OTHERS

    file = tmp_path / "former.csv"
    file.write_text(f"email,reason\n{PERSON},spam\nnew@example.com,bounce\n")
    taken = scene.read("suppression", "import", str(file), *APPLY)["plan"]
    assert (taken["added"], taken["forgotten"]) == (1, 1)
    assert scene.read("suppression", "add", LABEL, *APPLY)["plan"]["forgotten"] == 1
    assert scene.entries() == {**OTHERS, "new@example.com": "BOUNCE"}

    scene.fill({PERSON: "BOUNCE"})
    removed = scene.read("suppression", "remove", PERSON, *APPLY)
    assert (removed["action"]["deletes"], scene.entries()) == (1, {})
    assert traces(scene) == []


def store_all_there_is(scene: Scene) -> None:
    """Let the address be wherever the stack stores one."""
    scene.aws.clients().s3.put_bucket_versioning(
        Bucket=scene.bucket, VersioningConfiguration={"Status": "Enabled"}
    )
    send_feedback(scene)
    scene.fill(LISTED)
    export(scene)
    scene.fill({PERSON: "BOUNCE", LABEL: "COMPLAINT", **OTHERS})
    scene.run("suppression", "add", PERSON, "--reason", "COMPLAINT", *APPLY)
    export(scene)
    scene.run("entries", "export")
    keep_an_older_version(scene)


def send_feedback(scene: Scene) -> None:
    """A bounce in both feeds, a delay, somebody else's bounce that names the person, and a stray event."""
    times: dict[str, Any] = {"timestamp": "2026-11-20T14:05:45.641Z"}
    bounced: dict[str, Any] = {
        "bouncedRecipients": [{"emailAddress": PERSON, "diagnosticCode": f"550 <{PERSON}> unknown"}]
    }
    permanent = {"bounceType": "Permanent", "bounceSubType": "General", "feedbackId": "feedback-1", **times}
    to_person = {"destination": [PERSON]}
    forwarded = {"emailAddress": "box@example.com", "diagnosticCode": f"550 <{LABEL}> unknown, RCPT TO"}
    delayed = [{"emailAddress": PERSON}, {"emailAddress": "box@example.com"}]
    both = {"destination": [PERSON, "box@example.com"]}
    bodies = [
        envelope(json.dumps(published("Bounce", mail_fields=to_person, **permanent, **bounced))),
        envelope(json.dumps(notified("Bounce", to_person, **permanent, **bounced)), OWNER),
        envelope(
            json.dumps(
                published(
                    "Bounce",
                    mail_fields={"messageId": "message-2", "destination": ["box@example.com"]},
                    **permanent,
                    bouncedRecipients=[forwarded],
                )
            )
        ),
        envelope(
            json.dumps(
                published(
                    "DeliveryDelay",
                    mail_fields={**both, "messageId": "message-3"},
                    delayType="MailboxFull",
                    delayedRecipients=delayed,
                    **times,
                )
            )
        ),
        envelope(json.dumps(published("Bounce", mail_fields=to_person, **permanent, **bounced)), FOREIGN),
    ]
    sign = scene.aws.envelope_signer().sign_body
    send_to_queue(scene.aws, scene.stack.outputs["FeedbackQueueUrl"], list(map(sign, bodies)))
    settle(scene.aws, scene.stack)


def export(scene: Scene) -> None:
    """Export, and wait for the Parquet."""
    run = scene.read("suppression", "export")["summary"]["run"]
    prefix = f"parquet/snapshots/account={OWNER}/region=us-east-1/list=account/"
    await_that(
        lambda: any(run in key for key, _, _ in versions(scene) if key.startswith(prefix)),
        "the Parquet was written",
    )


def keep_an_older_version(scene: Scene) -> None:
    """A quarantined message was written again, as one that names nobody."""
    key = next(key for key, _, _ in versions(scene) if key.startswith("quarantine/"))
    s3 = scene.aws.clients().s3
    body = s3.get_object(Bucket=scene.bucket, Key=key)["Body"].read()
    other = key.replace(".json", "-again.json")
    s3.put_object(Bucket=scene.bucket, Key=other, Body=body)
    s3.put_object(Bucket=scene.bucket, Key=other, Body=b"{}")


def traces(scene: Scene) -> list[str]:
    """Return all places that have the address."""
    return sorted({place for place, text in everything(scene) if TRACE in text.lower()})


def kind_of(place: str) -> str:
    what, name = place.split(" ", 1)
    folders = name.split("/")
    return f"{what} {'/'.join(folders[: 2 if folders[0] == 'suppression' else 1])}".partition("#")[0]


def everything(scene: Scene) -> Iterator[tuple[str, str]]:
    """Yield what the stack stores, place by place, in each form that it can be read in."""
    for key, version_id, body in versions(scene):
        yield f"object {key} {version_id}", key
        for text in forms_of(body):
            yield f"object {key} {version_id}", text
    yield from items(scene)
    yield from executions(scene)
    yield from messages_and_parameters(scene)
    yield "log of the emulator and all functions", scene.aws.log_tail(1_000_000)
    logs = scene.aws.clients().logs
    for group in logs.describe_log_groups()["logGroups"]:
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]:
            yield f"log {group['logGroupName']}", event["message"]


def items(scene: Scene) -> Iterator[tuple[str, str]]:
    pages = scene.aws.clients().dynamodb.get_paginator("scan")
    for page in pages.paginate(TableName=scene.stack.outputs["LedgerTableName"]):
        for each in page["Items"]:
            item: dict[str, Any] = dict(each)
            place = f"item {item['pk']['S']} {item['sk']['S']}"
            yield place, repr(item)
            if "entry" in item:
                yield place, repr(unpack_attributes(bytes(item["entry"]["B"])))
            if "delays" in item:
                yield place, zlib.decompress(bytes(item["delays"]["B"])).decode()


def messages_and_parameters(scene: Scene) -> Iterator[tuple[str, str]]:
    sqs, ssm = scene.aws.clients().sqs, scene.aws.clients().connect("ssm")
    for parameter in ssm.describe_parameters()["Parameters"]:
        found = ssm.get_parameter(Name=parameter["Name"], WithDecryption=True)
        yield f"parameter {parameter['Name']}", repr(found)
    for url in sqs.list_queues()["QueueUrls"]:
        waiting = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        yield f"queue {url}", repr(waiting.get("Messages", []))


def executions(scene: Scene) -> Iterator[tuple[str, str]]:
    step_functions = scene.aws.clients().step_functions
    machine = scene.stack.outputs["ExportSuppressionWorkflowArn"]
    for each in step_functions.list_executions(stateMachineArn=machine)["executions"]:
        history = step_functions.get_execution_history(executionArn=each["executionArn"])
        yield f"execution {each['name']}", repr(history)


def versions(scene: Scene) -> Iterator[tuple[str, str, bytes]]:
    s3 = scene.aws.clients().s3
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=scene.bucket):
        for each in page.get("Versions", []):
            which: Any = {"Bucket": scene.bucket, "Key": each["Key"], "VersionId": each["VersionId"]}
            yield each["Key"], each["VersionId"], s3.get_object(**which)["Body"].read()


def forms_of(body: bytes) -> Iterator[str]:
    """Yield the text of an object, what it inflates to, what its JSON says, and its rows if it is Parquet."""
    plain = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    text = plain.decode("latin-1")
    yield text
    yield re.sub(r"\\+u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)
    if body.startswith(b"PAR1"):
        yield from parquet_rows(body)


def parquet_rows(body: bytes) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder, "part.parquet")
        path.write_bytes(body)
        yield repr(connection.read_parquet(str(path)).fetchall())
