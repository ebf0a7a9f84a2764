"""What can go wrong with what a stack sets of identities; each text says what to do.

SesReputationError
└── IdentitySettingError        SES refused a setting, or there is not time for all of them
    └── IdentityGoneError       the account has no such identity in that Region
"""

from ses_reputation.errors import SesReputationError


class IdentitySettingError(SesReputationError):
    """A setting of an identity cannot be made; the text is SES's own, with what was found out about it."""


class IdentityGoneError(IdentitySettingError):
    """The account has no such identity in this Region."""
