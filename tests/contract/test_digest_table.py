"""What digests keep does the same in memory, over moto's DynamoDB, and over the local AWS."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from ses_reputation.digest.facts import DigestFigures, KeptRate
from ses_reputation.digest.party import OWNERS, DigestParty
from ses_reputation.digest.store import DigestTable
from ses_reputation.errors import StateError
from ses_reputation.notifications.channel import Channel
from ses_reputation.rates.thresholds import Standing
from ses_reputation.standing.rows import row_of_state
from ses_reputation.standing.state import EntityState
from tests.support.digests import MONDAY, WEEK, InMemoryDigests, state_of
from tests.support.evaluated import bounces
from tests.support.stack_template import render_stack

TABLE = "ledger"
LEASE = timedelta(minutes=2)
DEPLOYED = ("BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
FIGURES = DigestFigures(
    MONDAY, {"identity#example.com": {"bounces": KeptRate(3, 100)}}, {"4444/us-east-1": 7}
)


class Ledger(NamedTuple):
    """A table with digests, and how a state gets into it."""

    table: Any
    keep: Callable[[EntityState], None]


@pytest.fixture(params=["in_memory", "moto", pytest.param("local_aws", marks=pytest.mark.local_aws)])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    if request.param == "in_memory":
        table = InMemoryDigests(states := {})
        yield Ledger(table, lambda state: states.update({state.entity: state}))
    elif request.param == "moto":
        with mock_aws():
            yield deployed(boto3.client("dynamodb", region_name="us-east-1"))
    else:
        dynamodb = request.getfixturevalue("ministack").clients().dynamodb
        yield deployed(dynamodb)
        dynamodb.delete_table(TableName=TABLE)


def deployed(client: Any) -> Ledger:
    properties = render_stack().properties("LedgerTable")
    client.create_table(TableName=TABLE, **{name: properties[name] for name in DEPLOYED})

    def keep(state: EntityState) -> None:
        client.put_item(TableName=TABLE, Item=row_of_state(state))

    return Ledger(DigestTable(client, TABLE), keep)


def test_a_digest_is_claimed_by_one_run_until_its_lease_is_over(ledger: Ledger) -> None:
    table = ledger.table

    assert table.claim_digest(OWNERS, WEEK, MONDAY, LEASE) == set()
    assert table.claim_digest(OWNERS, WEEK, MONDAY + LEASE / 2, LEASE) is None
    assert table.claim_digest(OWNERS, WEEK, MONDAY + LEASE, LEASE) == set()
    # Others are claimed apart.
    assert table.claim_digest(DigestParty("444455556666"), WEEK, MONDAY, LEASE) == set()
    assert table.claim_digest(OWNERS, "2026-W49", MONDAY, LEASE) == set()


def test_the_next_run_sends_to_the_channels_that_are_left(ledger: Ledger) -> None:
    table = ledger.table
    table.claim_digest(OWNERS, WEEK, MONDAY, LEASE)
    table.mark_sent_to(OWNERS, WEEK, Channel.ALERT, MONDAY)

    assert table.claim_digest(OWNERS, WEEK, MONDAY + LEASE, LEASE) == {Channel.ALERT}


def test_what_was_sent_everywhere_is_not_claimed_again(ledger: Ledger) -> None:
    table = ledger.table
    table.claim_digest(OWNERS, WEEK, MONDAY, LEASE)
    table.finish_digest(OWNERS, WEEK, FIGURES, MONDAY)

    assert table.claim_digest(OWNERS, WEEK, MONDAY + timedelta(days=6), LEASE) is None


def test_the_next_week_reads_the_figures_of_the_last_that_was_sent(ledger: Ledger) -> None:
    table = ledger.table
    for week in ("2026-W46", "2026-W47", WEEK):
        table.claim_digest(OWNERS, week, MONDAY, LEASE)
    table.finish_digest(OWNERS, "2026-W46", FIGURES, MONDAY)

    # That of W47 was cut off: nobody knows what it said.
    assert table.figures_before(OWNERS, WEEK) == FIGURES
    assert table.figures_before(OWNERS, "2026-W46") is None
    assert table.figures_before(DigestParty("444455556666"), WEEK) is None


def test_states_are_those_of_assessments(ledger: Ledger) -> None:
    state = state_of(bounces(Standing.REVIEW))
    ledger.keep(state)

    assert ledger.table.read_states() == {state.entity: state}


def test_figures_that_cannot_be_read_are_named_by_their_keys() -> None:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        table = deployed(client).table
        row = {"pk": {"S": "DIGESTS#owners"}, "sk": {"S": "2026-W47"}, "figures": {"S": "{}"}}
        client.put_item(TableName=TABLE, Item=row)

        with pytest.raises(StateError, match="DIGESTS#owners / 2026-W47 cannot be read"):
            table.figures_before(OWNERS, WEEK)
