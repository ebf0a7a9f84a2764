"""What changing a suppression list needs of SES: the fake and SES's stand-in give the same answers."""

import json
from collections.abc import Callable, Iterator
from urllib.request import urlopen

import pytest

from console.local_aws.emulator import Ministack
from console.local_aws.ses_stand_in.limits import RequestLimits
from console.local_aws.ses_stand_in.server import SesStandIn
from ses_reputation.suppression.errors import (
    AddressRefusedError,
    ListRefusedError,
    ListThrottledError,
    ListUnavailableError,
)
from ses_reputation.suppression.restore.actions import Operation
from ses_reputation.suppression.restore.list_writer import ImportStatus, ListWriter, SesListWriter
from tests.support.in_memory.suppressed_list import BUCKET, ListToChange
from tests.support.ses_clients import COURIER, HARBOR, OWNER, REGION, connect_ses

pytestmark = pytest.mark.local_aws
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ses.amazonaws.com"},
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/imports/${{aws:SourceAccount}}/*",
        }
    ],
}
Put = Callable[[str, bytes], None]


@pytest.fixture(scope="module")
def bucket(ministack: Ministack) -> Put:
    """The bucket of another account, whose policy lets SES read a folder for each account."""
    s3 = ministack.clients(OWNER).connect("s3", region_name=REGION)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(POLICY))
    return lambda key, body: s3.put_object(Bucket=BUCKET, Key=key, Body=body)


@pytest.fixture
def stand_in(ministack: Ministack) -> Iterator[SesStandIn]:
    with SesStandIn(OWNER) as server:
        server.publish_through(ministack)
        server.open_account(OWNER, REGION)
        yield server


@pytest.fixture(params=["memory", "ses"])
def both(request: pytest.FixtureRequest) -> tuple[ListWriter, Put]:
    if request.param == "memory":
        fake = ListToChange()
        return fake, fake.store.put
    return SesListWriter(connect_ses(request.getfixturevalue("stand_in"), "sesv2", COURIER)), (
        request.getfixturevalue("bucket")
    )


@pytest.fixture
def writer(both: tuple[ListWriter, Put]) -> ListWriter:
    return both[0]


def finish(writer: ListWriter, job_id: str) -> ImportStatus:
    status = writer.read_import(job_id)
    for _ in range(3):
        status = writer.read_import(job_id) if not status.has_ended else status
    return status


def test_what_is_put_is_got_in_its_own_spelling_only(writer: ListWriter) -> None:
    writer.put("Ann@example.com", "COMPLAINT")

    assert writer.get("Ann@example.com") == "COMPLAINT"
    assert writer.get("ann@example.com") is None


def test_a_put_replaces_the_reason(writer: ListWriter) -> None:
    writer.put("ann@example.com", "COMPLAINT")
    writer.put("ann@example.com", "BOUNCE")

    assert writer.get("ann@example.com") == "BOUNCE"


def test_only_the_first_deletion_finds_something(writer: ListWriter) -> None:
    writer.put("ann@example.com", "BOUNCE")

    assert writer.delete("ann@example.com")
    assert not writer.delete("ann@example.com")


def test_an_address_with_a_slash_is_put_but_neither_got_nor_deleted(writer: ListWriter) -> None:
    writer.put("a/b@example.com", "BOUNCE")

    with pytest.raises(AddressRefusedError):
        writer.get("a/b@example.com")
    with pytest.raises(AddressRefusedError):
        writer.delete("a/b@example.com")


def test_an_import_job_puts_and_deletes_what_its_file_says(both: tuple[ListWriter, Put]) -> None:
    writer, put = both
    put(f"imports/{COURIER}/put", b'{"emailAddress":"a/b@example.com","reason":"BOUNCE"}\n')
    put(f"imports/{COURIER}/more", b'{"emailAddress":"ann@example.com","reason":"COMPLAINT"}\n')
    put(f"imports/{COURIER}/delete", b'{"emailAddress":"a/b@example.com"}\n')

    for name, operation in (("put", Operation.PUT), ("more", Operation.PUT), ("delete", Operation.DELETE)):
        job_id = writer.start_import(f"s3://{BUCKET}/imports/{COURIER}/{name}", operation)
        assert finish(writer, job_id).status == "COMPLETED"

    assert writer.get("ann@example.com") == "COMPLAINT"
    # SES would refuse to be asked about the other one: that it is gone shows in the list.
    assert "a/b@example.com" not in listed(writer)


def listed(writer: ListWriter) -> list[str]:
    if isinstance(writer, ListToChange):
        return list(writer.entries)
    assert isinstance(writer, SesListWriter)
    rows = writer.client.list_suppressed_destinations()["SuppressedDestinationSummaries"]
    return [row["EmailAddress"] for row in rows]


def test_records_that_ses_does_not_take_are_counted_and_the_job_completes(
    stand_in: SesStandIn, bucket: Put
) -> None:
    """Case A54: a header, a blank after the comma, a reason in lower case, a byte order mark."""
    lines = (
        "\ufeffemail,reason\r\n",
        "a@example.com,BOUNCE\n",
        "b@example.com, COMPLAINT\n",
        "c@example.com,bounce\n",
    )
    bucket(f"imports/{COURIER}/odd.csv", "".join(lines).encode())
    client = connect_ses(stand_in, "sesv2", COURIER)
    job_id = client.create_import_job(
        ImportDestination={"SuppressionListDestination": {"SuppressionListImportAction": "PUT"}},
        ImportDataSource={"S3Url": f"s3://{BUCKET}/imports/{COURIER}/odd.csv", "DataFormat": "CSV"},
    )["JobId"]

    status = finish(SesListWriter(client), job_id)

    assert (status.status, status.processed, status.failed) == ("COMPLETED", 4, 3)
    assert [each["record"] for each in read_failed(status)] == [
        "\ufeffemail,reason\r",
        "b@example.com, COMPLAINT",
        "c@example.com,bounce",
    ]


def read_failed(status: ImportStatus) -> list[dict[str, str]]:
    """What SES's own URL gives, which needs no credentials."""
    with urlopen(status.failed_records_url) as answer:  # noqa: S310 - the local AWS
        return [json.loads(line) for line in answer]


def test_a_job_that_took_all_its_records_names_none_that_failed(stand_in: SesStandIn, bucket: Put) -> None:
    bucket(f"imports/{COURIER}/put", b'{"emailAddress":"ann@example.com","reason":"BOUNCE"}\n')
    writer = SesListWriter(connect_ses(stand_in, "sesv2", COURIER))

    status = finish(writer, writer.start_import(f"s3://{BUCKET}/imports/{COURIER}/put", Operation.PUT))

    assert (status.status, status.message, status.failed_records_url) == ("COMPLETED", "", "")


@pytest.mark.parametrize(
    ("account", "region", "key", "said"),
    [
        (HARBOR, REGION, f"imports/{COURIER}/put", "denied"),
        (COURIER, "us-east-1", f"imports/{COURIER}/put", "eu-west-1"),
        (COURIER, REGION, f"imports/{COURIER}/absent", "does not exist"),
    ],
)
def test_a_job_whose_object_ses_may_not_or_cannot_read_fails_and_says_so(
    stand_in: SesStandIn, bucket: Put, account: str, region: str, key: str, said: str
) -> None:
    bucket(f"imports/{COURIER}/put", b'{"emailAddress":"ann@example.com","reason":"BOUNCE"}\n')
    writer = SesListWriter(connect_ses(stand_in, "sesv2", account, region))

    status = finish(writer, writer.start_import(f"s3://{BUCKET}/{key}", Operation.PUT))

    assert status.status == "FAILED"
    assert said in status.message
    assert listed(writer) == []


def test_neither_puts_nor_imports_are_for_the_sandbox(stand_in: SesStandIn) -> None:
    stand_in.open_account(COURIER, REGION).attributes["ProductionAccessEnabled"] = False
    writer = SesListWriter(connect_ses(stand_in, "sesv2", COURIER))

    with pytest.raises(AddressRefusedError):
        writer.put("ann@example.com", "BOUNCE")
    with pytest.raises(ListRefusedError, match="CreateImportJob"):
        writer.start_import(f"s3://{BUCKET}/key", Operation.PUT)


def test_a_tenants_list_is_changed_apart_from_its_accounts(stand_in: SesStandIn) -> None:
    client = connect_ses(stand_in, "sesv2", COURIER)
    client.create_tenant(TenantName="acme")
    account, tenant = SesListWriter(client), SesListWriter(client, "acme")

    tenant.put("ann@example.com", "BOUNCE")

    assert (account.get("ann@example.com"), tenant.get("ann@example.com")) == (None, "BOUNCE")
    assert not account.delete("ann@example.com")
    assert tenant.delete("ann@example.com")


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (RequestLimits(throttled_fraction=1.0), ListThrottledError),
        (RequestLimits(failed_fraction=1.0), ListUnavailableError),
    ],
)
def test_being_throttled_and_failing_are_two_errors(
    stand_in: SesStandIn, limits: RequestLimits, expected: type[Exception]
) -> None:
    stand_in.limit(limits)

    with pytest.raises(expected):
        SesListWriter(connect_ses(stand_in, "sesv2", COURIER)).put("ann@example.com", "BOUNCE")


def test_a_job_that_ses_does_not_know_is_asked_about_again(stand_in: SesStandIn) -> None:
    with pytest.raises(ListUnavailableError):
        SesListWriter(connect_ses(stand_in, "sesv2", COURIER)).read_import("absent")


def test_no_error_quotes_the_address(stand_in: SesStandIn) -> None:
    stand_in.restrict(f"arn:aws:iam::{COURIER}:root")
    writer = SesListWriter(connect_ses(stand_in, "sesv2", COURIER))

    with pytest.raises(ListRefusedError, match="ses:PutSuppressedDestination") as refused:
        writer.put("ann@example.com", "BOUNCE")

    assert "ann@" not in str(refused.value)


@pytest.mark.parametrize(
    ("principal", "status"), [("ses.amazonaws.com", "COMPLETED"), ("sns.amazonaws.com", "FAILED")]
)
def test_an_object_under_a_customers_key_is_read_where_the_key_lets_ses(
    stand_in: SesStandIn, bucket: Put, ministack: Ministack, principal: str, status: str
) -> None:
    clients = ministack.clients(OWNER)
    grant = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "kms:Decrypt", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
    key = clients.connect("kms", region_name=REGION).create_key(Policy=policy)["KeyMetadata"]["Arn"]
    clients.connect("s3", region_name=REGION).put_object(
        Bucket=BUCKET,
        Key=f"imports/{COURIER}/encrypted",
        Body=b'{"emailAddress":"ann@example.com","reason":"BOUNCE"}\n',
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key,
    )
    writer = SesListWriter(connect_ses(stand_in, "sesv2", COURIER))

    job_id = writer.start_import(f"s3://{BUCKET}/imports/{COURIER}/encrypted", Operation.PUT)

    assert finish(writer, job_id).status == status
