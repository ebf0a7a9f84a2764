"""The facts on a ledger's journal pages: the proof that a message was journaled."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ses_reputation.feedback.origins import AccountHour
from ses_reputation.feedback.provenance import Feed
from ses_reputation.feedback.reading import Observed
from ses_reputation.ledger.keys import JOURNAL, shard_of_key
from ses_reputation.ledger.pages import FactRun
from ses_reputation.ledger.rows import runs_of_row
from ses_reputation.ledger.shards import fingerprint

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_RunOfHour = tuple[AccountHour, str, str, bool, int, int]
"""Hour, identity, configuration set, whether by the owner's feed, outcome and provider."""


class JournaledFacts:
    """Fingerprints by the hour and the run that they stand in, of whichever pages."""

    def __init__(self, runs: Iterable[tuple[AccountHour, FactRun]]) -> None:
        self._facts: dict[_RunOfHour, set[int]] = {}
        for account_hour, run in runs:
            source = run.source
            run_key = (source.identity, source.configuration_set, source.is_owners, run.outcome, run.provider)
            self._facts.setdefault((account_hour, *run_key), set()).update(run.fingerprints)

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
            (shard_of_key(page["pk"]["S"]).segment.account_hour, run)
            for page in pages
            for run in runs_of_row(page)
        )

    def hold(self, observed: Observed) -> bool:
        """Whether all that a message observed stands in the journal."""
        origin, name = observed.origin, observed.configuration_set or ""
        source = (origin.account_hour, origin.identity, name, observed.feed is Feed.OWNER)
        for each in observed.observations:
            dispatch = int.from_bytes(fingerprint(observed.message_id, each.recipient))
            if dispatch not in self._facts.get((*source, each.outcome, each.provider), ()):
                return False
        return True
