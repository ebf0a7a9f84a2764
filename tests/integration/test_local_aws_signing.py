"""SNS on this machine signs what it publishes, and the deployed function checks it as it does on AWS."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest

from console.local_aws.delivery import FeedbackTopics, TopicMessage, send_to_queue
from console.local_aws.emulator import ExternalAws, Ministack, open_local_aws
from console.local_aws.errors import EmulatorError
from console.local_aws.waiting import settle
from tests.support.aws.local_aws import Ledger
from tests.support.notifications import DELEGATE, envelope, published

pytestmark = pytest.mark.local_aws


def send_of(message_id: str) -> str:
    return json.dumps(published("Send", "newsletter", {"messageId": message_id}))


def put(ledger: Ledger, *bodies: str) -> None:
    send_to_queue(ledger.aws, ledger.stack.outputs["FeedbackQueueUrl"], bodies)
    settle(ledger.aws, ledger.stack)


def test_what_sns_publishes_is_believed_by_the_deployed_function(ledger: Ledger) -> None:
    topics = FeedbackTopics.of_stack(ledger.aws, ledger.stack)
    topics.publish([TopicMessage(DELEGATE, send_of(str(uuid4())))])
    settle(ledger.aws, ledger.stack)

    assert [row["pk"] for row in ledger.read_items("JOURNAL#")] == [
        "JOURNAL#444455556666#us-east-1#2026-11-20T14"
    ]
    assert ledger.list_keys("quarantine/") == []


def test_what_another_key_signed_is_forged_and_what_the_runs_signed_is_not(ledger: Ledger) -> None:
    """The tests' own signer has all of SNS's names, and another root."""
    foreign, own = envelope(send_of(str(uuid4()))), ledger.aws.envelope_signer().sign_body(envelope("hello"))
    put(ledger, foreign, own)

    assert len(ledger.list_keys("quarantine/forged_envelope/")) == 1
    assert len(ledger.list_keys("quarantine/unreadable/")) == 1


def test_what_was_signed_and_then_changed_is_forged(ledger: Ledger) -> None:
    before = len(ledger.list_keys("quarantine/forged_envelope/"))
    signed = json.loads(ledger.aws.envelope_signer().sign_body(envelope("hello")))
    put(ledger, json.dumps(signed | {"Message": send_of(str(uuid4()))}))

    assert len(ledger.list_keys("quarantine/forged_envelope/")) == before + 1


def test_who_uses_a_running_emulator_signs_as_it_does(ministack: Ministack) -> None:
    with open_local_aws({"AWS_ENDPOINT_URL": ministack.endpoint_url}) as external:
        assert isinstance(external, ExternalAws)
        fields = json.loads(envelope("hello"))

        assert external.envelope_signer().sign(fields) == ministack.envelope_signer().sign(fields)


@contextmanager
def another_emulator() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, format: str, *_arguments: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_an_emulator_that_signs_otherwise_is_said_to_be_of_no_use() -> None:
    with another_emulator() as url, pytest.raises(EmulatorError, match="does not sign what SNS publishes"):
        ExternalAws(url, "us-east-1").envelope_signer()
