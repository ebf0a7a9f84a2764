"""Digests in the ledger's table: who is about to send one, where it was sent, and its figures.

One item for each party and week. None of them has an attribute `identity` or `posted_on`: they would stand
among the balances in the indexes.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from ses_reputation.aws.dynamodb import time_value
from ses_reputation.digest.facts import DigestFigures
from ses_reputation.digest.party import DigestParty
from ses_reputation.json_text import parse_json
from ses_reputation.notifications.channel import Channel
from ses_reputation.standing.store import StandingTable
from ses_reputation.stored_json import plain_text, read_as, reading

_DIGESTS = "DIGESTS"


class DigestTable(StandingTable):
    """Digests, and the standings that they are made of.

    Raises UnavailableError where DynamoDB fails, StateError where something stored cannot be read.
    """

    def claim_digest(
        self, party: DigestParty, week: str, at: datetime, lease: timedelta
    ) -> Collection[Channel] | None:
        """Return the channels that have a party's digest of a week, to the run that may send it on.

        None where all have it, or another run has claimed it. A claim ends with its lease: the run that made
        it was cut off, and the next run may claim.
        """
        row = self._items.update(
            (_partition(party), week),
            "SET claimed_until = :until",
            "attribute_not_exists(sent_at) AND (attribute_not_exists(claimed_until) OR claimed_until <= :at)",
            {":at": time_value(at), ":until": time_value(at + lease)},
        )
        return None if row is None else {each for each in Channel if _field(each) in row}

    def is_digest_sent(self, party: DigestParty, week: str) -> bool:
        """Return whether every channel has a party's digest of a week."""
        rows = self._items.partition(_partition(party), ScanIndexForward=False, ConsistentRead=True)
        return any(row["sk"]["S"] == week and "sent_at" in row for row in rows)

    def mark_sent_to(self, party: DigestParty, week: str, channel: Channel, at: datetime) -> None:
        """Remember that a channel has a digest."""
        self._items.update(
            (_partition(party), week),
            f"SET {_field(channel)} = :at",
            "attribute_exists(pk)",
            {":at": time_value(at)},
        )

    def finish_digest(self, party: DigestParty, week: str, figures: DigestFigures, at: datetime) -> None:
        """Remember that every channel has a digest, and the figures that the next one compares with."""
        self._items.update(
            (_partition(party), week),
            "SET sent_at = :at, figures = :figures",
            "attribute_exists(pk)",
            {":at": time_value(at), ":figures": {"S": plain_text(figures)}},
        )

    def figures_before(self, party: DigestParty, week: str) -> DigestFigures | None:
        """Return the figures of the newest digest that was sent before a week; None where there is none."""
        rows = self._items.partition(_partition(party), ScanIndexForward=False, ConsistentRead=True)
        for row in rows:
            if row["sk"]["S"] < week and "figures" in row:
                with reading(row):
                    return read_as(DigestFigures, parse_json(row["figures"]["S"]))
        return None


def _partition(party: DigestParty) -> str:
    return f"{_DIGESTS}#{party.key}"


def _field(channel: Channel) -> str:
    return f"{channel}_sent_at"
