"""Calls to AWS that are paced, repeated when they are throttled, and never fail the whole."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from ses_reputation.aws.errors import translating_aws_errors
from ses_reputation.doctor.facts.listing import Unread
from ses_reputation.errors import UnavailableError
from ses_reputation.time_left import OUT_OF_TIME

Answer = TypeVar("Answer")
REPEATED_PAGE = "RepeatedPage"
"""The cause of a listing whose page named itself as the next."""
_MOST_TRIES = 6
_LONGEST_PAUSE_SECONDS = 16.0


class CallTiming(Protocol):
    """When calls are made, and what is learnt from how they end."""

    def wait(self) -> None:
        """Wait until the next call may be made."""

    def slow_down(self) -> None:
        """Note that a call was throttled."""

    def speed_up(self) -> None:
        """Note that a call was answered."""


@dataclass(slots=True)
class CallPace:
    """The pause before each call.

    seconds: between two calls; SES lets an account make one control-plane call a second (Amazon SES developer
    guide, "Service quotas"). It doubles when SES throttles, and falls again by a tenth with each answer.
    """

    sleep: Callable[[float], None]
    seconds: float = 1.0
    _least: float = field(init=False)

    def __post_init__(self) -> None:
        self._least = self.seconds

    def wait(self) -> None:
        """Wait until the next call may be made."""
        if self.seconds:
            self.sleep(self.seconds)

    def slow_down(self) -> None:
        """Note that a call was throttled."""
        self.seconds = min(max(self.seconds, 0.5) * 2, _LONGEST_PAUSE_SECONDS)

    def speed_up(self) -> None:
        """Note that a call was answered."""
        self.seconds = max(self._least, self.seconds * 0.9)


@dataclass(slots=True)
class Asker:
    """Asks on behalf of somebody, and keeps what could not be read. title: `role READER of 111122223333`."""

    title: str
    pace: CallTiming
    unread: list[Unread] = field(default_factory=list)

    @property
    def is_out_of_time(self) -> bool:
        """Whether a call was not made, because time was up: then none is made after it."""
        return bool(self.unread) and self.unread[-1].error_code == OUT_OF_TIME

    def ask(self, action: str, subject: str, call: Callable[[], Answer]) -> Answer | None:
        """Return what a call answers; None where it fails, which `unread` then has.

        action: as IAM names it. subject: what is asked about.
        """
        try:
            return self._answer(call)
        except UnavailableError as error:
            self.unread.append(Unread(action, subject, self.title, str(error)))
            return None

    def ask_for_all(
        self, action: str, subject: str, call: Callable[..., Any], key: str, **options: Any
    ) -> list[Any] | None:
        """Return what all pages of a listing hold under a key; None where one of them fails.

        A page that names itself as the next would be read for ever: that listing has failed.
        """
        found: list[Any] = []
        token: dict[str, str] = {}
        while True:
            page = self.ask(action, subject, partial(call, **options, **token))
            if page is None:
                return None
            found += page.get(key) or ()
            if not page.get("NextToken"):
                return found
            if page["NextToken"] == token.get("NextToken"):
                self.unread.append(Unread(action, subject, self.title, REPEATED_PAGE))
                return None
            token = {"NextToken": page["NextToken"]}

    def ask_for(
        self, action: str, subject: str, call: Callable[[], Answer], absent: frozenset[str]
    ) -> tuple[Answer | None, bool]:
        """Return what a call answers, and whether it is certain that there is no such thing.

        absent: the error codes that say so.
        """
        try:
            return self._answer(call), False
        except UnavailableError as error:
            if str(error) in absent:
                return None, True
            self.unread.append(Unread(action, subject, self.title, str(error)))
            return None, False

    def _answer(self, call: Callable[[], Answer]) -> Answer:
        for tries_left in reversed(range(_MOST_TRIES)):
            self.pace.wait()
            try:
                with translating_aws_errors():
                    answer = call()
            except UnavailableError as error:
                if not tries_left or not is_throttling(str(error)):
                    raise
                self.pace.slow_down()
            else:
                self.pace.speed_up()
                return answer
        raise AssertionError("the last try returns or raises")


def is_throttling(code: str) -> bool:
    """Return whether an error's code says that calls came too fast: services name it differently."""
    return code.startswith(("Throttl", "TooManyRequests")) or code == "RequestLimitExceeded"
