"""The suppression lists that a stack should know."""

from console.stack.connection import Connection
from ses_reputation.suppression.snapshot.snapshot_reader import list_targets
from ses_reputation.suppression.targets import Target


def known_lists(connection: Connection) -> list[Target]:
    """Return the lists that have runs, finished or not, and in any case that of the stack's own account."""
    own = Target(connection.account_id, connection.region)
    return list(dict.fromkeys((own, *list_targets(connection.snapshots))))
