"""The end-to-end run: everything is put in, waited for and read back; the tests look at what it found."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from console.demo.traffic import Publication
from console.local_aws.delivery import FeedbackTopics, TopicMessage, send_to_queue
from console.local_aws.deployment import Stack
from console.local_aws.emulator import LocalAws
from console.local_aws.function_logs import read_function_log
from console.local_aws.schedules import run_suppression_export
from console.local_aws.ses_stand_in.server import SesStandIn
from console.local_aws.subscriber import Hearing
from console.local_aws.waiting import settle
from console.local_stack.accounting import await_accounts, open_quarantine
from console.local_stack.ledger_contents import LedgerContents, read_contents
from console.local_stack.stack import LocalStack
from ses_reputation.ledger.delays import unpack_delays
from ses_reputation.ledger.rows import entry_of_row
from ses_reputation.quarantine.record import QuarantineRecord
from ses_reputation.suppression.snapshot.manifest import Manifest
from ses_reputation.suppression.snapshot.snapshot_reader import load_manifest, stream_rows
from ses_reputation.suppression.store import S3SnapshotStore
from ses_reputation.suppression.targets import Target
from tests.e2e.support.assessment import Heard, assess
from tests.e2e.support.traffic import Traffic
from tests.support.waiting import HANG_SECONDS

FUNCTIONS = (
    "JournalFeedbackFunction",
    "PostBalancesFunction",
    "ReadSesStatisticsFunction",
    "AssessReputationFunction",
    "ExportSuppressionFunction",
)
_WHOLE_LOG = 10_000_000
_IMPORTER = """
import importlib, pkgutil, ses_reputation

def lambda_handler(event, context):
    library = pkgutil.walk_packages(ses_reputation.__path__, "ses_reputation.")
    names = [*event, "ses_reputation", *(module.name for module in library)]
    return {name: importlib.import_module(name).__file__ for name in names}
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The newest snapshot, and every address in it, in its order."""

    manifest: Manifest
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the stack made of all that was put in.

    `heard` is what each of three assessments published of the invented day: the first, the same again, and
    one a minute later.
    """

    heard: tuple[Heard, ...]
    contents: LedgerContents
    entries: tuple[Mapping[str, str], ...]
    quarantined: tuple[QuarantineRecord, ...]
    snapshot: Snapshot
    log_lines: tuple[str, ...]
    object_keys: tuple[str, ...]


def point_export_at(aws: LocalAws, stack: Stack, ses: SesStandIn) -> None:
    """Point the deployed export at the SES stand-in, as ministack's own list is empty; two pages a part."""
    functions, name = aws.clients().functions, stack.resources["ExportSuppressionFunction"]
    deployed = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    variables = {"AWS_ENDPOINT_URL_SESV2": ses.endpoint_url, "SUPPRESSION_PAGES_PER_PART": "2"}
    variables |= {"SUPPRESSION_FIRST_RATE": "10"}
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": deployed | variables}
    )


def publish_first(local: LocalStack, traffic: Traffic) -> FeedbackTopics:
    """Publish what was invented, and wait until it is posted; return the topics that now are there."""
    topics = FeedbackTopics.of_stack(local.aws, local.stack)
    topics.publish(_notifications(traffic.first))
    settle(local.aws, local.stack, timeout_seconds=HANG_SECONDS)
    return topics


def entity(local: LocalStack, traffic: Traffic) -> LedgerContents:
    """Publish everything, wait until all is accounted for, and read what the ledger holds."""
    return publish_rest(local, traffic, publish_first(local, traffic))


def publish_rest(local: LocalStack, traffic: Traffic, topics: FeedbackTopics) -> LedgerContents:
    """Put the rest in, wait until all is accounted for, and read what the ledger holds."""
    topics.publish(_notifications(traffic.rest + traffic.foreign))
    signed = map(local.aws.envelope_signer().sign_body, traffic.bodies)
    send_to_queue(local.aws, local.stack.outputs["FeedbackQueueUrl"], signed)
    tally = await_accounts(local, len(traffic.day.publications), lambda _backlog: None)
    return read_contents(local, tally)


