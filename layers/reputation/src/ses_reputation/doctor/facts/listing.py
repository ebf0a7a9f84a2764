"""What AWS listed, and what of it could not be read. A thing that was not read is never taken as absent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Unread:
    """A call that failed.

    action: as IAM names it, `ses:GetAccount`. subject: what it was asked about: an ARN, or an account and
    Region. asker: whose credentials asked. error_code: of AWS.
    """

    action: str
    subject: str
    asker: str
    error_code: str

    @property
    def is_refusal(self) -> bool:
        """Whether permissions refused it: SES, SNS, SQS, KMS and STS each have a code of their own."""
        # What connects to another account names the action before the code: `AssumeRole AccessDenied`.
        return self.error_code.rpartition(" ")[2].removesuffix("Exception") in {
            "AccessDenied",
            "AuthorizationError",
            "AWS.SimpleQueueService.AccessDenied",
        }


@dataclass(frozen=True, slots=True)
class Listing(Generic[Fact]):
    """Facts by name or ARN.

    unread: names that exist, or may, and whose facts could not be read. is_complete: whether all names are
    known.
    """

    found: Mapping[str, Fact] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    is_complete: bool = True

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.found.values())

    def get(self, name: str) -> Fact | None:
        """Return a fact; None where there is none, or none is known."""
        return self.found.get(name)

    def lacks(self, name: str) -> bool:
        """Return whether it is certain that there is nothing of a name."""
        return self.is_complete and name not in self.found and name not in self.unread

    @property
    def is_whole(self) -> bool:
        """Whether all that exists was read."""
        return self.is_complete and not self.unread
