"""What the command line raises on purpose; its text is the one line that an operator reads.

ConsoleError
├── NoStackError      no stack runs here, or the one named is not one of ours
├── NotFoundError     what was asked for is not in the stack
├── UnpostedError     what was journaled could not all be posted, so balances would be wrong
├── ExportFailedError the suppression export did not end well
├── NotPausedError    a configuration set cannot be resumed that was not paused here
└── NotRecordedError  a configuration set was resumed, and the ledger does not say so
"""


class ConsoleError(Exception):
    """Base of everything that the command line raises on purpose."""


class NoStackError(ConsoleError):
    """There is no stack to read; the text says how to get one."""


class NotFoundError(ConsoleError):
    """What was asked for is not there."""


class UnpostedError(ConsoleError):
    """Balances are behind the journal, and nothing moves any more."""


class ExportFailedError(ConsoleError):
    """The suppression export failed, or takes longer than the command waits."""


class NotPausedError(ConsoleError):
    """The ledger does not say that the configuration set is paused; the text says what it does say."""


class NotRecordedError(ConsoleError):
    """A configuration set sends again, but others kept writing its account's state."""
