"""Everything that this library raises on purpose.

SesReputationError
├── SettingsError          an environment variable is missing or malformed
├── feedback: (none; a message that cannot be read is an outcome, `Quarantined`, never an exception)
├── PageError              a stored journal page cannot be decoded
├── StateError             what an assessment stored was written by a newer version, or is damaged
├── ForgedEnvelopeError    an envelope was not written by SNS; says what shows it
├── UnavailableError       AWS failed, throttled or refused; carries its error code
├── OvertakenError         a statement of a later run was found in place of an earlier one
├── ForgettingHeldError  somebody else is forgetting a person (forgetting/lock.py)
└── suppression: see suppression/errors.py
"""


class SesReputationError(Exception):
    """Base of every error raised on purpose; its text says what to do."""


class SettingsError(SesReputationError):
    """An environment variable is missing or malformed; names the variable and what it should hold."""


class PageError(SesReputationError):
    """A stored journal page cannot be decoded; names the version or the byte that does not fit."""


class StateError(SesReputationError):
    """What an assessment stored was written by a newer version, or is damaged; names what, and what to do."""


class ForgedEnvelopeError(SesReputationError):
    """SNS did not write an envelope; says what shows it, and nothing that stands in the envelope."""


class UnavailableError(SesReputationError):
    """AWS did not do what it was asked, and why in one word; asking again later is right, and harmless."""


class OvertakenError(SesReputationError):
    """What was to be written is older than what is there, and was not written."""


def describe_misfit(error: Exception) -> str:
    """Return which fields do not fit by an error of pydantic, never what they hold; "" of another error."""
    misfits = error.errors()[:5] if hasattr(error, "errors") else ()
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in misfits)
