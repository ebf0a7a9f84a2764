"""An identity owner's policies without a delegate: drafted, not applied."""

from console.errors import ConsoleError
from console.stack.owned_identity import PolicyRead
from ses_reputation.authorization.revocation import Revocation, draft_revocation


def draft_policies(read: PolicyRead, identity_arn: str, delegate: str) -> Revocation | None:
    """Return the policies as they would be without the delegate; None where there is none to revise.

    Raises ConsoleError where the delegate is the identity's own account.
    """
    if not read.policies and not read.obstacle:
        return None
    try:
        return draft_revocation(read.policies, identity_arn, delegate)
    except ValueError as error:
        raise ConsoleError(f"{error}.") from error
