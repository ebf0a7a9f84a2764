"""Starts the corrected ministack; `console.local_aws.ministack.process` is the other end."""

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from ministack import app
from ministack.services import scheduler

from console.local_aws.ministack import (
    callers,
    consumption,
    functions,
    queues,
    request_context,
    roles,
    schedules,
    ses_resources,
    streams,
    subscriptions,
    templates,
    topics,
)
from console.local_aws.ministack.consumed_record import RECORD_NAME
from console.local_aws.ministack.envelopes import signed_envelopes
from console.local_aws.ministack.envelopes.signer import ENVELOPE_SIGNER_PATH, EnvelopeSigner

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

CALLER_PATH = "/_ses_reputation/caller/"
UNREAD_STREAM_RECORDS_PATH = "/_ses_reputation/unread-stream-records"
_SCHEDULER_TICK_SECONDS = 1


def main() -> None:
    """Serve until stopped."""
    stop_with_the_parent()
    # It found this package; the functions that ministack starts are to find only what a layer would bring.
    os.environ.pop("PYTHONPATH", None)
    queues.redrive_dead_letters()
    queues.lock_queues()
    queues.fill_batches_like_lambda()
    consumption.record_consumed_messages(Path(RECORD_NAME))
    functions.keep_whole_logs()
    streams.retry_batches_that_report_failures()
    functions.name_errors_by_their_class()
    schedules.fill_in_scheduled_time()
    ses_resources.provision_through_ses()
    topics.keep_keys_of_topics()
    templates.make_alarms_by_metric_math()
    templates.read_places_in_conditions()
    request_context.let_accounts_join()
    if app.AUTH:
        check_roles_of_services()
    # A one-time schedule of now need not wait for ten seconds.
    scheduler._SCHEDULE_TICK_INTERVAL = _SCHEDULER_TICK_SECONDS
    subscriptions.name_regions_of_sns()
    with signed_envelopes.sign_what_sns_publishes() as signer:
        subscriptions.subscribe_like_sns(signer)
        serve_loopback_as_tls_and_own_pages(signer)
        app.main()


def check_roles_of_services() -> None:
    """Enforce the policies of roles that services use, besides those that ministack enforces."""
    request_context.add_leading_keys()
    request_context.name_organizations()
    request_context.authorize_paths_of_parameters()
    roles.check_mappings()
    roles.check_failure_destinations()
    roles.check_logs()
    roles.check_workflows()
    roles.check_schedules()
    roles.name_roles_of_sessions()


def serve_loopback_as_tls_and_own_pages(signer: EnvelopeSigner) -> None:
    """Let this machine's own traffic pass policies that refuse plain HTTP, and serve three more pages."""
    serve: Callable[[Scope, Receive, Send], Awaitable[None]] = app.app

    async def serve_here(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == UNREAD_STREAM_RECORDS_PATH:
            await _answer(send, {"unread": streams.count_unread_records()})
        elif scope.get("path") == ENVELOPE_SIGNER_PATH:
            await _answer(send, signer.to_json())
        elif str(scope.get("path")).startswith(CALLER_PATH):
            await _answer(send, callers.describe_caller(scope["path"].removeprefix(CALLER_PATH)))
        elif scope["type"] == "http":
            await serve(scope | {"scheme": "https"}, receive, send)
        else:
            await serve(scope, receive, send)

    app.app = serve_here


def stop_with_the_parent() -> None:
    """Standard input ends when the starting process is gone, however it went."""

    def wait_for_end() -> None:
        with contextlib.suppress(OSError):
            sys.stdin.buffer.read()
        os.killpg(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait_for_end, daemon=True, name="parent-watch").start()


async def _answer(send: Send, answer: Mapping[str, Any]) -> None:
    body = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    main()
