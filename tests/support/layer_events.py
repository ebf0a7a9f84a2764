"""Of each function an event, what it answers of an AWS that has nothing, and which services it calls."""

import json
from typing import Any, NamedTuple

from console.local_aws.ministack.envelopes.signer import ISSUER_URL
from ses_reputation.ledger.keys import journal_key
from tests.support.notifications import envelope, published, record
from tests.support.pages import WHOLE, page_of
from tests.support.signing import CERTIFICATE_URL, ISSUER, LEAF, ROOT

_SCHEDULED = {"scheduled_at": "2026-11-22T03:15:00Z"}
_JOURNALED = {
    "eventName": "INSERT",
    "eventSource": "aws:dynamodb",
    "dynamodb": {
        "ApproximateCreationDateTime": 1_795_316_400,
        "Keys": {"pk": {"S": journal_key(WHOLE)}, "sk": {"S": page_of(1).sort_key}},
        "SequenceNumber": "100",
    },
}
_BEGIN = {
    "operation": "claim",
    "execution": "arn:aws:states:us-east-1:111122223333:execution:ExportSuppression:1",
    "request": _SCHEDULED,
}


class Call(NamedTuple):
    """What a function is given, some of what it answers, and whom it calls meanwhile."""

    event: dict[str, Any]
    answer: dict[str, Any]
    services: set[str]


CALLS = {
    "journal_feedback": Call(
        {"Records": [record(envelope(json.dumps(published("Send"))))]},
        {"batchItemFailures": []},
        {"dynamodb"},
    ),
    "post_balances": Call({"Records": [_JOURNALED]}, {"batchItemFailures": []}, {"dynamodb"}),
    "read_ses_statistics": Call(
        _SCHEDULED, {"failed": 0, "checked": 1}, {"dynamodb", "email", "events", "sns", "sqs"}
    ),
    "assess_reputation": Call(_SCHEDULED, {"failed": 0}, {"dynamodb"}),
    "export_suppression": Call(_BEGIN, {"status": "claimed"}, {"dynamodb", "s3"}),
}


def given(call: Call) -> str:
    """Return what the program of `one_event.py` reads: the event, and what signs envelopes."""
    certificates = {
        CERTIFICATE_URL: LEAF.pem.decode("latin-1"),
        ISSUER_URL: ISSUER.der.decode("latin-1"),
    }
    return json.dumps({"event": call.event, "root": ROOT.pem.decode(), "certificates": certificates})
