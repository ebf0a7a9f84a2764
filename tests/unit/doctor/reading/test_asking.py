"""Calls keep their pace, come again when SES throttles, and never fail the whole."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

from ses_reputation.doctor.facts.listing import Unread
from ses_reputation.doctor.reading.asking import Asker, CallPace


class Slept:
    """Remembers how long was slept."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def refusing(*codes: str) -> Callable[[], str]:
    """A call that is refused with these codes, one after another, and then answers."""
    left = list(codes)

    def call() -> str:
        if left:
            raise ClientError({"Error": {"Code": left.pop(0), "Message": "private"}}, "GetAccount")
        return "answer"

    return call


def asker() -> tuple[Asker, Slept]:
    slept = Slept()
    return Asker("your role", CallPace(slept)), slept


def test_each_call_waits_a_second() -> None:
    asking, slept = asker()

    assert [asking.ask("ses:GetAccount", "x", refusing()) for _ in range(3)] == ["answer"] * 3
    assert slept.seconds == [1.0, 1.0, 1.0]


def test_a_throttled_call_comes_again_after_twice_as_long() -> None:
    asking, slept = asker()

    assert asking.ask("ses:GetAccount", "x", refusing("TooManyRequestsException", "Throttling")) == "answer"
    assert slept.seconds == [1.0, 2.0, 4.0]
    assert asking.unread == []


def test_what_is_throttled_for_ever_is_given_up_and_kept() -> None:
    asking, slept = asker()

    assert asking.ask("ses:GetAccount", "x", refusing(*["Throttling"] * 9)) is None
    assert slept.seconds == [1.0, 2.0, 4.0, 8.0, 16.0, 16.0]
    assert asking.unread == [Unread("ses:GetAccount", "x", "your role", "Throttling")]


def test_a_refusal_is_kept_with_its_code_and_without_its_text() -> None:
    asking, _ = asker()

    assert asking.ask("ses:GetAccount", "x", refusing("AccessDeniedException")) is None
    (unread,) = asking.unread
    assert unread == Unread("ses:GetAccount", "x", "your role", "AccessDeniedException")
    assert unread.is_refusal


def test_an_error_of_the_network_is_no_refusal() -> None:
    def call() -> Any:
        raise EndpointConnectionError(endpoint_url="https://ses.example")

    asking, _ = asker()
    asking.ask("ses:GetAccount", "x", call)

    assert [(each.error_code, each.is_refusal) for each in asking.unread] == [
        ("EndpointConnectionError", False)
    ]


def test_only_codes_that_say_so_mean_that_there_is_none() -> None:
    asking, _ = asker()
    absent = frozenset({"NotFound"})

    assert asking.ask_for("sns:GetTopicAttributes", "x", refusing("NotFound"), absent) == (None, True)
    assert asking.ask_for("sns:GetTopicAttributes", "x", refusing("InternalError"), absent) == (None, False)
    assert [each.error_code for each in asking.unread] == ["InternalError"]


def test_a_listing_whose_second_page_fails_is_unknown_as_a_whole() -> None:
    pages = [{"Names": ["a"], "NextToken": "t"}]

    def call(**options: Any) -> dict[str, Any]:
        if options == {"NextToken": "t"}:
            raise ClientError({"Error": {"Code": "InternalFailure"}}, "ListNames")
        return pages[0]

    asking, _ = asker()

    assert asking.ask_for_all("ses:ListNames", "x", call, "Names") is None
    assert len(asking.unread) == 1


def test_all_pages_of_a_listing_are_put_together() -> None:
    pages = {None: {"Names": ["a"], "NextToken": "t"}, "t": {"Names": ["b"]}}
    asking, _ = asker()

    found = asking.ask_for_all(
        "ses:ListNames", "x", lambda **options: pages[options.get("NextToken")], "Names"
    )

    assert found == ["a", "b"]
