"""The facts on a ledger's journal pages: the proof that a message was journaled."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ses_reputation.feedback.observations import SenderHour
from ses_reputation.feedback.provenance import Feed
from ses_reputation.feedback.reading import Observed
from ses_reputation.ledger.fingerprint import fingerprint
from ses_reputation.ledger.keys import JOURNAL, segment_of_key
from ses_reputation.ledger.pages import FactRun, RunKey
from ses_reputation.ledger.rows import runs_of_row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class JournaledFacts:
    """Fingerprints by the hour and the run that they stand in, of whichever pages."""

    def __init__(self, runs: Iterable[tuple[SenderHour, FactRun]]) -> None:
        self._facts: dict[tuple[SenderHour, RunKey], set[int]] = {}
        for sender_hour, run in runs:
            self._facts.setdefault((sender_hour, run.key), set()).update(run.fingerprints)

    @classmethod
    def read(cls, dynamodb: "DynamoDBClient", table: str) -> "JournaledFacts":
        """Read every page of a ledger by a scan: for small ledgers, such as those on this machine."""
        answers = dynamodb.get_paginator("scan").paginate(
            TableName=table,
            FilterExpression="begins_with(pk, :journal)",
            ExpressionAttributeValues={":journal": {"S": f"{JOURNAL}#"}},
            ConsistentRead=True,
        )
        pages = (page for answer in answers for page in answer["Items"])
        return cls(
            (segment_of_key(page["pk"]["S"]).sender_hour, run) for page in pages for run in runs_of_row(page)
        )

    def hold(self, observed: Observed) -> bool:
        """Whether all that a message observed stands in the journal."""
        name, is_owners = observed.configuration_set or "", observed.feed is Feed.OWNER
        for each in observed.observations:
            key: RunKey = (each.outcome, each.provider, name, is_owners)
            dispatch = int.from_bytes(fingerprint(observed.message_id, each.recipient))
            if dispatch not in self._facts.get((observed.sender_hour, key), ()):
                return False
        return True
