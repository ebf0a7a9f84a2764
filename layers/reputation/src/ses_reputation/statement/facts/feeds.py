"""What the feeds report of a party's mail, in plain words."""

from collections.abc import Collection, Iterable, Iterator

from ses_reputation.findings.feed_coverage.feed_health import FeedView
from ses_reputation.statement.naming import shown
from ses_reputation.statement.view.statement import FeedLine
from ses_reputation.wording import count, moment_of, percent

MOST_FEEDS = 60


def view_feed_lines(views: Iterable[FeedView], troubled: Collection[tuple[str, str]]) -> list[FeedLine]:
    """Return a line for each sender, those first of which something is missing.

    troubled: accounts and Regions of whose feeds a finding is open.
    """
    lines = [_line(view, view.sender[:2] not in troubled) for view in views]
    return sorted(lines, key=lambda line: (line.is_well, line.account, line.region, line.identity))


def _line(view: FeedView, is_well: bool) -> FeedLine:
    return FeedLine(
        view.sender.account,
        view.sender.region,
        shown(view.sender.identity),
        is_well and bool(view.sender_last_reported or view.owner_last_reported),
        tuple(_words(view)),
        view.sender_last_reported,
        view.owner_last_reported,
    )


def _words(view: FeedView) -> Iterator[str]:
    if view.sender_last_reported:
        yield (
            "The topic of the sender's configuration sets reports; the newest mail that it reported is of "
            f"{moment_of(view.sender_last_reported)}."
        )
    else:
        yield "The topic of the sender's configuration sets has reported nothing in 30 days."
    if view.owner_last_reported:
        yield (
            "The identity's own topic reports; the newest mail that it reported is of "
            f"{moment_of(view.owner_last_reported)}."
        )
    else:
        yield "The identity's own topic has reported nothing in 30 days."
    missing = view.missing
    if missing and missing.without_outcome:
        yield (
            f"Of {count(missing.sends, 'send')} from {missing.first_day} to {missing.last_day}, "
            f"{count(missing.without_outcome)} ({percent(missing.share)}) have no reported outcome."
        )
