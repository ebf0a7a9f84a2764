"""Which mail of an invented day is in a rate, dispatch by dispatch; docs/ledger.md, "What a rate is over"."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from console.demo.traffic import Fact, InventedTraffic

NO_SET = "(none)"
_MOST_BY_CHANCE = 2
_HARD = ("bounced_permanent_general", "bounced_permanent_no_email", "bounced_permanent_suppressed")

Dispatch = tuple[str, str, str, str, str, str]
"""A fact without its outcome: account, Region, identity, hour, message, recipient."""
_Stream = tuple[str, ...]


class KnownMail:
    """What is reported of each dispatch, and by which feeds."""

    def __init__(self, day: InventedTraffic, reported: Mapping[Fact, frozenset[str]]) -> None:
        self._sets = day.configuration_sets
        self.outcomes: dict[Dispatch, set[str]] = defaultdict(set)
        self._named: set[Dispatch] = set()
        self._delivered_by_owner: set[_Stream] = set()
        for fact, feeds in reported.items():
            self.outcomes[fact[:6]].add(fact.outcome)
            if "sender" in feeds:
                self._named.add(fact[:6])
            if "owner" in feeds and fact.outcome.startswith("delivered"):
                self._delivered_by_owner.add((*fact[:3], fact.send_hour))
        self._unrated = set(self._find_unrated())

    def set_of(self, dispatch: Dispatch) -> str:
        """Return the set that a dispatch counts in: only the sender's feed names it."""
        return self._sets[dispatch[4]] if dispatch in self._named else NO_SET

    def is_rated(self, dispatch: Dispatch) -> bool:
        """Return whether it is reported how much mail the dispatch is of."""
        return (*dispatch[:4], self.set_of(dispatch)) not in self._unrated

    def is_known_by_outcome(self, dispatch: Dispatch) -> bool:
        """Return whether its outcome alone shows that it was sent."""
        kinds = {outcome for outcome in self.outcomes[dispatch] if _shows_a_send(outcome)}
        return bool(kinds) and "sent" not in self.outcomes[dispatch]

    def _find_unrated(self) -> Iterable[_Stream]:
        """Yield the hours of streams without Send events in which nobody reports deliveries.

        A stream is the mail of one set that one account sends from one identity, on one day.
        """
        streams: dict[_Stream, dict[str, list[set[str]]]] = defaultdict(lambda: defaultdict(list))
        for dispatch, outcomes in self.outcomes.items():
            stream = (*dispatch[:3], dispatch[3][:10], self.set_of(dispatch))
            streams[stream][dispatch[3]].append(outcomes)
        for (*sender, date, name), hours in streams.items():
            sent = {hour for hour, mails in hours.items() if any("sent" in each for each in mails)}
            delivered = {hour for hour, mails in hours.items() if any(map(_is_delivered, mails))}
            by_owner = {stream[3] for stream in self._delivered_by_owner if [*stream[:3]] == sender}
            known = sent | delivered | {hour for hour in by_owner if hour[:10] == date}
            yield from ((*sender, hour, name) for hour in _unknown(hours, known) - sent)


def _unknown(hours: Mapping[str, list[set[str]]], known: set[str]) -> set[str]:
    if not known:
        return set(hours)
    unknown: set[str] = set()
    for edge, beyond in (
        (min(known), {hour for hour in hours if hour < min(known)}),
        (max(known), {hour for hour in hours if hour > max(known)}),
    ):
        adverse = sum(_adverse(mail) for hour in beyond for mail in hours[hour])
        unknown |= beyond | {edge} if adverse > _MOST_BY_CHANCE else set()
    return unknown


def _is_delivered(outcomes: set[str]) -> bool:
    return any(outcome.startswith("delivered") for outcome in outcomes)


def _adverse(outcomes: set[str]) -> int:
    return sum(
        outcome in _HARD or (outcome.startswith("complained_") and outcome != "complained_not_spam")
        for outcome in outcomes
    )


def _shows_a_send(outcome: str) -> bool:
    tried = outcome.startswith(("delivered", "bounced", "complained", "complaint_suspected"))
    return tried and not outcome.endswith("_suppression_list")
