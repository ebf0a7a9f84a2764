"""Clients of the local AWS: each is made once, and each of its own Region and credentials."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from console.local_aws.clients import Clients, Credentials


def clients() -> Clients:
    return Clients.at_endpoint("http://127.0.0.1:1", "us-east-1", Credentials.of_account("111122223333"))


def test_a_client_is_made_once_whichever_thread_asks_first() -> None:
    own = clients()

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: own.connect("sns", region_name="eu-west-1"), range(32)))

    assert len(set(map(id, made))) == 1
    assert own.sns is own.connect("sns")


def test_another_region_other_credentials_and_other_accounts_have_clients_of_their_own() -> None:
    own = clients()
    made = [
        own.sqs,
        own.connect("sqs", region_name="eu-west-1"),
        own.connect("sqs", aws_access_key_id="222222222222", aws_secret_access_key="local"),  # noqa: S106
        Clients(boto3.Session(region_name="us-east-1"), None).connect("sqs"),
    ]

    assert len(set(map(id, made))) == 4
    assert [client.meta.region_name for client in made[:2]] == ["us-east-1", "eu-west-1"]


def signed_by(own: Clients) -> str:
    request = {"Bucket": "bucket", "Key": "statements/index.html"}
    return own.s3.generate_presigned_url("get_object", Params=request, ExpiresIn=3_600)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-southeast-2", "eu-central-1"])
def test_a_link_is_signed_with_version_4_for_the_host_of_its_region(
    region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    session = boto3.Session("id", "secret", region_name=region)

    link = urlsplit(signed_by(Clients(session, None)))

    query = parse_qs(link.query)
    assert link.netloc == f"bucket.s3.{region}.amazonaws.com"
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Credential"][0].split("/")[2:] == [region, "s3", "aws4_request"]


def test_an_emulator_is_asked_by_its_own_name() -> None:
    link = urlsplit(signed_by(clients()))

    assert (link.netloc, link.path) == ("127.0.0.1:1", "/bucket/statements/index.html")
