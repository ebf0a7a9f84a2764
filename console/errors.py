"""The errors that the command line raises on purpose; an operator reads their text as one line.

ConsoleError
├── NoStackError      no stack runs here, or the named one is not of ses-reputation
├── StackKeptError    another command keeps a stack on this machine already
├── NotFoundError     what was asked for is not in the stack
├── UnpostedError     what was journaled could not all be posted, so balances would be wrong
├── UnaccountedError  some messages are neither journaled, ignored, quarantined nor failed
├── ExportFailedError the suppression export did not succeed
├── ExportClaimedError
│                     another execution exports the suppression lists of the same time
├── NotPausedError    the configuration set to resume is not paused
├── NotRecordedError  a configuration set was resumed, but the ledger does not say so
├── NotAllowedError   SES would not do what was asked, and nothing was tried
├── FileUnreadableError a file that was named cannot be read
└── WrongAccountError a profile is of another account than the one that it was named for
"""


class ConsoleError(Exception):
    """Base of everything that the command line raises on purpose."""


class NoStackError(ConsoleError):
    """There is no stack to read; the text says how to get one."""


class StackKeptError(ConsoleError):
    """Another command keeps a stack here; the text says how to end it."""


class NotFoundError(ConsoleError):
    """What was asked for is not there."""


class UnpostedError(ConsoleError):
    """Balances are behind the journal, and posting has stopped."""


class UnaccountedError(ConsoleError):
    """Nothing moves any more, and some messages are in no column; the text says how many."""


class ExportFailedError(ConsoleError):
    """The suppression export failed, or takes longer than the command waits."""


class ExportClaimedError(ConsoleError):
    """Another execution has the run of this time; the text names it."""


class NotPausedError(ConsoleError):
    """The ledger holds no pause of the configuration set; the text says what it holds."""


class NotRecordedError(ConsoleError):
    """A configuration set sends again, but assessments kept storing its account's state."""


class WrongAccountError(ConsoleError):
    """A profile is of another account; the text says of which."""


class NotAllowedError(ConsoleError):
    """What was asked for is known not to work; the text says why, and what to do."""


class FileUnreadableError(ConsoleError):
    """A file of the operator cannot be read; the text names it."""
