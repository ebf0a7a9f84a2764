"""The sending-authorization policies that a stack gives to identities: one for each delegate."""

from collections.abc import Iterable

from ses_reputation.accounts.identity_settings import Settings
from ses_reputation.authorization.draft import SendingGrant, draft_grant
from ses_reputation.authorization.identity_arn import IdentityArn
from ses_reputation.authorization.policy_document import policy_text

POLICY_PREFIX = "ses-reputation-"


def policy_settings(identity: IdentityArn, delegates: Iterable[str]) -> Settings:
    """Return documents by the name of their policy. Raises ValueError where a delegate cannot be one."""
    documents: dict[str, str] = {}
    for delegate in delegates:
        grant = SendingGrant(identity, (delegate,), name=f"{POLICY_PREFIX}{delegate}")
        documents |= {name: policy_text(policy) for name, policy in draft_grant(grant).policies.items()}
    return documents
