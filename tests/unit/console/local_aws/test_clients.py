"""Clients of the local AWS: each is made once, and each of its own Region and credentials."""

from concurrent.futures import ThreadPoolExecutor

import boto3

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
