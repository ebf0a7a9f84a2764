"""What can go wrong with a suppression list or its snapshots.

SesReputationError
└── SuppressionError
    ├── InvalidScheduledTimeError    the run was asked for with something that is not a time
    ├── ListRefusedError             SES will not give this list (rights, parameters): do not ask again
    │   └── TenantGoneError          the tenant was deleted, and its list with it
    ├── ListUnavailableError         SES failed several times in a row: asking again later may help
    │   └── PageUnreadableError      SES answered, but not with a page: taken for a failure, and asked again
    ├── ListThrottledError           SES asked us to slow down (stays inside the reader)
    ├── ChainExpiredError            SES no longer knows the token (ends a chain of pages, not the run)
    ├── ListStarvedError             SES throttled every request for about an hour
    ├── RunOutOfTimeError            the run has no time left for this list
    ├── ChainRestartsExhaustedError  tokens expired again and again: the run cannot be completed
    ├── SnapshotMissingError         no finished snapshot where one was asked for
    ├── SnapshotCorruptError         a part or manifest is missing, was changed, or does not add up
    ├── AddressRefusedError          SES does not take one address; others of the same list may be fine
├── ListUnreadableError          a file with addresses is none that we can read
├── ReasonHoldsAddressError      somebody says why a list is changed, and names a recipient
└── StoreContendedError          an object kept changing while we tried to replace it
"""

from ses_reputation.errors import SesReputationError


class SuppressionError(SesReputationError):
    """Base of everything the suppression half raises on purpose."""


class InvalidScheduledTimeError(SuppressionError):
    """The run was asked for with something that is not a time; the text shows what is wanted."""


class ListRefusedError(SuppressionError):
    """SES will not give this list; asking again does not help until somebody changes something."""


class TenantGoneError(ListRefusedError):
    """The tenant was deleted since tenants were listed."""


class ListUnavailableError(SuppressionError):
    """SES failed several times in a row, or could not be reached."""


class PageUnreadableError(ListUnavailableError):
    """SES answered with success, but with something that is no page of a list."""


class ListThrottledError(SuppressionError):
    """SES answered `TooManyRequestsException`."""


class ChainExpiredError(SuppressionError):
    """SES answered `InvalidNextTokenException`: this chain of pages cannot be continued."""


class ListStarvedError(SuppressionError):
    """SES throttled every request of several calls in a row."""


class RunOutOfTimeError(SuppressionError):
    """The run has to end, and this list was not read yet."""


class ChainRestartsExhaustedError(SuppressionError):
    """Tokens expired more often than the run may start over."""


class SnapshotMissingError(SuppressionError):
    """There is no finished snapshot under that name."""


class SnapshotCorruptError(SuppressionError):
    """A part or a manifest is missing, was changed after it was written, or does not add up."""


class StoreContendedError(SuppressionError):
    """An object kept changing while it was being replaced."""


class ReasonHoldsAddressError(SuppressionError):
    """Why a list is changed is said with an address, which the ledger's records never hold."""


class AddressRefusedError(SuppressionError):
    """SES does not take this address in this call; its code, never the address."""


class ListUnreadableError(SuppressionError):
    """A file with addresses is no list of any provider that we know; says what is expected."""
