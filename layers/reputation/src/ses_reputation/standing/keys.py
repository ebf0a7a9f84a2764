"""The keys under which states and transitions stand in the ledger's table.

None of these items has an attribute `identity` or `posted_on`: they would stand among the balances in the
indexes.
"""

from ses_reputation.rollup.entities import ReputationEntity

TRANSITIONS = "TRANSITIONS"
STANDINGS = "STANDINGS"


def transitions_partition(entity: ReputationEntity) -> str:
    """Return the partition key of an entity's transitions; their sort key is their id, which begins with the
    time."""
    return f"{TRANSITIONS}#{entity.key}"