def run_everything(local: LocalStack, traffic: Traffic) -> Findings:
    """Publish, settle, assess, export, and read everything that came of it."""
    hearing = Hearing.of_stack(local.aws, local.stack)
    topics = publish_first(local, traffic)
    now = datetime.now(UTC)
    heard = [assess(local, hearing, at) for at in (now, now, now + timedelta(minutes=1))]
    contents = publish_rest(local, traffic, topics)
    run_suppression_export(local.aws, local.stack)
    quarantine = open_quarantine(local)
    return Findings(
        tuple(heard),
        contents,
        tuple(_read_entries(local)),
        tuple(quarantine.load(key) for key in quarantine.keys()),  # noqa: SIM118
        _read_snapshot(local),
        tuple(_read_logs(local)),
        tuple(_list_versions(local)),
    )


def import_in_function(local: LocalStack, modules: tuple[str, ...]) -> dict[str, Path]:
    """Import modules, and the whole library, in a function of its own with the stack's layer.

    Returns each module's file.
    """
    functions = local.aws.clients().functions
    journal = functions.get_function_configuration(
        FunctionName=local.stack.outputs["JournalFeedbackFunctionName"]
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("app.py", _IMPORTER)
    functions.create_function(
        FunctionName="importer",
        Runtime=journal["Runtime"],
        Handler=journal["Handler"],
        Role=journal["Role"],
        Layers=[layer["Arn"] for layer in journal["Layers"]],
        Timeout=600,
        Code={"ZipFile": archive.getvalue()},
    )
    answer = functions.invoke(FunctionName="importer", Payload=json.dumps(modules).encode())
    functions.delete_function(FunctionName="importer")
    payload = answer["Payload"].read()
    assert "FunctionError" not in answer, payload.decode()
    return {name: Path(file) for name, file in json.loads(payload).items()}


def empty_bucket(local: LocalStack) -> None:
    """Remove every version of every object, which the stack's deletion waits for."""
    s3, bucket = local.aws.clients().s3, local.stack.outputs["ReputationBucketName"]
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


def list_physical_ids(aws: LocalAws) -> set[str]:
    """Names, URLs and ARNs of all resources of the kinds that the stack makes and that can be listed."""
    clients = aws.clients()
    return {
        *clients.sqs.list_queues().get("QueueUrls", []),
        *clients.dynamodb.list_tables()["TableNames"],
        *(bucket["Name"] for bucket in clients.s3.list_buckets()["Buckets"]),
        *(topic["TopicArn"] for topic in clients.sns.list_topics()["Topics"]),
        *(each["FunctionName"] for each in clients.functions.list_functions()["Functions"]),
        *(each["UUID"] for each in clients.functions.list_event_source_mappings()["EventSourceMappings"]),
        *(each["stateMachineArn"] for each in clients.step_functions.list_state_machines()["stateMachines"]),
        *(each["Name"] for each in clients.scheduler.list_schedules()["Schedules"]),
        *(group["logGroupName"] for group in clients.logs.describe_log_groups()["logGroups"]),
    }


def _notifications(publications: tuple[Publication, ...]) -> Iterator[TopicMessage]:
    return (TopicMessage(each.topic_account, each.message) for each in publications)


def _read_entries(local: LocalStack) -> Iterator[dict[str, str]]:
    pages = local.aws.clients().dynamodb.get_paginator("scan")
    for page in pages.paginate(TableName=local.stack.outputs["LedgerTableName"]):
        for row in page["Items"]:
            if row["pk"]["S"].startswith("MESSAGE#"):
                yield entry_of_row(row)
            elif "delays" in row:
                yield from unpack_delays(bytes(row["delays"]["B"]))


def _read_snapshot(local: LocalStack) -> Snapshot:
    store = S3SnapshotStore(local.aws.clients().s3, local.stack.outputs["ReputationBucketName"])
    manifest = load_manifest(store, Target(local.aws.account_id, local.aws.region))
    return Snapshot(manifest, tuple(row.email_address for row in stream_rows(store, manifest)))


def _read_logs(local: LocalStack) -> Iterator[str]:
    for function in FUNCTIONS:
        yield from read_function_log(local.aws, local.stack.resources[function], _WHOLE_LOG)


def _list_versions(local: LocalStack) -> Iterator[str]:
    pages = local.aws.clients().s3.get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=local.stack.outputs["ReputationBucketName"]):
        yield from (version["Key"] for version in page.get("Versions", []))
