"""What can go wrong with the policies of an identity; each text says what to do.

SesReputationError
└── AuthorizationError
    ├── IdentityUnknownError     the account has no such identity in that Region
    ├── PolicyRefusedError       SES does not take a policy; carries SES's own text
    ├── PolicyConflictError      somebody else created or deleted the policy at the same time
    ├── TooManyPoliciesError     the identity has, or would have, more policies than SES keeps
    └── PolicyNotStoredError     SES answered well, and stores something else than it was given
"""

from ses_reputation.errors import SesReputationError


class AuthorizationError(SesReputationError):
    """Base of what this room raises on purpose."""


class IdentityUnknownError(AuthorizationError):
    """The account has no such identity in the Region."""


class PolicyRefusedError(AuthorizationError):
    """SES does not take a policy; the text is SES's own, each letter of it visible."""


class PolicyConflictError(AuthorizationError):
    """A policy was created or deleted by somebody else meanwhile."""


class TooManyPoliciesError(AuthorizationError):
    """The identity has, or would have, more policies than SES keeps."""


class PolicyNotStoredError(AuthorizationError):
    """What SES stores is not what it was given."""
