"""What is read of a bucket, its key and an account before an import job."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from ses_reputation.suppression.restore.import_facts import read_import_facts
from ses_reputation.suppression.restore.preflight import ImportFacts

BUCKET, REGION = "reputation", "eu-west-1"
Clients = tuple[Any, Any, Any]


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        s3, kms, ses = (boto3.client(name, region_name=REGION) for name in ("s3", "kms", "sesv2"))
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield s3, kms, ses


def read(clients: Clients, is_out: bool = True) -> ImportFacts:
    s3, kms, ses = clients
    with Stubber(ses) as stub:
        stub.add_response("get_account", {"ProductionAccessEnabled": is_out})
        return read_import_facts(s3, kms, ses, BUCKET, REGION)


def encrypt(s3: Any, algorithm: str, **key: str) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, **key}}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})


def test_a_bucket_without_a_policy_has_an_empty_one(clients: Clients) -> None:
    assert read(clients).policy == ""


@pytest.mark.parametrize("is_out", [True, False])
def test_policy_and_sandbox_are_read(clients: Clients, is_out: bool) -> None:
    clients[0].put_bucket_policy(Bucket=BUCKET, Policy='{"Version": "2012-10-17", "Statement": []}')
    encrypt(clients[0], "AES256")

    assert read(clients, is_out) == ImportFacts(
        BUCKET,
        REGION,
        "aws",
        '{"Version": "2012-10-17", "Statement": []}',
        key="",
        is_out_of_sandbox=is_out,
    )


def test_kms_without_a_keys_name_is_the_key_of_aws(clients: Clients) -> None:
    encrypt(clients[0], "aws:kms")

    assert read(clients).is_aws_key


def test_a_customers_key_is_read_with_its_policy(clients: Clients) -> None:
    key = clients[1].create_key(Policy='{"Version": "2012-10-17", "Statement": []}')["KeyMetadata"]
    encrypt(clients[0], "aws:kms", KMSMasterKeyID=key["KeyId"])
    facts = read(clients)

    assert (facts.key, facts.is_aws_key) == (key["Arn"], False)
    assert facts.key_policy == '{"Version": "2012-10-17", "Statement": []}'


def test_what_may_not_be_read_is_not_known(clients: Clients) -> None:
    s3, kms, ses = clients
    with Stubber(ses) as refusing, Stubber(s3) as refusing_s3:
        refusing.add_client_error("get_account", "AccessDeniedException", http_status_code=403)
        for call in ("get_bucket_encryption", "get_bucket_policy"):
            refusing_s3.add_client_error(call, "AccessDenied", http_status_code=403)
        facts = read_import_facts(s3, kms, ses, BUCKET, REGION)

    assert facts == ImportFacts(BUCKET, REGION, "aws", policy=None, key=None)
