"""CloudFormation hears how a request ended, also where S3 or SES make trouble."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ses_reputation.accounts.answering import put_answer
from ses_reputation.accounts.managing import OneCallASecond, manage_in_time
from ses_reputation.accounts.stack_request import StackAnswer
from ses_reputation.errors import UnavailableError


class Place(ThreadingHTTPServer):
    """Where answers are put: takes them after so many refusals."""

    daemon_threads = True

    def __init__(self, refusals: int) -> None:
        super().__init__(("127.0.0.1", 0), _Putting)
        self.refusals = refusals
        self.put: list[tuple[str | None, Any]] = []


class _Putting(BaseHTTPRequestHandler):
    server: Place

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.put.append((self.headers.get("Content-Type"), json.loads(body)))
        self.send_response(503 if len(self.server.put) <= self.server.refusals else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with Place(request.param) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def put(place: Place) -> None:
    put_answer(f"http://127.0.0.1:{place.server_port}/answer?signed", {"Status": "SUCCESS"}, lambda _: None)


@pytest.mark.parametrize("place", [0, 2], indirect=True)
def test_an_answer_is_put_without_a_content_type_until_it_is_taken(place: Place) -> None:
    put(place)
    assert place.put == [("", {"Status": "SUCCESS"})] * (place.refusals + 1)


@pytest.mark.parametrize("place", [9], indirect=True)
def test_an_answer_that_is_never_taken_fails_the_call(place: Place) -> None:
    with pytest.raises(UnavailableError, match="HTTP 503"):
        put(place)
    assert len(place.put) == 4


def test_nothing_but_a_place_for_answers_is_spoken_to() -> None:
    with pytest.raises(UnavailableError, match="names no place"):
        put_answer("file:///etc/passwd", {}, lambda _: None)


EVENT = {
    "RequestType": "Create",
    "RequestId": "1",
    "ResourceType": "Custom::IdentityFeedback",
    "LogicalResourceId": "IdentityFeedback",
    "StackId": "arn:aws:cloudformation:eu-west-1:111111111111:stack/connected/1",
    "ResourceProperties": {"Identities": "orchard.example", "TopicArn": "arn:aws:sns:eu-west-1:1:t"},
}


def test_where_ses_hangs_the_answer_is_not_late() -> None:
    never = threading.Event()

    def hang(*_: Any, **__: Any) -> Any:
        never.wait()

    answer = manage_in_time(EVENT, hang, lambda: 45.1)

    assert answer == StackAnswer("IdentityFeedback-of-connected", "SES did not answer in time: try again")
    never.set()


def test_an_answer_is_short_enough_for_cloudformation() -> None:
    answer = StackAnswer("i" * 1_000, "x" * 9_000, ("y" * 9_000,)).to_json(EVENT)

    assert len(json.dumps(answer)) < 4_096
    assert answer["Status"] == "FAILED"


def test_what_was_left_alone_is_said_where_a_deleted_stack_still_shows_it() -> None:
    left_alone = "Bounce of orchard.example was left alone."

    answer = StackAnswer("id", notes=(left_alone, "So was its set.")).to_json(EVENT)

    assert (answer["Status"], answer["Reason"]) == ("SUCCESS", f"{left_alone} So was its set.")


def test_calls_are_a_second_apart() -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))
        now[0] += seconds

    pace = OneCallASecond(lambda: now[0], sleep)
    pace()
    pace()
    now[0] += 0.4
    pace()
    now[0] += 5
    pace()
    assert slept == [0.0, 1.0, 0.6, 0.0]
